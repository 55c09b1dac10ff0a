import { CLUSTER_PROFILE } from './cluster-profile.ts'
import { DESTINATION_RULE } from './destination-rule.ts'
import { KARMADA_CLUSTER, MULTI_CLUSTER_SERVICE, RESOURCE_BINDING } from './karmada.ts'
import { FEDERATED_NAMESPACE, FEDERATED_SERVICE, KUBEFED_CLUSTER, KUBEFED_CONFIG } from './kubefed.ts'
import { EXPORT, GKE_EXPORT, IMPORT } from './mcs.ts'
import { NAMESPACE } from './namespace.ts'
import type { Kind, KubeObject } from './object-types.ts'
import type { KindRow, Scope } from './row.ts'
import { SERVICE } from './service.ts'
import { SERVICE_ENTRY } from './service-entry.ts'
import { SLICE } from './slice.ts'
import { VIRTUAL_SERVICE } from './virtual-service.ts'
import { WORKLOAD_ENTRY } from './workload-entry.ts'

/** Kinds of objects, each with its row: all that are read, or those that are read somewhere. Never changes. */
export class Kinds implements Iterable<KindRow> {
  readonly rows: readonly KindRow[]
  readonly #named: ReadonlyMap<string, KindRow>
  readonly #served: ReadonlyMap<string, KindRow>
  readonly #spelled: ReadonlyMap<string, string>

  constructor(rows: readonly KindRow[]) {
    this.rows = rows
    this.#named = new Map(rows.map((row) => [row.kind, row]))
    this.#served = new Map(rows.flatMap((row) => namesOf(row).map((name) => [name, row])))
    const always = rows.filter(({ askedBy }) => askedBy === null).flatMap(namesOf)
    this.#spelled = new Map([...always, 'v1 List'].map((name) => [spelling(name), name]))
  }

  [Symbol.iterator](): Iterator<KindRow> {
    return this.rows[Symbol.iterator]()
  }

  get names(): readonly Kind[] {
    return this.rows.map(({ kind }) => kind)
  }

  named(kind: Kind): KindRow | undefined {
    return this.#named.get(kind)
  }

  /** The one that an object says it is of. */
  of(apiVersion: string, kind: string): KindRow | undefined {
    return this.#served.get(`${apiVersion} ${kind}`)
  }

  /** What an object should say that says nearly this: `apiVersion: v1, kind: Service`. */
  meant(apiVersion: string, kind: string): string | undefined {
    const name = this.#spelled.get(spelling(`${apiVersion.trim()} ${kind.trim()}`))
    return name && `apiVersion: ${name.replace(' ', ', kind: ')}`
  }

  /** An object from elsewhere than the parser, which shares what it reads. */
  shared(object: KubeObject): KubeObject {
    return this.named(object.kind)?.shared(object) ?? object
  }

  /** Those that are read of an API server. */
  at(scope: Scope): Kinds {
    return this.#only((row) => isReadAt(row, scope), scope)
  }

  /** Those that are read of manifests which stand for one: there nobody is asked for what is not wanted. */
  inManifests(scope: Scope): Kinds {
    return this.#only((row) => row.askedBy === null || isReadAt(row, scope), scope)
  }

  #only(isWanted: (row: KindRow) => boolean, { asked }: Scope): Kinds {
    return new Kinds(this.rows.filter(isWanted).map((row) => row.askedFor(asked)))
  }
}

const isReadAt = ({ where, askedBy }: KindRow, { roles, asked }: Scope): boolean =>
  roles.includes(where) && (askedBy === null || asked.includes(askedBy))

/** `discovery.k8s.io/v1 EndpointSlice`, for each version. */
const namesOf = ({ served: { group, versions, kind } }: KindRow): readonly string[] =>
  versions.map((version) => `${apiVersionOf(group, version)} ${kind}`)

export const apiVersionOf = (group: string, version: string): string =>
  group === '' ? version : `${group}/${version}`

/** Without what people get wrong, where no other kind can be meant: capitals, the plural, the name of the core group. */
const spelling = (name: string): string =>
  name
    .replace(/^core\//i, '')
    .replace(/s$/i, '')
    .toLowerCase()

/** All that are read, in the order in which they are spoken of. A kind is a file of its own, and its row here. */
export const KINDS = new Kinds([
  SERVICE,
  SLICE,
  EXPORT,
  GKE_EXPORT,
  IMPORT,
  NAMESPACE,
  DESTINATION_RULE,
  VIRTUAL_SERVICE,
  SERVICE_ENTRY,
  WORKLOAD_ENTRY,
  CLUSTER_PROFILE,
  KUBEFED_CLUSTER,
  KUBEFED_CONFIG,
  FEDERATED_SERVICE,
  FEDERATED_NAMESPACE,
  KARMADA_CLUSTER,
  MULTI_CLUSTER_SERVICE,
  RESOURCE_BINDING,
])

export const memberScope = (isLocal: boolean, asked: readonly string[]): Scope => ({
  roles: isLocal ? ['member', 'local'] : ['member'],
  asked,
})

/** What is read unless somebody asks for more. */
export const USUAL = KINDS.inManifests(memberScope(true, []))
