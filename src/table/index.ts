/** Persistent tables, and identity kept where nothing changed: the collections that World and the views are made of. */
export { HASH_OF_NOTHING, hashEnd, hashFurther, hashOf } from './hash.ts'
export { reuse } from './reuse.ts'
export { Table } from './table.ts'
