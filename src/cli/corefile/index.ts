/** `meridian corefile`: the blocks that make a cluster's DNS forward here. */
export { type CorefileOptions, corefileText, TARGETS } from './corefile.ts'
