import type { Freshness } from '../../words/clusterset/index.ts'
import {
  isUnreadable,
  type Kind,
  type KubeObject,
  type ObjectKey,
  type Reported,
  type UnreadableObject,
} from '../../words/kube/index.ts'

/** One object that a cluster put or took away: what every source tells, whatever it reads, and what views are made of. */
export type Change =
  /** It is new, or otherwise than before: all of it. */
  | { readonly op: 'put'; readonly object: KubeObject }
  /** It is there, and cannot be read. What was read of it before stays. */
  | { readonly op: 'unreadable'; readonly object: UnreadableObject }
  /** It is there no more. */
  | { readonly op: 'delete'; readonly kind: Kind; readonly key: ObjectKey }

/**
 * A problem that a person should mend: where (a file, an object), what, and the remedy. It is printed as one line,
 * `<place>: <message>; <remedy>`, in the log, by `check` and on `/readyz?verbose`.
 */
export interface SourceProblem {
  /** The place as people find it: `Secret meridian/west`, a path, a URL. */
  readonly place: string
  /** What is wrong, as the rest of a sentence; with the remedy, where that does not stand apart. */
  readonly message: string
  /** What a person does about it; absent: the message says it. */
  readonly remedy?: string
  /** What is missing because of it, where that is less than a file or an object; absent: that much. */
  readonly costs?: Costs
}

/**
 * What a problem costs where that is less than a file or an object. `part`: a part of an object. The others: objects of a kind
 * that is not read, which stand for exports, imports or endpoints. By this `check` tells a broken cluster from one that lacks
 * a part.
 */
export type Costs = 'part' | 'exports' | 'imports' | 'endpoints'

/** The change that tells of an object, whether it can be read or not. */
export const changeTo = (reported: Reported): Change =>
  isUnreadable(reported) ? { op: 'unreadable', object: reported } : { op: 'put', object: reported }

/**
 * What a source tells whoever started it. Calls never overlap; none comes after stop. `C`: changes as values, or sealed, as
 * they cross threads.
 */
export interface SourceListener<C = Change> {
  /**
   * Objects that changed since the last call, in order. The first call carries all, even if that is none. `taken` is
   * called once they have been taken in, which may be later.
   */
  readonly changed: (changes: readonly C[], taken?: () => void) => void
  /** How far what was told can be trusted, from now on. */
  readonly freshness: (freshness: Freshness) => void
  /** How the connection stands that it shares with others; never called: it has one of its own. */
  readonly connection?: (freshness: Freshness) => void
  /** All present problems of the source; an empty list when they are gone. */
  readonly problems: (problems: readonly SourceProblem[]) => void
  /** The source begins anew: what it tells of changes next is all again. */
  readonly anew?: () => void
  /** Nothing is told until this resolves; undefined: there is room for more. */
  readonly room?: () => Promise<void> | undefined
}

/** A running source of one cluster's objects. Stop is final. */
export interface Source {
  /** From this call on nothing is told any more, whatever is still to be closed. */
  readonly stop: () => Promise<void>
}

/** The start of a source: from now on the listener is told of what it reads. */
export type StartSource<C = Change> = (listener: SourceListener<C>) => Source
