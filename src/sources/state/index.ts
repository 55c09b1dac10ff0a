/** What the clusters last said, and which were found, on disk (`state.dir`): written whole, checked when read, never in the way of an answer. */

export {
  type Custody,
  type CustodyOptions,
  careAt,
  forgetInHand,
  IN_HAND_READING,
  NO_CUSTODY,
  openCustody,
  readQuarantine,
  type Thing,
} from './custody.ts'
export type { SavedCluster } from './found-file.ts'
export type { SavedAddresses } from './host-names-file.ts'
export type { SavedSerials } from './serials-file.ts'
export { openStore, StateDirError, type Store, type StoreOptions } from './store.ts'
