import { getHeapStatistics } from 'node:v8'
import type { Kind, Kinds, Reported } from '../../words/kube/index.ts'
import type { Pauses } from '../../words/threads/index.ts'
import type { Amount, Care, Load } from '../changes/index.ts'
import type { Credentials } from './credentials-types.ts'

/**
 * One cluster's API server, and what is wanted of it: what `watchApiServer` is started with. Most members are there for
 * whoever looks on, and for tests, which have shorter limits and a clock of their own.
 */
export interface ApiServerOptions {
  /** How it is reached, and as whom: asked for again, since they are renewed meanwhile. */
  readonly credentials: Credentials
  /** The kinds of objects that are read, a reflector for each. */
  readonly kinds: Kinds
  /**
   * The namespaces where objects are read, each by requests of its own, so that a role for these is enough. Default, and
   * none: everywhere, by requests for all at once.
   */
  readonly namespaces?: readonly string[]
  /** Told of what happens to the connection, to be counted; must not throw. */
  readonly report?: (event: ApiServerEvent) => void
  /**
   * How many objects of a kind a restored view holds, in one namespace or (null) in all, so that a server which
   * lies on the first day is doubted as one that lies on the second. Default: nothing was held.
   */
  readonly restored?: (kind: Kind, namespace: string | null) => number
  /** Who looks on while objects of a kind are read, so that one that brings out a mistake of ours costs itself alone. */
  readonly care?: (kind: Kind) => Care
  /** What is kept of an object, which may be less than was read of it. Default: all. */
  readonly kept?: (reported: Reported) => Reported
  /** Called before anything is worked on that the server sent. */
  readonly working?: () => void
  /** Keeps count of how much of the cluster is on this thread, in bytes. */
  readonly load?: Load
  /** The limits that differ from LIMITS. Default: none do. */
  readonly limits?: Partial<ApiServerLimits>
  /** The time in Unix milliseconds. Default: by a clock that only goes forward. */
  readonly now?: () => number
  /** Chance, from 0 to below 1, which spreads waits. Default: Math.random. */
  readonly random?: () => number
}

/**
 * An event of a cluster's reflectors: what logs and metrics are told, while objects themselves go to the source's
 * listener.
 */
export type ApiServerEvent =
  /** A list, a watch or the credentials for one failed; it is tried again by itself. */
  | {
      readonly type: 'failure'
      /** The kind of the objects that were asked for. */
      readonly kind: Kind
      /** null: the request was for all. */
      readonly namespace: string | null
      /** Why, in one word. */
      readonly reason: FailureReason
    }
  /** The API server said something of a kind, at a Unix millisecond. */
  | { readonly type: 'heard'; readonly kind: Kind; readonly at: number }
  /** The listener threw. What it was told counts as told. */
  | { readonly type: 'listenerThrew'; readonly error: unknown }

/** Why a list or a watch ended early: few words, since they are the label of a metric. */
export type FailureReason =
  /** The credentials could not be had: a file, a plugin, a mistake in a kubeconfig. */
  | 'credentials'
  /** The server's is not believed, or the client's own has ended. */
  | 'certificate'
  /** There is no connection, or it broke. */
  | 'connection'
  /** Nothing came in time. */
  | 'deadline'
  /** 401: it does not know who asks; credentials are read anew. */
  | 'unauthorized'
  /** 403: it knows who asks, and a role is missing. */
  | 'forbidden'
  /** The namespace of what was to be written is being deleted. */
  | 'terminating'
  /** 404: the kind is not served, or its CRD is not there. */
  | 'notFound'
  /** Somebody else wrote first, or owns what was to be written. */
  | 'conflict'
  /** The API server does not take what was to be written. */
  | 'invalid'
  /** 410: the resource version is too old to go on from; a list comes next. */
  | 'expired'
  /** 429: it is asked to wait as long as it says. */
  | 'throttled'
  /** Status 5xx, or an ERROR event. */
  | 'server'
  /** What was sent is not what the API is documented to send. */
  | 'malformed'
  /** The watch ended cleanly, but almost as soon as it began. */
  | 'ended'
  /** The cluster holds more than is kept of one. */
  | 'budget'
  /** A list holds so much less than before that it is asked for again before it is believed. */
  | 'shrunk'
  /** A bug of ours. */
  | 'bug'

