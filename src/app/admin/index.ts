/**
 * For the operator: health, metrics, and the answers behind `ask`, `explain` and `render`. `server.ts` is the file to
 * open first: it has the pages, and who may see which. What they show is worked out when somebody looks, from what
 * `watched.ts` gathers.
 */

// The address cannot be had: one line with the remedy.
export { AdminError } from './admin-error.ts'
// What a name is answered, drawn once, or everything that chance may make of it.
export { type AnswerInWords, ask, askAll, type Likely } from './ask.ts'
// All metrics as Prometheus reads them, made when they are asked for.
export { createExposition } from './exposition.ts'
// Of the running server, or of a world that a command made for itself.
export { type Explained, explainName, InspectError, type Inspected, renderLines } from './inspect.ts'
// Health and metrics for everyone; insight for the clients that may ask for explanations.
export { type AdminServer, startAdmin } from './server.ts'
// Whether traffic should come here, in full for people and in a word for probes.
export { readinessOf, serverStandingOf, type WatchedServer } from './state.ts'
// What pages and explanations look at, as it is now.
export { inspectedOf, watchedOf } from './watched.ts'
