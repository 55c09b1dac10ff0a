/** The few Kubernetes objects Meridian reads, narrowed at the edge. */
export { bugSentence } from './bug.ts'
export { parseTime } from './meta.ts'
export { type Fields, isFields } from './narrow.ts'
export { type Other, otherKind } from './others.ts'
export { type ParsedObject, parseObject, unpackList } from './parse.ts'
export {
  familiesCodec,
  portsCodec,
  protocolCodec,
  shareFamilies,
  sharePorts,
  withSharedParts,
} from './ports.ts'
export { printable, printableIn, printableLines } from './printable.ts'
export { countOfEndpoints, endpointsIn, packEndpoints } from './slice-endpoints.ts'
export * from './types.ts'
export * from './wellknown.ts'
