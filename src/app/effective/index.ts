/** One configuration and the clusters found beside it, as the parts of the house take them. */
export { type Stance, stanceOf, without } from './stance.ts'
