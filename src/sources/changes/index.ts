/** What a cluster's source tells, from wherever it comes: changes of objects, and all of them together as its view. */

// Who looks on while something of a cluster is worked on.
export { type Care, NO_CARE } from '../../words/care/index.ts'
// What is kept of a cluster, by an estimate of bytes that is never less than half of it: for `budgets`, which keep what one
// cluster sends from costing others their place.
export { type Amount, bytesOf, bytesOfObject, excessOf, minus, NO_AMOUNT, plus } from './amount.ts'
// The Services of a namespace, for objects that bear on all of them.
export { servicesOf } from './by-namespace.ts'
// Objects of each kind by key, and by the service that they bear on.
export type { ClusterView } from './cluster-view.ts'
// The same of what is on its way through the reading thread.
export { Load } from './load.ts'
// What keeps a source from being read, in words: for the log, `/readyz?verbose`, `check` and metrics alike.
export { distinctProblems, printSourceProblem, sentenceOfProblem, wordsOfProblem } from './problems.ts'
// Changes as text and octets: as they wait, and as they cross threads. Sealed by who reads a cluster, opened on main.
export { opened, openReported, type Sealed, type SealedChange, seal, sealed } from './sealed.ts'
// Turns of a thread by the time that each party has used: however much one has, others come in between.
export { ThreadTime, TimeShare } from './share.ts'
// What every source is to the rest: it is started with a listener, and tells changes, problems and how far both can be trusted.
export {
  type Change,
  type Costs,
  changeTo,
  type Source,
  type SourceListener,
  type SourceProblem,
  type StartSource,
} from './types.ts'
// All that a cluster last said: by key, and by the service that it bears on. A view never changes: `applyChanges` gives the
// next one and which service keys are dirty by it, in time that grows with the changes alone.
export {
  applyChanges,
  bearingOn,
  EMPTY_VIEW,
  emptyView,
  idsIn,
  isHeld,
  listIn,
  objectIn,
  objectsOf,
  servicesIn,
} from './view.ts'
