import type { Freshness } from '../clusterset/index.ts'
import type { Kind, KubeObject, ObjectKey } from '../kube/index.ts'

/** One object that a cluster put or took away. */
export type Change =
  | { readonly op: 'put'; readonly object: KubeObject }
  | { readonly op: 'delete'; readonly kind: Kind; readonly key: ObjectKey }

/** Something a person should mend: where (a file, an object) and what, with the remedy. */
export interface Problem {
  readonly place: string
  readonly message: string
}

/** What a source tells whoever started it. Calls never overlap; none comes after stop. */
export interface SourceListener {
  /** Objects that changed since the last call, in order. The first call carries all, even if that is none. */
  readonly changed: (changes: readonly Change[]) => void
  readonly freshness: (freshness: Freshness) => void
  /** All present problems of the source; an empty list when they are gone. */
  readonly problems: (problems: readonly Problem[]) => void
}

/** A running source of one cluster's objects. Stop is final. */
export interface Source {
  readonly stop: () => Promise<void>
}

export type StartSource = (listener: SourceListener) => Source
