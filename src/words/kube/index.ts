/** The few Kubernetes objects Meridian reads, narrowed at the edge. */
export { bugSentence } from './bug.ts'
export { DESTINATION_RULE, type DestinationRule } from './destination-rule.ts'
export { isLabelValue, isQualifiedName, isWord, WORD_PATTERN } from './forms.ts'
export { ISTIO } from './istio.ts'
export { apiVersionOf, KINDS, Kinds, memberScope, USUAL } from './kinds.ts'
export { EXPORT, GKE_EXPORT, IMPORT } from './mcs.ts'
export { parseTime } from './meta.ts'
export { NAMESPACE } from './namespace.ts'
export { type Fields, isFields } from './narrow.ts'
export { type Other, otherKind } from './others.ts'
export { type ParsedObject, parseAs, parseObject, refuseAs, unpackList } from './parse.ts'
export {
  familiesCodec,
  nodePortsCodec,
  portsCodec,
  protocolCodec,
  shareFamilies,
  sharePorts,
} from './ports.ts'
export { briefly, few, printable, printableIn, printableLines } from './printable.ts'
export { type KindRow, type RowOf, rowOf, type Scope, type Served } from './row.ts'
export { MOST_SELECTOR, parseSelector, type Selector, selects } from './selector.ts'
export { ASKED_OF_SERVICES, SERVICE } from './service.ts'
export { SLICE } from './slice.ts'
export { countOfEndpoints, endpointsIn, packEndpoints } from './slice-endpoints.ts'
export * from './types.ts'
export {
  type TrafficMatch,
  type TrafficRoute,
  VIRTUAL_SERVICE,
  type VirtualService,
} from './virtual-service.ts'
export * from './wellknown.ts'
