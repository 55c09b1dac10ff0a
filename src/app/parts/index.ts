/** The open parts of a server: what is opened is closed again, in reverse, when a later one cannot be opened and at the end. */

// By when each part is closed: all together end before the grace period of Kubernetes does.
export { type Closing, closingIn } from './closing.ts'
// Parts as they are opened, one after another. Parts that are closed together; one that never answers is not waited for,
// for ever.
export { Stage } from './stage.ts'
