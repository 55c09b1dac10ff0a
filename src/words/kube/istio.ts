import { isDnsLabel } from '../../values/dns/index.ts'
import type { ServiceKey } from './keys.ts'
import { subdomain } from './meta.ts'
import {
  type Fields,
  isAbsent,
  isFields,
  type Left,
  lenient,
  NarrowingError,
  textUpTo,
  whole,
} from './narrow.ts'
import type { KubeObject } from './object-types.ts'
import { briefly } from './printable.ts'
import { type Definition, type RowOf, rowOf } from './row.ts'

/** The word by which configuration asks for Istio's objects: `istio.cluster`. */
export const ISTIO = 'networking.istio.io'

/** All of one schema; the last stands in many a repository. */
const SERVED = { group: ISTIO, versions: ['v1', 'v1beta1', 'v1alpha3'] } as const

/** The row of one of Istio's kinds: read in the cluster that `istio.cluster` names, and in no other. */
export const istioRow = <T extends KubeObject>({ plural, ...definition }: IstioDefinition<T>): RowOf<T> =>
  rowOf<T>({ served: { ...SERVED, plural }, where: 'policy', askedBy: ISTIO, name: subdomain, ...definition })

type IstioDefinition<T extends KubeObject> = { readonly plural: string } & Pick<
  Definition<T>,
  'kind' | 'parse' | 'keysOf' | 'servicesIn'
>

/** RFC 1035, 2.3.4; `*.` may stand before a name. */
const MOST_HOST = 255

export const istioHost = textUpTo(MOST_HOST)

/** Namespaces, gateways: nobody lists more. */
const MOST_NAMES = 100

/** `namespace/name` of a gateway at the longest. */
export const istioNames = whole(textUpTo(512), MOST_NAMES)

/** What an object has that is not read, by its place, and why. */
export type Unread = readonly string[]

/** Nobody mends more of one object at a time. */
const MOST_UNREAD = 20

/**
 * The fields that are there and say nothing here, as sentences: of those that are known the reason that stands beside
 * them, which is '' where they say nothing to anybody but their reader; `read`: those that are read.
 */
export function unread(
  fields: Fields,
  place: string,
  reasons: Readonly<Record<string, string>>,
  read: readonly string[],
): Unread {
  const others = Object.keys(fields).filter((name) => !read.includes(name) && !isAbsent(fields[name]))
  return others
    .slice(0, MOST_UNREAD)
    .map((name) => [name, reasons[name] ?? 'is not read'] as const)
    .filter(([, why]) => why !== '')
    .map(([name, why]) => `${place}.${briefly(name)} ${why}`)
}

/**
 * The services that a host may be a name of, whatever the zones are called: `web.default.…` is of `default/web`, and
 * `cluster-east.web.default.…` may be too. An object is looked at for each of them.
 */
export function servicesNamed(host: string, namespace: string): readonly ServiceKey[] {
  const labels = host.toLowerCase().split('.')
  if (labels.length === 1) return isDnsLabel(host) ? [`${namespace}/${host}`] : []
  const pairs = labels[2] === 'svc' ? 1 : MOST_ID_LABELS + 1
  return labels
    .slice(0, pairs)
    .map((name, i) => [labels[i + 1] ?? '', name] as const)
    .filter((pair) => pair.every(isDnsLabel))
    .map(([of, name]): ServiceKey => `${of}/${name}`)
}

/** What stands behind a host as a whole name, in whatever zone: by a key of no namespace. */
export const wholeName = (host: string): ServiceKey => `/${host.toLowerCase()}`

/** An object is looked at for the services of so many of its hosts. */
const MOST_HOSTS = 100

/** The services that its hosts may be names of, each of several. */
export function servicesOfHosts(hosts: Iterable<string>, namespace: string): readonly ServiceKey[] {
  const { counted } = countedHosts(hosts)
  return [...new Set([...counted].flatMap((host) => servicesNamed(host, namespace)))]
}

/** The first hosts, which are all that count, and those that come after them. */
function countedHosts(hosts: Iterable<string>) {
  const counted = new Set<string>()
  const others = new Set<string>()
  for (const host of hosts) {
    const name = host.toLowerCase()
    if (!counted.has(name)) (counted.size < MOST_HOSTS ? counted : others).add(name)
  }
  return { counted, others }
}

/** The same, and each host that may be a whole name, of a zone of hosts: not those that are services' by their looks. */
export function namesOfHosts(hosts: Iterable<string>, namespace: string): readonly ServiceKey[] {
  const { counted } = countedHosts(hosts)
  const whole = [...counted].filter((host) => /^[^.]+\.(?![^.]+\.svc\.)/.test(host)).map(wholeName)
  return [...servicesOfHosts(counted, namespace), ...whole]
}

/** Of hosts that do not count it is told: nobody looks at the object for their services. */
export function tellBeyond(hosts: Iterable<string>, left: Left): void {
  const { counted, others } = countedHosts(hosts)
  const [first] = others
  const all = counted.size + others.size
  lenient(() => {
    if (first === undefined) return
    throw new NarrowingError(
      first,
      `one of the first ${MOST_HOSTS} hosts, which are all that count of ${all}`,
    )
  }, undefined)(hosts, left)
}

/** The same of one that cannot be read, by all that it has for hosts. */
export const servicesUnread = (
  fields: Fields,
  { namespace }: { readonly namespace: string },
): readonly ServiceKey[] => namesOfHosts(textsIn(fields['spec']), namespace)

function* textsIn(spec: unknown): Generator<string> {
  for (const host of hostsUnread(spec)) if (typeof host === 'string' && host.length <= MOST_HOST) yield host
}

function* hostsUnread(spec: unknown): Generator<unknown> {
  if (!isFields(spec)) return
  yield spec['host']
  yield* anyIn(spec['hosts'])
  for (const list of [spec['http'], spec['tcp']])
    for (const route of anyIn(list))
      for (const one of isFields(route) ? anyIn(route['route']) : [])
        if (isFields(one) && isFields(one['destination'])) yield one['destination']['host']
}

/** Of a list, or of what stands in place of one. */
const anyIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** A cluster's id has one or two. */
export const MOST_ID_LABELS = 2
