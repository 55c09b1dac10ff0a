/**
 * What a cluster's source tells, from wherever it comes: changes of objects, and all of them together as its view.
 *
 * `types.ts` is the file to open first: a source is started with a listener, and tells it changes, problems and how far
 * both can be trusted. `view.ts` turns changes into the view, which is what the rest of the server sees of a cluster.
 * Between the two lies the way from the thread that reads to main: changes cross sealed (`sealed.ts`), no more of them
 * at a time than there is room for, and no cluster may cost others their place (`amount.ts`, `load.ts`) or their time
 * (`share.ts`).
 */

// Who looks on while something of a cluster is worked on, passed on from words/care for whoever reads clusters.
export { type Care, NO_CARE } from '../../words/care/index.ts'
// What is kept of a cluster, by an estimate of bytes that is never less than half of it: for `budgets`, which keep what
// one cluster sends from costing others their place. An `Amount` is bytes and objects; `excessOf`: which of the two is
// too much.
export { type Amount, bytesOf, bytesOfObject, excessOf, minus, NO_AMOUNT, plus } from './amount.ts'
// The services of a namespace, for what bears on all of them: those of which it holds something (`keysIn` an index that a
// view keeps, or that `indexed` makes), and those that ServiceEntries name (`namedIn`).
export { indexed, keysIn, namedIn } from './by-namespace.ts'
// What one cluster last said: objects of each kind by key, and by the service that they bear on; and what cannot be read.
export type { ClusterView } from './cluster-view.ts'
// How many bytes of one cluster are on the reading thread: pages and lines under way, and what waits to be told.
export { Load } from './load.ts'
// What keeps a source from being read, in words: for the log, `/readyz?verbose`, `check` and metrics alike.
// `distinctProblems`: each once, however many sources say it; `wordsOfProblem` is equal for those that say the same.
export { distinctProblems, printSourceProblem, sentenceOfProblem, wordsOfProblem } from './problems.ts'
// Changes as text and octets: as they wait, and as they cross threads. Sealed by who reads a cluster, opened on main.
// `opened` and `sealed` make a source of the one sort out of one of the other.
export { opened, openReported, type Sealed, type SealedChange, seal, sealed } from './sealed.ts'
// Turns of a thread by the time that each party has used: however much one has, others come in between. A `ThreadTime` is a
// thread's, a `TimeShare` one cluster's part of it.
export { ThreadTime, TimeShare } from './share.ts'
// What every source is to the rest: it is started with a listener, and tells changes, problems and how far both can be
// trusted.
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
// To be asked with a row of kinds: `objectIn` is the object of a key, `objectsOf` all of a kind, `listIn` those that
// bear on a service, of a kind whose objects have names of their own; `bearingOn` all that bear on it. `servicesIn`:
// services of which it says anything; `idsIn`: all objects, readable or not; `isHeld`: whether there is any.
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
