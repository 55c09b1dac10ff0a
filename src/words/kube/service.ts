import { type Address, type Family, isHostName, parseName } from '../../values/dns/index.ts'
import { trimmed } from '../../values/packed/index.ts'
import { ciliumTags } from './cilium.ts'
import { ISTIO } from './istio.ts'
import { address, clientPort, dnsLabel, hasTag, tag } from './meta.ts'
import {
  at,
  type Fields,
  flag,
  integer,
  isBlank,
  isFields,
  itemsOf,
  type Left,
  lenient,
  type Narrower,
  NarrowingError,
  objectOf,
  oneOf,
  or,
  orIfBlank,
  orNull,
  section,
  text,
  texts,
  type Whole,
} from './narrow.ts'
import type { Meta } from './object-types.ts'
import { shareFamilies, sharePorts } from './ports.ts'
import { rowOf } from './row.ts'
import type { Ingress, NodePort, Port, Service } from './service-types.ts'
import { CLUSTERLOCAL_REFLECTOR, DERIVED_ANNOTATIONS, LABEL } from './wellknown.ts'

const parse = (meta: Meta, fields: Fields, left: Left): Service => ({
  kind: 'Service',
  ...meta,
  ...at(fields, 'spec', spec, left),
  ingress: at(fields, 'status', status, left),
  derived: isDerived(fields, left),
})

