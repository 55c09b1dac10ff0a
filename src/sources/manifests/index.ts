/** A cluster as a directory of manifests: read, and watched. A broken file keeps its last good objects. */

// One look, for commands that end.
export { type DirectoryOptions, readDirectoryOnce } from './directory.ts'
// Events of the file system only say when to look; what they miss, the next periodic look finds.
export { type WatchOptions, watchDirectory } from './watch.ts'
