/** From a question, a snapshot and an asker to an answer, and to why it is that answer. Pure. */
export { answer, type Question } from './answer.ts'
export { soaOf } from './apex.ts'
export { type Cut, cutsOf, printCut } from './cut.ts'
export { type ClusterExplanation, type Explanation, explain, printShare } from './explain.ts'
export { type Plan, type Planned, plan } from './plan.ts'
export { renderService, renderZone, wholeLevel } from './render.ts'
export { BUG, type Outcome, outcomeOf } from './reply.ts'
export type { Answer, Asker, Follows, Identity, Records } from './types.ts'
