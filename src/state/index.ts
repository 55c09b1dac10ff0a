/** The clusters' last views on disk (`state.dir`): written whole, checked when read, never in the way of an answer. */
export { openStore, type Store, type StoreOptions } from './store.ts'
export { MAX_OCTETS, readView, type SavedView, ViewFileError, writeView } from './view-file.ts'
