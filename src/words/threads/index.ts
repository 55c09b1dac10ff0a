/** What all threads of the process have in common, whatever they do. */
export { byClock, type Every } from './beats.ts'
export { OneAtATime } from './one-at-a-time.ts'
// Waits between tries: doubled up to a longest one, with chance in them so that not all try again at once.
export { backoff, doubled, jittered, type Pauses } from './pauses.ts'
export { Slices } from './slices.ts'
export { threadUrl } from './thread-url.ts'
export { within } from './within.ts'
