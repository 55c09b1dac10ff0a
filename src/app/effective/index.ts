/** One configuration and the clusters found beside it, as the parts of the house take them; and which is in force. */
export { type First, firstOf } from './first.ts'
export { InForce } from './in-force.ts'
export { searchIn } from './search.ts'
export { type Stance, stanceOf, without } from './stance.ts'
