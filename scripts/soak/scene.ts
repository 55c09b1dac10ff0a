import type { Cluster, Manifest } from '../../test/e2e/ground/index.ts'
import { Facts } from './facts.ts'
import { Weather } from './weather.ts'

/** The kinds of service, by the first part of their names. */
export type ServiceKind = 'db' | 'web'

export const NAMESPACE = 'soak'
export const LOCAL = 'cluster-east'
export const CLUSTERS = [LOCAL, 'cluster-west', 'cluster-central'] as const

const PORTS = [{ name: 'http', port: 80, protocol: 'TCP' }]

/** One cluster at its best and worst. */
export interface Member {
  readonly id: string
  /** Of its endpoints: `10.<number>.…`. */
  readonly number: number
  readonly cluster: Cluster
  readonly weather: Weather
}

/** An endpoint as its slice has it. */
export interface Endpoint {
  readonly address: string
  readonly ready: boolean
}

/** One cluster's part of a service: three objects, which the server hears of in three watches, in any order. */
export interface Part {
  readonly member: Member
  readonly service: Service
  /** Whether they are there. */
  readonly serviceObject: Facts<boolean>
  readonly exportObject: Facts<boolean>
  /** Null: there is no slice. */
  readonly slice: Facts<readonly Endpoint[] | null>
}

/** What a cluster's export adds to a service: its ready endpoints' addresses, sorted; null: it does not export it. */
export type Share = readonly string[] | null

/** Oldest first: what may have been seen when a question asked at `asked` was answered. */
export function possibleShares(
  { serviceObject, exportObject, slice }: Part,
  asked: number,
): readonly Share[] {
  const exported = [serviceObject, exportObject].map((one) => one.possible(asked).map(({ value }) => value))
  const may = exported.every((some) => some.includes(true))
  const mayNot = exported.some((some) => some.includes(false))
  const shares = may ? slice.possible(asked).map(({ value }) => readyIn(value)) : []
  return mayNot ? [null, ...shares] : shares
}

export const readyIn = (endpoints: readonly Endpoint[] | null): readonly string[] =>
  (endpoints ?? []).flatMap(({ address, ready }) => (ready ? address : [])).sort()

/** A service of the clusterset: `db` ones are Headless, `web` ones have a ClusterIP in each cluster. */
export interface Service {
  readonly kind: ServiceKind
  readonly index: number
  readonly name: string
  readonly parts: readonly Part[]
}

export const newMember = (cluster: Cluster, i: number): Member => ({
  id: cluster.id,
  number: i + 1,
  cluster,
  weather: new Weather(),
})

/** So many services of each kind, exported by every cluster with two endpoints. */
export function newServices(members: readonly Member[], count: number): readonly Service[] {
  const indexes = Array.from({ length: count }, (_, i) => i)
  return indexes.flatMap((index) => [newService('db', index, members), newService('web', index, members)])
}

function newService(kind: ServiceKind, index: number, members: readonly Member[]): Service {
  const parts: Part[] = []
  const service: Service = { kind, index, name: `${kind}-${index}`, parts }
  for (const member of members) {
    const endpoints = [newAddress(member), newAddress(member)].map((address) => ({ address, ready: true }))
    const { weather } = member
    parts.push({
      member,
      service,
      serviceObject: new Facts(weather, true),
      exportObject: new Facts(weather, true),
      slice: new Facts<readonly Endpoint[] | null>(weather, endpoints),
    })
  }
  return service
}

let given = 0

/** Not given lately: they come again after 65,536, when no answer can have them any more. */
export function newAddress({ number }: Member): string {
  given++
  return `10.${number}.${(given >> 8) & 255}.${given & 255}`
}

/** Inside the cluster's CIDR (ground.ts), above what the API server gives out by itself. */
export const clusterIpOf = ({ member, service }: Of): string =>
  `10.${100 + member.number}.200.${service.index + 1}`

export const manifestsOf = (part: Part): readonly Manifest[] => [
  serviceManifest(part),
  exportManifest(part),
  sliceManifest(part, part.slice.newest ?? []),
]

/** What a manifest says of the service whose it is. */
interface Of {
  readonly member: Member
  readonly service: Pick<Service, 'kind' | 'index' | 'name'>
}

export const serviceManifest = (part: Of): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: part.service.name, namespace: NAMESPACE },
  spec: { clusterIP: part.service.kind === 'db' ? 'None' : clusterIpOf(part), ports: PORTS },
})

export const exportManifest = ({ service }: Of): Manifest => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: { name: service.name, namespace: NAMESPACE },
})

export const sliceManifest = ({ service }: Of, endpoints: readonly Endpoint[], at = 0): Manifest => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: `${service.name}-${at}`,
    namespace: NAMESPACE,
    labels: { 'kubernetes.io/service-name': service.name },
  },
  addressType: 'IPv4',
  ports: PORTS,
  endpoints: endpoints.map(({ address, ready }) => ({ addresses: [address], conditions: { ready } })),
})
