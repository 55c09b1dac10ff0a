/** Persistent tables, identity kept where nothing changed, and memos that forget: what World and the views are made of. */
export { HASH_OF_NOTHING, hashEnd, hashFurther, hashOf } from './hash.ts'
export { Lookup, MOST_SCANS } from './lookup.ts'
export { firstRanked, type Ranked, valuesInOrder, withoutRanked, withRanked } from './ranked.ts'
export { Recent } from './recent.ts'
export { lastRemembered, remembered, rememberedLately, rememberedTexts } from './remembered.ts'
export { reuse } from './reuse.ts'
export { Table } from './table.ts'
