/** What the clusters last said, and which were found, on disk (`state.dir`): written whole, checked when read, never in the way of an answer. */

export {
  type Custody,
  careAt,
  forgetInHand,
  IN_HAND_READING,
  NO_CUSTODY,
  openCustody,
  readQuarantine,
} from './custody.ts'
export type { SavedCluster } from './found-file.ts'
export { openStore, StateDirError, type StateStore } from './store.ts'
