/** What the clusters last said, and which were found, on disk (`state.dir`): written whole, checked when read, never in the way of an answer. */

// What this process has in hand, so that the next one knows what it died of.
export {
  type Custody,
  careAt,
  forgetInHand,
  IN_HAND_READING,
  NO_CUSTODY,
  openCustody,
  readQuarantine,
} from './custody.ts'
// Clusters that were found in Secrets, without what opens them.
export type { SavedCluster, SavedFound, SavedUid } from './found-file.ts'
// The folder: each file is written whole, soon and seldom, and set aside where it cannot be believed.
export { openStore, StateDirError, type StateStore, setAsideIn } from './store.ts'
