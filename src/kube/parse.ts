import { bugSentence } from './bug.ts'
import { parseGkeExport, parseServiceExport, parseServiceImport } from './mcs.ts'
import { dnsLabel, identity, metaOf, type Named, subdomain } from './meta.ts'
import {
  at,
  type Fields,
  isAbsent,
  isFields,
  Misfit,
  MOST_LEFT,
  type Reader,
  show,
  sparing,
} from './narrow.ts'
import { type Other, otherKind } from './others.ts'
import { printable } from './printable.ts'
import { parseService } from './service.ts'
import { parseEndpointSlice, serviceOf } from './slice.ts'
import { type Kind, type KubeObject, keyOf, type Meta, type ServiceKey, type Unreadable } from './types.ts'
import type { ExportGroup } from './wellknown.ts'

/** What a value turned out to be. */
export type ParsedObject =
  | { readonly outcome: 'object'; readonly object: KubeObject }
  /** Of a kind, or a version of it, that Meridian does not read; `other`: somebody may think that it does. */
  | {
      readonly outcome: 'skipped'
      readonly kind: string
      readonly apiVersion: string
      readonly other?: Other
      /** The object's `namespace/name`, as far as it says so much. */
      readonly title?: string
    }
  /** `problem` says which object, where in it, and what would be right; `of` is null if even its name is wrong. */
  | { readonly outcome: 'problem'; readonly problem: string; readonly of: Unreadable | null }

/**
 * An object as `kubectl get -o yaml` prints it, or an API server sends it, narrowed to what Meridian reads. A value in
 * it that is wrong costs no more than it must: one of a list itself, one that says what the object is the object.
 * `groups`: whose ServiceExports are read besides those of multicluster.x-k8s.io.
 */
export function parseObject(value: unknown, groups: readonly ExportGroup[] = []): ParsedObject {
  if (!isFields(value)) return faulty(`${show(value)} is not a Kubernetes object`)
  const { apiVersion, kind, items } = value
  if (typeof kind !== 'string') return faulty(`${title('an object', value)}: kind is missing or not text`)
  if (typeof apiVersion !== 'string')
    return faulty(`${title(kind, value)}: apiVersion is missing or not text`)
  if (isListKind(kind) && !isAbsent(items)) return faulty(`${kind}: items: ${show(items)} is not a list`)
  const shape = SHAPES.get(`${apiVersion} ${kind}`) ?? OTHERS.get(`${apiVersion} ${kind}`)
  const isRead = shape !== undefined && (shape.group === undefined || groups.includes(shape.group))
  if (isRead) return parseAs(shape, value)
  const meant = SPELLINGS.get(spelling(apiVersion, kind))
  if (meant === undefined || shape !== undefined)
    return skipped(printable(apiVersion), printable(kind), value)
  return faulty(`${title(kind, value)}: there is no such kind in ${apiVersion}; write ${meant}`)
}

function skipped(apiVersion: string, kind: string, value: Fields): ParsedObject {
  const other = otherKind(apiVersion, kind)
  const head = { outcome: 'skipped', kind, apiVersion } as const
  return other === undefined ? head : { ...head, other, title: printable(nameOf(value)) }
}

/** `List`, `ServiceList`, …: the objects inside, lists in them unpacked too; any other value alone. */
export function unpackList(value: unknown): readonly unknown[] {
  return isFields(value) ? [...unpacked(value, new Set())] : [value]
}

/** How one kind is read. */
interface Shape {
  readonly kind: Kind
  readonly identity: Reader<Named>
  readonly parse: (meta: Meta, fields: Fields) => KubeObject
  /** Whose objects these are, where they are read only if somebody says so. */
  readonly group?: ExportGroup
}

const ofService = identity(dnsLabel)
const SERVICE: Shape = { kind: 'Service', identity: ofService, parse: parseService }
const SLICE: Shape = { kind: 'EndpointSlice', identity: identity(subdomain), parse: parseEndpointSlice }
// KEP-1645: an export and an import have their Service's name, so theirs is a label too.
const EXPORT: Shape = { kind: 'ServiceExport', identity: ofService, parse: parseServiceExport }
const IMPORT: Shape = { kind: 'ServiceImport', identity: ofService, parse: parseServiceImport }

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['v1 Service', SERVICE],
  ['discovery.k8s.io/v1 EndpointSlice', SLICE],
  ['multicluster.x-k8s.io/v1alpha1 ServiceExport', EXPORT],
  ['multicluster.x-k8s.io/v1beta1 ServiceExport', EXPORT],
  ['multicluster.x-k8s.io/v1alpha1 ServiceImport', IMPORT],
  ['multicluster.x-k8s.io/v1beta1 ServiceImport', IMPORT],
])

