/** A cluster as a directory of manifests: read, and watched. A broken file keeps its last good objects. */
export { type DirectoryOptions, readDirectoryOnce } from './directory.ts'
export { type WatchOptions, watchDirectory } from './watch.ts'