/**
 * The limits of reading an API server: every wait and every bound. `…Ms` are milliseconds, `…Bytes` bytes; `LIMITS`
 * below has the figures of a server.
 */
export interface ApiServerLimits {
  /** How long a connection may take to come about, TLS included. */
  readonly connectMs: number
  /** How long one page of a list may take, and a watch until it is accepted. */
  readonly requestMs: number
  /** A watch that says nothing for so long is dead. Bookmarks come about once a minute. */
  readonly silenceMs: number
  /** Watches are asked for with a random `timeoutSeconds` between these. */
  readonly watchSeconds: readonly [from: number, to: number]
  /**
   * Between two tries after a failure: the first pause, which doubles, and the longest. Each is drawn at random
   * from the first one up to what that has doubled to, so that not all clusters are asked at once.
   */
  readonly backoffMs: Pauses
  /** A watch that lasted so long forgives the failures before it. */
  readonly steadyMs: number
  /** The most that a Retry-After is obeyed for. */
  readonly retryAfterMs: number
  /**
   * How often a kind that the cluster does not have is looked for. So long may a CRD that was just installed go
   * unseen.
   */
  readonly absentMs: number
  /**
   * How long a kind whose objects are held must be not found until it is believed gone. Of kinds that a CRD
   * declares alone. One of which nothing is held is believed gone at once.
   */
  readonly goneMs: number
  /** How long until a list that shrank is asked for again. */
  readonly shrunkMs: number
  /** How long until a cluster that holds more than is kept of it is listed again. */
  readonly beyondMs: number
  /** How long a lost watch goes unremarked. Until then the cluster stands as before; after it, it is stale. */
  readonly graceMs: number
  /** How long changes wait for others that arrive with them. */
  readonly coalesceMs: number
  /**
   * `limit` of a list: fewer are asked for where objects are large. After each page it is reckoned anew, from the
   * bytes that an object of it had.
   */
  readonly pageObjects: number
  /**
   * What pages should have at most; one of twice as much is broken off and asked for in smaller ones. The next
   * one asks for a quarter of the objects.
   */
  readonly pageBytes: number
  /**
   * The most that a line of a watch may have, or a page of one object; beyond it the object counts as one that cannot be
   * read.
   */
  readonly objectBytes: number
  /** How many JSON values a page of a list or a line of a watch may have: each takes its room once it is parsed. */
  readonly values: number
  /** What may be kept of one cluster, all kinds together; beyond it the cluster stays as it was (`beyondMs`). */
  readonly kept: Amount
}

/**
 * What one cluster may make us keep: a tenth of the heap. An object is held as it came and as it is answered, and in
 * each thread that answers once more: with small Services that comes to five times what is counted.
 */
export const keptOf = (heapBytes: number): Amount => ({
  bytes: Math.max(LEAST_KEPT, Math.floor(heapBytes / 10)),
  objects: 1_000_000,
})

/** The least that may be kept of a cluster, in bytes: with a heap of less than 160 MiB it is more than a tenth. */
const LEAST_KEPT = 16 * 2 ** 20

/**
 * The limits of a server; tests have shorter ones, and `budgets` of the configuration sets two of them for each cluster.
 */
export const LIMITS: ApiServerLimits = {
  connectMs: 5_000,
  requestMs: 30_000,
  silenceMs: 90_000,
  watchSeconds: [240, 480],
  backoffMs: [500, 5_000],
  steadyMs: 5_000,
  retryAfterMs: 30_000,
  absentMs: 10_000,
  goneMs: 600_000,
  shrunkMs: 10_000,
  beyondMs: 60_000,
  graceMs: 2_000,
  coalesceMs: 2,
  pageObjects: 500,
  pageBytes: 2 * 2 ** 20,
  objectBytes: 8 * 2 ** 20,
  values: 200_000,
  kept: keptOf(getHeapStatistics().heap_size_limit),
}
