import { parseServiceExport, parseServiceImport } from './mcs.ts'
import { identity, label, metaOf, type Named, subdomain } from './meta.ts'
import { at, type Fields, isAbsent, isFields, Misfit, type Reader, show } from './narrow.ts'
import { parseService } from './service.ts'
import { parseEndpointSlice } from './slice.ts'
import { type Kind, type KubeObject, keyOf, type Meta, type ObjectId } from './types.ts'

/** What a value turned out to be. */
export type ParsedObject =
  | { readonly outcome: 'object'; readonly object: KubeObject }
  /** Of a kind, or a version of it, that Meridian does not read. */
  | { readonly outcome: 'skipped'; readonly kind: string; readonly apiVersion: string }
  /** `problem` says which object, where in it, and what would be right; `of` is null if even its name is wrong. */
  | { readonly outcome: 'problem'; readonly problem: string; readonly of: ObjectId | null }

/** An object as `kubectl get -o yaml` prints it, or an API server sends it, narrowed to what Meridian reads. */
export function parseObject(value: unknown): ParsedObject {
  if (!isFields(value)) return faulty(`${show(value)} is not a Kubernetes object`)
  const { apiVersion, kind, items } = value
  if (typeof kind !== 'string') return faulty(`${title('an object', value)}: kind is missing or not text`)
  if (typeof apiVersion !== 'string')
    return faulty(`${title(kind, value)}: apiVersion is missing or not text`)
  if (isListKind(kind) && !isAbsent(items)) return faulty(`${kind}: items: ${show(items)} is not a list`)
  const shape = SHAPES.get(`${apiVersion} ${kind}`)
  return shape === undefined ? { outcome: 'skipped', kind, apiVersion } : parseAs(shape, value)
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
}

const ofService = identity(label)
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

function parseAs(shape: Shape, fields: Fields): ParsedObject {
  try {
    return { outcome: 'object', object: shape.parse(metaOf(fields, shape.identity), fields) }
  } catch (error) {
    return faulty(`${title(shape.kind, fields)}: ${sentenceOf(error)}`, idOf(shape, fields))
  }
}

/** Any other error is ours: the object that brings it out is one that cannot be read, and no more. */
const sentenceOf = (error: unknown): string =>
  error instanceof Misfit ? error.sentence : `a bug of Meridian, please report it: ${String(error)}`

const faulty = (problem: string, of: ObjectId | null = null): ParsedObject => ({
  outcome: 'problem',
  problem,
  of,
})

function idOf({ kind, identity }: Shape, fields: Fields): ObjectId | null {
  try {
    return { kind, key: keyOf(at(fields, 'metadata', identity)) }
  } catch {
    return null
  }
}

/** `Service shop/cart`, as far as the object says so much. */
function title(kind: string, fields: Fields): string {
  const metadata = isFields(fields['metadata']) ? fields['metadata'] : {}
  const { namespace = 'default', name } = metadata
  if (typeof name !== 'string') return `${kind} without a name`
  return typeof namespace === 'string' ? `${kind} ${namespace}/${name}` : `${kind} ${name}`
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
