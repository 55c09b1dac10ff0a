import { type ServiceKey, serviceCalled } from './keys.ts'
import { identity, type Named } from './meta.ts'
import type { Fields, Left, Narrower } from './narrow.ts'
import type { Kind, KubeObject, Meta } from './object-types.ts'

/** How an API server has the objects of a kind: in its URLs, and in roles. */
export interface Served {
  /** As objects say it. */
  readonly kind: string
  /** '' is the core group. */
  readonly group: string
  readonly plural: string
  /** Those that are read, best first. */
  readonly versions: readonly string[]
  /** Defined by a CRD, which a cluster may lack. The others every API server has. */
  readonly custom: boolean
  /** Its objects stand in namespaces. The key of one that does not has none: `/east`. */
  readonly namespaced: boolean
  /** Those with these labels alone, as `kubectl -l` takes them. */
  readonly selector?: string
}

/**
 * What an API server is for Meridian: each member is one, the server's own besides; one may be whose policies hold for
 * all, and one whose objects say which clusters there are, which need be no member.
 */
type Role = 'member' | 'local' | 'policy' | 'registry'

/** One API server, or what stands for it, as far as it decides which kinds are read there. */
export interface Scope {
  readonly roles: readonly Role[]
  /** What configuration asks for there besides what is read of all: words of rows. */
  readonly asked: readonly string[]
}

/** A kind of object that is read: all that anybody needs to know of it, but what it means. */
export interface KindRow {
  /** Its one name in views, state files and metrics: with its group where another kind has the short one. */
  readonly kind: Kind
  readonly served: Served
  /** What a role must allow. */
  readonly verbs: readonly string[]
  /** Where it is read of an API server. Manifests hold what they hold. */
  readonly where: Role
  /** The word by which configuration asks for it: without that it is neither watched nor parsed. null: always read. */
  readonly askedBy: string | null
  /** Of `metadata`: which object it is. */
  readonly identity: Narrower<Named>
  /** Narrows an object, or throws a NarrowingError; what of it is left out goes onto `left`. */
  readonly parse: (meta: Meta, fields: Fields, left: Left) => KubeObject
  readonly is: (object: KubeObject) => boolean
  /** The services that an object bears on, which may be none; null: the one of its own name, and that alone. */
  readonly keysOf: ((object: KubeObject) => readonly ServiceKey[]) | null
  /** Its objects are called as namespaces are, and bear on all services there. */
  readonly isOfNamespace: boolean
  /** Its objects bear besides on all services on which those of another kind bear; null: they do not. */
  readonly alongside: Alongside | null
  /** The row itself, or one that reads more of its objects, where configuration asks for that: by words of its own. */
  readonly askedFor: (asked: readonly string[]) => KindRow
  /** The services that an object which cannot be read belongs to; none: it does not say so much. */
  readonly servicesIn: (fields: Fields, named: Named, left: Left) => readonly ServiceKey[]
  /** The same object with what many have in common there once: from a state file, or from another thread. */
  readonly shared: (object: KubeObject) => KubeObject
}

/** Objects that are called as their services are: all of a kind, or those in the namespace of the object itself. */
interface Alongside {
  readonly kind: Kind
  readonly of: 'all' | 'namespace'
}

/** A row as whoever gives its kind a meaning has it: it knows the objects by their type. */
export interface RowOf<T extends KubeObject> extends KindRow {
  readonly is: (object: KubeObject) => object is T
}

/** What there is to say of a kind; what is left out is as it is of most. */
export interface Definition<T extends KubeObject> {
  readonly kind: T['kind']
  readonly served: Omit<Served, 'kind' | 'custom' | 'namespaced'> & Partial<Served>
  /** Default: list and watch. */
  readonly verbs?: readonly string[]
  /** Default: every member. */
  readonly where?: Role
  /** Default: it is always read. */
  readonly askedBy?: string
  /** What its objects may be called. */
  readonly name: Narrower<string>
  readonly parse: (meta: Meta, fields: Fields, left: Left) => T
  /** Default: its own name is the service's. */
  readonly keysOf?: (object: T) => readonly ServiceKey[]
  /** Default: no. */
  readonly isOfNamespace?: boolean
  /** Default: they do not. */
  readonly alongside?: Alongside
  /** Reads more of an object where configuration asks for it. Default: all that is read is read always. */
  readonly parseMore?: (asked: readonly string[]) => Definition<T>['parse'] | null
  /** Default: its own name, where that is the service's. */
  readonly servicesIn?: (fields: Fields, named: Named, left: Left) => readonly ServiceKey[]
  /** Default: nothing is shared. */
  readonly shared?: (object: T) => T
}

export function rowOf<T extends KubeObject>(definition: Definition<T>): RowOf<T> {
  const { kind, keysOf, shared, name, parse } = definition
  const served = { kind, custom: true, namespaced: true, ...definition.served }
  const is = (object: KubeObject): object is T => object.kind === kind
  const row: RowOf<T> = {
    kind,
    served,
    verbs: definition.verbs ?? ['list', 'watch'],
    where: definition.where ?? 'member',
    askedBy: definition.askedBy ?? null,
    identity: identity(name, served.namespaced),
    parse,
    is,
    keysOf: keysOf === undefined ? null : (object) => (is(object) ? keysOf(object) : []),
    isOfNamespace: definition.isOfNamespace ?? false,
    alongside: definition.alongside ?? null,
    askedFor: (asked) => {
      const more = definition.parseMore?.(asked) ?? null
      return more === null ? row : { ...row, parse: more }
    },
    servicesIn:
      definition.servicesIn ?? (keysOf === undefined ? (_fields, named) => [serviceCalled(named)] : () => []),
    shared: shared === undefined ? (object) => object : (object) => (is(object) ? shared(object) : object),
  }
  return row
}
