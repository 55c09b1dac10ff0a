/** What all threads of the process have in common, whatever they do. */
export { byClock, type Every } from './beats.ts'
export { OneAtATime } from './one-at-a-time.ts'
export { backoff, doubled, jittered, type Pauses } from './pauses.ts'
export { Slices } from './slices.ts'
export { threadUrl } from './thread-url.ts'
export { within } from './within.ts'
