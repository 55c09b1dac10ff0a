/** Other people's DNS programs before and behind Meridian, with the configuration that the pages of docs/ show. */

export { ask, askMany, outcomeOf, type Question, type Reply, rowsOf } from './ask.ts'
export { type Found, type Haproxy, startHaproxy } from './haproxy.ts'
export { startMeridian } from './meridian.ts'
export { blockOf } from './page.ts'
export {
  MERIDIAN,
  OTHER_MERIDIAN,
  type Place,
  startDaemon,
  startPlace,
  UPSTREAM,
  whyNoRecipes,
} from './place.ts'
export { type Blocks, OWN, OWN_ADDRESS, type Recipe, type Without } from './recipe.ts'
export { RESOLVERS, startUpstream } from './resolvers/index.ts'
export { PUBLIC, ROOT_SERVERS, type Root, startRoot } from './root.ts'
export { SECONDARIES, type Secondary } from './secondaries.ts'
export { startWorld, WORLD, type World } from './world.ts'