const types = orIfBlank(oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'), 'ClusterIP')
const affinities = lenient(orIfBlank(oneOf('None', 'ClientIP'), 'None'), 'None')
const policies = lenient(orIfBlank(oneOf('Cluster', 'Local'), 'Cluster'), 'Cluster')
const family: Whole<Family> = (value) => (ipFamily(value) === 'IPv4' ? 4 : 6)
const ipFamily = oneOf('IPv4', 'IPv6')
/** One of each family. */
const MOST_FAMILIES = 2
const familyList = itemsOf(family, MOST_FAMILIES)
const families: Narrower<readonly Family[]> = (value, left) => shareFamilies(familyList(value, left))
const portList = itemsOf(objectOf(clientPort))
const ports: Narrower<readonly Port[]> = (value, left) => sharePorts(portList(value, left))
const noFlag = lenient(or(flag, false), false)
const optionalText = lenient(orIfBlank(text, null), null)

const spec = section((fields, left) => ({
  type: at(fields, 'type', types, left),
  headless: saysNone(fields['clusterIP']) || saysNone(fields['clusterIPs']),
  clusterIPs: clusterIPsOf(fields, left),
  ipFamilies: at(fields, 'ipFamilies', families, left),
  ports: at(fields, 'ports', ports, left),
  ...nodePortsOf(fields, left),
  sessionAffinity: at(fields, 'sessionAffinity', affinities, left),
  sessionAffinityTimeout: at(fields, 'sessionAffinityConfig', affinityConfig, left),
  internalTrafficPolicy: at(fields, 'internalTrafficPolicy', policies, left),
  trafficDistribution: at(fields, 'trafficDistribution', optionalText, left),
  publishNotReadyAddresses: at(fields, 'publishNotReadyAddresses', noFlag, left),
}))

/** Only Services of these types have any. */
function nodePortsOf(fields: Fields, left: Left): Pick<Service, 'nodePorts'> {
  const { type } = fields
  if (type !== 'NodePort' && type !== 'LoadBalancer') return {}
  const nodePorts = at(fields, 'ports', nodePortList, left).filter((one) => one !== null)
  return nodePorts.length === 0 ? {} : { nodePorts: trimmed(nodePorts) }
}

const noNodePort = lenient(orNull(integer(0, 65_535)), null)
const nodePort: Narrower<NodePort | null> = objectOf((fields, left) => {
  const { protocol, port } = clientPort(fields, left)
  const number = at(fields, 'nodePort', noNodePort, left) ?? 0
  return number === 0 ? null : { protocol, port, nodePort: number }
})
const nodePortList = itemsOf(nodePort)

const saysNone = (value: unknown): boolean =>
  value === 'None' || (Array.isArray(value) && value[0] === 'None')

/** null for the 'None' of a headless Service and the '' of one that has no address yet. */
const clusterIP: Whole<Address | null> = (value) =>
  value === 'None' || isBlank(value) ? null : address(value)
const clusterIPList = itemsOf(clusterIP, MOST_FAMILIES)
const lenientIP = lenient(clusterIP, null)

/** `clusterIPs`, which clusters older than dual stack do not have. */
function clusterIPsOf(fields: Fields, left: Left): readonly Address[] {
  const list = at(fields, 'clusterIPs', clusterIPList, left)
  const all = list.length > 0 ? list : [at(fields, 'clusterIP', lenientIP, left)]
  return trimmed(all.filter((each) => each !== null))
}

const timeoutSeconds = lenient(orNull(integer(1, 86_400)), null)
const clientIP = section((fields, left) => at(fields, 'timeoutSeconds', timeoutSeconds, left))
const affinityConfig = lenient(
  section((fields, left) => at(fields, 'clientIP', clientIP, left)),
  null,
)

const hostname: Whole<string> = (value) => {
  const name = typeof value === 'string' ? parseName(value) : ''
  if (!isHostName(name)) throw new NarrowingError(value, 'a host name')
  return name
}

/** An entry may have neither yet; kubectl prints it as it stands. */
const ingress: Narrower<Ingress | null> = objectOf((fields, left) => {
  if (!isBlank(fields['ip'])) return { address: at(fields, 'ip', address, left) }
  return isBlank(fields['hostname']) ? null : { hostname: at(fields, 'hostname', hostname, left) }
})
/** Kubernetes sets no bound: some name each node of a cluster. */
const MOST_INGRESSES = 1000
const ingresses = itemsOf(ingress, MOST_INGRESSES)

const loadBalancer = section((fields, left) =>
  trimmed(at(fields, 'ingress', ingresses, left).filter((each) => each !== null)),
)
const NO_INGRESS: readonly Ingress[] = []
const status = lenient(
  section((fields, left) => at(fields, 'loadBalancer', loadBalancer, left)),
  NO_INGRESS,
)

const isImported = hasTag('labels', LABEL.importedService)
const managedByOf = tag('labels', LABEL.managedBy)
const derivedTags = DERIVED_ANNOTATIONS.map((name) => hasTag('annotations', name))

/** Whether an MCS implementation made the Service from a ServiceImport; each marks its own in another way. */
const isDerived = (fields: Fields, left: Left): boolean =>
  isImported(fields, left) ||
  managedByOf(fields, left) === CLUSTERLOCAL_REFLECTOR ||
  derivedTags.some((isTagged) => isTagged(fields, left)) ||
  at(fields, 'metadata', ownedByImport, left)

const owners = itemsOf((owner) => isFields(owner) && owner['kind'] === 'ServiceImport')
const NO_OWNERS: readonly boolean[] = []
const lenientOwners = lenient(owners, NO_OWNERS)
const ownedByImport = section((metadata, left) =>
  at(metadata, 'ownerReferences', lenientOwners, left).includes(true),
)

const NO_TAGS: Readonly<Record<string, string>> = {}
const tags = lenient(texts, NO_TAGS)
const selectorOf = section((fields, left) => at(fields, 'selector', tags, left))
const isSelecting = section((fields, left) => Object.keys(selectorOf(fields, left)).length > 0)
const labelsOf = section((metadata, left) => at(metadata, 'labels', tags, left))
/** Whatever a release of the chart is called: `nameOverride` changes the one, and not the other. */
const marksOf = [LABEL.name, LABEL.partOf].map((name) => tag('labels', name))

/** The words by which configuration has more of Services read: what exports them without a ServiceExport. */
export const ASKED_OF_SERVICES = { any: 'services', labels: 'service labels', cilium: 'cilium' } as const

/** The same object, and what it says of itself. */
function parseMore(asked: readonly string[]): typeof parse | null {
  const readers = [parseWords(asked), asked.includes(ISTIO) ? parseSelectorOf : null].filter(
    (one) => one !== null,
  )
  if (readers.length === 0) return null
  return (meta, fields, left) =>
    Object.assign(parse(meta, fields, left), ...readers.map((read) => read(fields, left)))
}

const parseSelectorOf = (fields: Fields, left: Left): Pick<Service, 'selector'> => {
  const selector = at(fields, 'spec', selectorOf, left)
  return Object.keys(selector).length === 0 ? {} : { selector }
}

function parseWords(
  asked: readonly string[],
): ((fields: Fields, left: Left) => Pick<Service, 'said'>) | null {
  if (!asked.includes(ASKED_OF_SERVICES.any)) return null
  const [byLabels, byCilium] = [ASKED_OF_SERVICES.labels, ASKED_OF_SERVICES.cilium].map((word) =>
    asked.includes(word),
  )
  return (fields, left) => ({
    said: {
      hasSelector: at(fields, 'spec', isSelecting, left),
      isMeridians: marksOf.some((markOf) => markOf(fields, left) === 'meridian'),
      labels: byLabels ? at(fields, 'metadata', labelsOf, left) : NO_TAGS,
      cilium: byCilium ? ciliumTags(fields, left) : null,
    },
  })
}

export const SERVICE = rowOf<Service>({
  kind: 'Service',
  served: { group: '', plural: 'services', versions: ['v1'], custom: false },
  name: dnsLabel,
  parse,
  parseMore,
  shared: (service) => ({
    ...service,
    ports: sharePorts(service.ports),
    ipFamilies: shareFamilies(service.ipFamilies),
  }),
})
