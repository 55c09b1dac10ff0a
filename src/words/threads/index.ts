/** What all threads of the process have in common, whatever they do. */

// Beats by which a thread is looked after, and the clock that gives them; tests have their own.
export { byClock, type Every } from './beats.ts'
// For what takes much memory while it is worked on.
export { OneAtATime } from './one-at-a-time.ts'
// Waits between tries: doubled up to a longest one, with chance in them so that not all try again at once.
export { backoff, doubled, jittered, type Pauses } from './pauses.ts'
// Long work in parts, between which all else on the thread has its turn.
export { Slices } from './slices.ts'
// The program of a thread: TypeScript beside sources, JavaScript beside what was compiled.
export { threadUrl } from './thread-url.ts'
// Waiting for work no longer than so long, in whatever way it ends.
export { within } from './within.ts'
