/**
 * What the clusters last said, and which were found, on disk (`state.dir`): written whole, checked when read, never in
 * the way of an answer.
 *
 * `store.ts` is the file to open first: it has one file for each cluster's last view, one for clusters that were found,
 * one each for serials and host names, and a heartbeat. Each has a format of its own in a `…-file.ts`, and all are lines
 * between a header and a checksum (`sealed-file.ts`): what cannot be believed is set aside, and the start goes on
 * without it. `custody.ts` is apart from these: it tells the next process what this one died of.
 */

// What this process has in hand, so that the next one knows what it died of: a thing that was in hand at two deaths is
// in quarantine, and is not worked on any more (answers.md 3, our own bug). `careAt` is that for one place, as
// a `Care`.
export {
  type Custody,
  careAt,
  forgetInHand,
  IN_HAND_READING,
  NO_CUSTODY,
  openCustody,
  readQuarantine,
} from './custody.ts'
// Clusters that were found in Secrets or by other registries, without what opens them; `SavedUid`: which cluster
// an id of the configuration stood for, by its UID.
export type { SavedCluster, SavedFound, SavedUid } from './found-file.ts'
// `state.dir` itself: made where it can be, and what is in the way where it cannot.
export { inTheWayOf, StateDirError } from './state-dir.ts'
// The folder: each file is written whole, soon and seldom, and set aside where it cannot be believed.
export { openStore, type StateStore, setAsideIn } from './store.ts'
