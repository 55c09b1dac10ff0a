/** What a Pod may be told about itself, in variables and files. */

import type { Container, Pod } from './objects.ts'

/** Of the machine that a container without limits may use up. */
const ALLOCATABLE: Readonly<Record<string, number>> = {
  cpu: 4,
  memory: 8 * 2 ** 30,
  'ephemeral-storage': 32 * 2 ** 30,
}

/** What is known of a Pod that has an address already. */
export interface Placed {
  readonly pod: Pod
  readonly podIP: string
  /** Its other one. */
  readonly ipv6: string | undefined
  readonly hostIP: string
}

export const addressesOf = ({ podIP, ipv6 }: Placed): string[] => [
  podIP,
  ...(ipv6 === undefined ? [] : [ipv6]),
]

export function fieldOf(placed: Placed, path: string): string {
  const { pod, podIP, hostIP } = placed
  const { metadata, spec } = pod
  const [, table = '', key = ''] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? []
  if (table === 'labels') return metadata.labels[key] ?? ''
  if (table === 'annotations') return metadata.annotations[key] ?? ''
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'metadata.labels': lines(metadata.labels),
    'metadata.annotations': lines(metadata.annotations),
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName,
    'status.podIP': podIP,
    'status.podIPs': addressesOf(placed).join(','),
    'status.hostIP': hostIP,
    'status.hostIPs': hostIP,
  }
  const field = fields[path]
  if (field === undefined) throw new Error(`fieldRef ${path}: this runner does not know it`)
  return field
}

const lines = (table: Readonly<Record<string, string>>): string =>
  Object.entries(table)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')

/** In units of the divisor, rounded up, as the kubelet does. */
export function resourceOf(container: Container, resource: string, divisor: string): string {
  const [kind = '', name = ''] = resource.split(/\.(.*)/)
  const { limits, requests } = container.resources
  const set = kind === 'limits' ? limits[name] : (requests[name] ?? '0')
  const amount = set === undefined ? (ALLOCATABLE[name] ?? 0) : quantity(set)
  const unit = quantity(divisor === '0' ? '1' : divisor)
  return String(Math.ceil(amount / unit))
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

/** `500m`, `128Mi`. */
export function quantity(text: string): number {
  const [, figures = '', suffix = ''] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? []
  const unit = UNITS[suffix]
  if (figures === '' || unit === undefined) throw new Error(`not a quantity: ${text}`)
  return Number(figures) * unit
}
