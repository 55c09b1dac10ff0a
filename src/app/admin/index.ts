/** For the operator: health, metrics, and the answers behind `ask`, `explain` and `render`. */
export { AdminError } from './admin-error.ts'
export { type AnswerInWords, ask, askAll, type Likely } from './ask.ts'
export { createExposition } from './exposition.ts'
export { type Explained, explainName, InspectError, type Inspected, renderLines } from './inspect.ts'
export { type AdminServer, startAdmin } from './server.ts'
export { readinessOf, serverStandingOf, type WatchedServer } from './state.ts'
export { inspectedOf, watchedOf } from './watched.ts'
