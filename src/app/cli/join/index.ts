/** `meridian join`: what a remote cluster needs to be read, and the Secret by which it is found here. Applies nothing. */
export { type JoinOptions, joinText } from './join.ts'
