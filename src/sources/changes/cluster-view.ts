import type { Table } from '../../values/table/index.ts'
import type { Kind, Kinds, KubeObject, UnreadableObject } from '../../words/kube/index.ts'

/** Keys of services by their namespace. */
export type KeysByNamespace = Table<Table<true>>

/**
 * What one cluster last said: objects of each kind by their keys, and by service. Persistent: a change shares all it
 * does not touch.
 */
export interface ClusterView {
  readonly kinds: Kinds
  /** By key. A kind of which there is nothing may be missing. */
  readonly objects: Objects
  /** Of kinds whose objects have other names than the services that they bear on: by service, in order of name. */
  readonly lists: ReadonlyMap<Kind, Table<readonly KubeObject[]>>
  /** What cannot be read, by the service that it belongs to, and by kind and key. */
  readonly unreadable: Table<readonly UnreadableObject[]>
  readonly unreadableIds: Table<UnreadableObject>
  /**
   * The services of which its namespaces hold something. Null until somebody asks by namespace: most clusters are never
   * asked so.
   */
  readonly byNamespace: KeysByNamespace | null
  /** The services that its ServiceEntries name. */
  readonly named: KeysByNamespace
}

type Objects = ReadonlyMap<Kind, Table<KubeObject>>
