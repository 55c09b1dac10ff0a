/** What a cluster's source tells, from wherever it comes: changes of objects, and all of them together as its view. */

export { type Care, NO_CARE } from '../../words/care/index.ts'
export { type Amount, bytesOf, bytesOfObject, excessOf, minus, NO_AMOUNT, plus } from './amount.ts'
export { Load } from './load.ts'
export { distinctProblems, printSourceProblem, wordsOfProblem } from './problems.ts'
export { opened, openReported, type Sealed, type SealedChange, seal, sealed } from './sealed.ts'
export { ThreadTime, TimeShare } from './share.ts'
export {
  type Change,
  type Costs,
  changeTo,
  type Source,
  type SourceListener,
  type SourceProblem,
  type StartSource,
} from './types.ts'
export {
  applyChanges,
  bearingOn,
  type ClusterView,
  EMPTY_VIEW,
  emptyView,
  idsIn,
  isHeld,
  listIn,
  objectIn,
  objectsOf,
  servicesIn,
} from './view.ts'