const OTHERS: ReadonlyMap<string, Shape> = new Map([
  [
    'net.gke.io/v1 ServiceExport',
    { kind: 'ServiceExport.net.gke.io', identity: ofService, parse: parseGkeExport, group: 'net.gke.io' },
  ],
])

/** Without what people get wrong, where no other kind can be meant: capitals, the plural, the name of the core group. */
const spelling = (apiVersion: string, kind: string): string =>
  `${apiVersion.trim().replace(/^core\//i, '')} ${kind.trim().replace(/s$/i, '')}`.toLowerCase()

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [...SHAPES.keys(), 'v1 List'].map((key) => {
    const [apiVersion = '', kind = ''] = key.split(' ')
    return [spelling(apiVersion, kind), `apiVersion: ${apiVersion}, kind: ${kind}`]
  }),
)

function parseAs(shape: Shape, fields: Fields): ParsedObject {
  try {
    const { value, left } = sparing(() => shape.parse(metaOf(fields, shape.identity), fields))
    if (left.length === 0) return { outcome: 'object', object: value }
    return { outcome: 'object', object: { ...value, flaws: flawsOf(title(shape.kind, fields), left) } }
  } catch (error) {
    const problem = `${title(shape.kind, fields)}: ${sentenceOf(error)}`
    return { outcome: 'problem', problem, of: unreadable(shape, fields, problem) }
  }
}

function flawsOf(title: string, left: readonly Misfit[]): readonly string[] {
  const flaws = left.slice(0, MOST_LEFT).map(({ sentence }) => `${title}: ${sentence}; it is left out`)
  const more = left.length > MOST_LEFT ? [`${title}: more of it is wrong, and left out too`] : []
  return [...new Set([...flaws, ...more])]
}

/** Any other error is ours: the object that brings it out is one that cannot be read, and no more. */
const sentenceOf = (error: unknown): string => (error instanceof Misfit ? error.sentence : bugSentence(error))

const faulty = (problem: string): ParsedObject => ({
  outcome: 'problem',
  problem: printable(problem),
  of: null,
})

function unreadable({ kind, identity }: Shape, fields: Fields, problem: string): Unreadable | null {
  try {
    const named = at(fields, 'metadata', identity)
    const service = kind === 'EndpointSlice' ? serviceOfSlice(fields, named.namespace) : keyOf(named)
    return { kind, key: keyOf(named), service, problem }
  } catch {
    return null
  }
}

function serviceOfSlice(fields: Fields, namespace: string): ServiceKey | null {
  try {
    const service = serviceOf(fields)
    return service === null ? null : `${namespace}/${service}`
  } catch {
    return null
  }
}

/** `Service shop/cart`, as far as the object says so much. */
const title = (kind: string, fields: Fields): string => printable(`${kind} ${nameOf(fields)}`)

function nameOf(fields: Fields): string {
  const metadata = isFields(fields['metadata']) ? fields['metadata'] : {}
  const { namespace = 'default', name } = metadata
  if (typeof name !== 'string') return 'without a name'
  return typeof namespace === 'string' ? `${namespace}/${name}` : name
}

const isListKind = (kind: string): boolean => kind.endsWith('List')

/** `seen`: YAML aliases can put a list inside itself. */
function* unpacked(value: Fields, seen: Set<unknown>): Generator<unknown> {
  const { kind, items } = value
  const isList = typeof kind === 'string' && isListKind(kind) && (Array.isArray(items) || items === null)
  if (!isList) return yield value
  if (seen.has(value)) return
  seen.add(value)
  for (const item of items ?? []) {
    if (isFields(item)) yield* unpacked(named(item, value, kind.slice(0, -'List'.length)), seen)
    else yield item
  }
}

/** API servers leave kind and apiVersion out of the items of a `ServiceList`. */
function named(item: Fields, { apiVersion }: Fields, kind: string): Fields {
  return item['kind'] === undefined && kind !== '' ? { apiVersion, kind, ...item } : item
}
