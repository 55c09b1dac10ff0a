/** The open parts of a server: what is opened is closed again, in reverse, when a later one cannot be opened and at the end. */
export { type Closing, closingIn } from './closing.ts'
export { Stage } from './stage.ts'
