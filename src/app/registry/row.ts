import type { CredentialsChoice } from '../../sources/apiserver/index.ts'
import type { KindRow, KubeObject, RowOf } from '../../words/kube/index.ts'
import type { Registry } from '../config/index.ts'

/** A kind of registry. */
export interface RegistryRow {
  /** undefined: the entry is of another kind. Nothing is read before somebody asks for it. */
  readonly open: (registry: Registry) => OpenRegistry | undefined
}

/** An entry of `registries`: what is read at its API server, and which clusters that makes. */
export interface OpenRegistry {
  /** What to call that in a sentence: `Secrets`. */
  readonly title: string
  readonly reads: readonly RegistryRead[]
  /**
   * Works out what one object says by itself, which may take milliseconds and is remembered, and says how many clusters that
   * makes at most. Default: one at most, in no time.
   */
  readonly prepare?: (object: KubeObject) => number
  /**
   * The clusters that its objects make together, each by itself: what is wrong with one is no matter to another. Pure.
   * `server`: how the registry's own API server is reached.
   */
  readonly clustersOf: (objects: RegistryObjects, server: CredentialsChoice) => readonly RegisteredCluster[]
  /** Whether a cluster that was found before this start may be one of its own. */
  readonly mayHold: (key: string) => boolean
  /** What to do about one that has no cluster which can join. */
  readonly ifNone: Flaw
  /** What `check` warns of, whatever is read. */
  readonly warnings: readonly Flaw[]
}

/** Objects of one kind that a registry reads. Where their CRD is not there, there are none, until it is. */
export interface RegistryRead {
  readonly row: KindRow
  /** null: all of them. */
  readonly namespace: string | null
  /** As `kubectl -l` takes it; absent: all. */
  readonly selector?: string
  /** What is amiss where no role allows it. */
  readonly without: string
}

/** All objects that a registry has read. */
export interface RegistryObjects {
  readonly of: <T extends KubeObject>(row: RowOf<T>) => readonly T[]
}

/** A cluster as objects of a registry have it: equal ones are the same object. */
export interface RegisteredCluster {
  /** `meridian/west`, `karmada east`: no two clusters share it. */
  readonly key: string
  /** Where it is written, in a sentence: `Secret meridian/west`. */
  readonly place: string
  /** Unix milliseconds; 0: nobody says. */
  readonly createdAt: number
  /** What its registry's objects call it; absent: by its id. */
  readonly name?: string
  /** As in an entry of `clusters`. */
  readonly fields: Readonly<Record<string, unknown>>
  /** How its API server is reached; null: it is not, as `flaws` says. */
  readonly access: CredentialsChoice | null
  /** Its registry has all clusters of a fleet, so that it may be in already, by the same id. */
  readonly mayBeIn?: boolean
  /** The field that says so. Default: `kubeconfig`. */
  readonly accessField?: string
  /** What is wrong where it cannot be reached so, by the field of its object that says how; absent: as credentials say. */
  readonly accessFlaw?: Flaw | undefined
  /** What keeps it from joining. */
  readonly flaws: readonly Flaw[]
  /** How it is given another id, besides. */
  readonly renaming?: string
  /** What is worth knowing of it, and keeps it from nothing. */
  readonly remarks?: readonly string[]
}

/** What is wrong with a cluster as it is written, by the field that says it, and what would be right. */
export interface Flaw {
  readonly problem: string
  /** A mistake of ours has none. */
  readonly remedy?: string | undefined
}

/** Ends what is said of a cluster's state by whoever is not on its data path. */
export const BY_ITSELF = 'that alone changes no answer: whether it is there, this server sees by itself'
