/**
 * From a question, a snapshot and an asker to an answer, and to why it is that answer. Pure.
 *
 * `answer.ts` is the file to open first: class, zone, readiness, name, in this order. For a name that exists
 * `records.ts` has the records of each type, `place.ts` where the name leads, and `draw.ts` chance, which comes last;
 * `reply.ts` says what each kind of answer means for a message. `explain.ts`, `render.ts` and `plan.ts` read the same
 * values otherwise: all clusters with why, all records of a zone, all that chance may make of a question.
 */

// Whether a name that nobody has may be one of a cluster that was never heard.
export { absenceAt, absenceOf, beforeStart } from './absence.ts'
// Class, zone, readiness, name, records: in this order (answers.md 2).
export { answer, type Question } from './answer.ts'
// Records of a zone itself.
export { soaOf } from './apex.ts'
// What of a service is in no answer, since there is more than any message holds.
export { type Cut, cutsOf, printCut } from './cut.ts'
// Chance comes last: an answer as it stands until then is the same for all who ask from one place.
export { inAnyOrder, inRuns } from './draw.ts'
// Why an answer is what it is, from the values that it was made of.
export { explain, explainLookedAt } from './explain.ts'
// An explanation as a value: what is printed, and what the admin pages send.
export type { ClusterExplanation, Explanation } from './explanation.ts'
export { LISTED } from './fates.ts'
// As much of a service as an explanation looks at.
export { LOOKED_AT, lookedAt } from './looked-at.ts'
// All that an answer can be, whatever chance says.
export { plan } from './plan.ts'
// All that a question can come to while nothing changes, with the chance of each.
export type { AnswerPlan, Planned } from './planned.ts'
// Where nobody reaches a place outside of clusters.
export { strandedOn } from './remarks.ts'
// Every record of a zone, name by name, as a transfer has them.
export { renderService, renderZone, rrsetsOf, type Unrendered } from './render.ts'
// RCODE, AA, SOA and extended errors of each kind of answer (answers.md 3).
export { BUG, type ReplyOutcome, replyOutcomeOf } from './reply.ts'
// A share as people read it.
export { printShare } from './summary.ts'
// Who asks, and what a question comes to.
export type { Answer, Asker, Follows, ServerIdentity } from './types.ts'
// All who answer at one level, instead of one of them who is drawn.
export { wholeLevel } from './whole-level.ts'
