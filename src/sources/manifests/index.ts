/**
 * A cluster as a directory of manifests: read, and watched. A broken file keeps its last good objects. `directory.ts` is
 * the file to open first: one look finds the files (`walk.ts`), reads those that are others than before (`contents.ts`,
 * `manifests.ts`), and tells which objects that changes (`holdings.ts`). `watch.ts` says when to look.
 */

// One look, for commands that end.
export { type DirectoryOptions, readDirectoryOnce } from './directory.ts'
// Events of the file system only say when to look; what they miss, the next periodic look finds.
export { type WatchOptions, watchDirectory } from './watch.ts'
