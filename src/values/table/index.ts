/**
 * Persistent tables, identity kept where nothing changed, and memos that forget: what World and the views are made of.
 * Open `table.ts` and `reuse.ts` first: a table that is changed is another one and shares nearly all with the one
 * before, and a value that comes out equal is the value that was there, so that `===` finds what changed.
 */

// FNV-1a of a text, at once or a character at a time, mixed at the end. For places in tables, never for secrets.
export { HASH_OF_NOTHING, hashEnd, hashFurther, hashOf } from './hash.ts'
// Where in a list something stands: looked for one by one until an index would have been cheaper.
export { Lookup, MOST_SCANS } from './lookup.ts'
// Values in an order, of which the best is asked for and any may go: rivals for one PTR record.
export { firstRanked, type Ranked, valuesInOrder, withoutRanked, withRanked } from './ranked.ts'
// What memos keep by object: it may be forgotten at any time, and is worked out again.
export { Recent } from './recent.ts'
// Functions that remember. `remembered`: as long as the object is there; `rememberedLately`: of those asked for of
// late, where there may be any number; `lastRemembered`: the last one for each object; `rememberedTexts`: by text, up
// to so many characters.
export { lastRemembered, remembered, rememberedLately, rememberedTexts } from './remembered.ts'
// The identity that equal parts of an earlier value had, so that `===` tells what changed.
export { reuse } from './reuse.ts'
// A persistent map: a change makes another one that shares nearly all with it, and what two have in common is not compared.
export { Table } from './table.ts'
