/** The services that every server of the benchmark answers for. */
export interface World {
  readonly services: number
  /** Of each service. */
  readonly endpoints: number
  readonly headless: number
  readonly headlessEndpoints: number
  /** Of one Headless service more. */
  readonly largeEndpoints: number
}

export const ZONE = 'clusterset.local'
export const PORT = 80
/** The endpoints' cluster. */
export const SOURCE = 'cluster-west'
export const HEADLESS_NAMESPACE = 'data'
const PER_NAMESPACE = 100

/** A ClusterSetIP service, or a Headless one, which has no address of its own. */
export interface Service {
  readonly name: string
  readonly namespace: string
  readonly address: string | undefined
  readonly endpoints: readonly string[]
}

export const worldOf = (services: number): World => ({
  services,
  endpoints: 10,
  headless: 50,
  headlessEndpoints: 50,
  largeEndpoints: 1000,
})

export const namespaceOf = (i: number): string => `team-${Math.floor(i / PER_NAMESPACE)}`

/** `svc-7.team-0.svc.clusterset.local`: the i-th ClusterSetIP service. */
export const serviceName = (i: number): string => `svc-${i}.${namespaceOf(i)}.svc.${ZONE}`

/** `db-7.data.svc.clusterset.local`: the i-th Headless service. */
export const headlessName = (i: number): string => `db-${i}.${HEADLESS_NAMESPACE}.svc.${ZONE}`

/** `large.data.svc.clusterset.local`: the large one. */
export const LARGE_NAME = `large.${HEADLESS_NAMESPACE}.svc.${ZONE}`

export const servicesOf = (world: World): readonly Service[] => [
  ...Array.from({ length: world.services }, (_, i) => clusterSetIp(world, i)),
  ...Array.from({ length: world.headless }, (_, i) => headless(world, i)),
  ...(world.largeEndpoints > 0 ? [large(world)] : []),
]

const clusterSetIp = ({ endpoints }: World, i: number): Service => ({
  name: `svc-${i}`,
  namespace: namespaceOf(i),
  address: address(128, i),
  endpoints: Array.from({ length: endpoints }, (_, n) => address(0, i * endpoints + n)),
})

const headless = ({ headlessEndpoints }: World, i: number): Service => ({
  name: `db-${i}`,
  namespace: HEADLESS_NAMESPACE,
  address: undefined,
  endpoints: Array.from({ length: headlessEndpoints }, (_, n) => address(64, i * headlessEndpoints + n)),
})

const large = ({ largeEndpoints }: World): Service => ({
  name: 'large',
  namespace: HEADLESS_NAMESPACE,
  address: undefined,
  endpoints: Array.from({ length: largeEndpoints }, (_, n) => address(96, n)),
})

const address = (net: number, i: number): string => `10.${net + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`

/** The same records as a master file, for servers that read one. */
export function zoneFile(world: World): string {
  const head = [
    `$ORIGIN ${ZONE}.`,
    '$TTL 5',
    '@ SOA ns.dns hostmaster 1 7200 1800 86400 5',
    '@ NS ns.dns',
    'ns.dns A 127.0.0.1',
  ]
  return `${[...head, ...servicesOf(world).flatMap(recordsOf)].join('\n')}\n`
}

function recordsOf({ name, namespace, address: own, endpoints }: Service): readonly string[] {
  const owner = `${name}.${namespace}.svc`
  if (own !== undefined) return [`${owner} A ${own}`, `_http._tcp.${owner} SRV 0 100 ${PORT} ${owner}`]
  return endpoints.flatMap((one) => {
    const host = `${one.replaceAll('.', '-')}.${SOURCE}.${owner}`
    return [`${owner} A ${one}`, `${host} A ${one}`, `_http._tcp.${owner} SRV 0 1 ${PORT} ${host}`]
  })
}
