/** What a cluster's objects are and how fresh our view of them is, from wherever they come. */

export { type Care, NO_CARE } from '../care/index.ts'
export { type Amount, excessOf, minus, NOTHING, octetsOf, plus } from './amount.ts'
export { type DirectoryOptions, readDirectoryOnce } from './directory.ts'
export { type Stray, strayEncoding, textFrom, withoutMark } from './encoding.ts'
export { areCrumbs, Gathered } from './gathered.ts'
export { homeDirectory } from './home.ts'
export { readKubeconfig } from './kubectl-scalars.ts'
export { plainData } from './plain-data.ts'
export { readText } from './read-text.ts'
export { whyNotYaml } from './reasons.ts'
export { opened, openTold, type SealedChange, seal, sealed } from './sealed.ts'
export { Share, ThreadTime } from './share.ts'
export { valuesIn } from './structure.ts'
export {
  type Change,
  type Costs,
  type Problem,
  type Source,
  type SourceListener,
  type StartSource,
  toldOf,
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
export { type WatchOptions, watchDirectory } from './watch.ts'
