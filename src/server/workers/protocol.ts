import type { ServerIdentity } from '../../answer/records/index.ts'
import type { CountSheet, Footprint } from '../../words/observe/index.ts'
import type { Pulse, ServerStanding } from '../health/index.ts'
import type { Parts, Update } from '../replica/index.ts'
import type { ClientRules } from '../replies/index.ts'
import type { TcpLimits } from '../transport/index.ts'
import type { UpdatePiece } from './pieces.ts'

// What main and an answering thread say to each other. All of it is values that postMessage copies. What is one
// object in one message is one object on the other side; between two messages nothing is. So the places that
// clients look from, which memos and scopes tell apart by identity, come in one message all together, and are
// compared with nothing from another.

/** What a thread is started with. */
export interface WorkerStart {
  readonly parts: Parts
  readonly update: Update
  readonly settings: AnsweringSettings
  readonly udpSize: number
  /** The addon that it answers by, in batches; null: by dgram. */
  readonly addon: string | null
  /** Of the thread that answers streams and probes; null: it answers UDP. */
  readonly streams: StreamSettings | null
  readonly signal: Signal
}

export interface StreamSettings {
  readonly tcp: TcpLimits
  /** Main's. */
  readonly pulse: Pulse
  readonly standing: ServerStanding
  /** By which it has a share in listening sockets that main keeps; absent: it opens its own. */
  readonly addon?: string
}

/** What a thread that has no time for events looks at: whether it is to end, and how many orders were posted. */
export type Signal = Int32Array<SharedArrayBuffer>

export const SIGNAL = { stop: 0, posted: 1 } as const

/** How queries are answered, besides from which world. */
export interface AnsweringSettings {
  readonly identity: ServerIdentity
  readonly clients: ClientRules
}

/** To the thread, which takes them in the order in which they were posted and answers each by a `done` of its id. */
export interface PostedOrder {
  readonly id: number
  readonly order: WorkerOrder
}

export type WorkerOrder =
  /** A piece of an update, or all of it. */
  | ({ readonly kind: 'update' } & UpdatePiece)
  | { readonly kind: 'reconfigure'; readonly settings: AnsweringSettings }
  | ({ readonly kind: 'open' } & Place)
  | { readonly kind: 'close'; readonly place: number; readonly drainMs: number }
  | { readonly kind: 'count' }
  /** What probes are told from now on. */
  | { readonly kind: 'stand'; readonly standing: ServerStanding }
  /** Every connection is to finish, or is cut off after `drainMs`: none comes any more. */
  | { readonly kind: 'finish'; readonly drainMs: number }

/** An address that is answered on. `place` numbers it, over all threads that answer the same. */
export interface Place {
  readonly place: number
  readonly service: PlaceUse
  readonly host: string
  readonly except: readonly string[]
  readonly port: number
  /** The sockets, where main keeps them for all threads; null: the thread opens its own. */
  readonly fds: readonly number[] | null
}

/** What a place is for: queries by the transport of that label, or probes. */
export interface PlaceUse {
  readonly kind: 'dns' | 'health'
  readonly transport: string
  /** Of the configuration, which names the address. */
  readonly key: string
}

/** From the thread. */
export type WorkerReport =
  | { readonly kind: 'done'; readonly id: number; readonly result: Result }
  /** Its last words: what it had counted when it crashed. */
  | { readonly kind: 'counted'; readonly counts: CountSheet }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string }

export type Result =
  | { readonly kind: 'done' }
  | { readonly kind: 'opened'; readonly port: number }
  | { readonly kind: 'failed'; readonly failure: OpenFailure }
  | {
      readonly kind: 'counts'
      readonly counts: CountSheet
      readonly footprint: Footprint
      readonly streams: StreamCounts | null
    }

/** Of the thread that answers streams. */
export interface StreamCounts {
  /** That are open now. */
  readonly connections: number
  /** How often main stood still. */
  readonly stalls: number
}

/** As much of a ListenError as crosses: the address, and of the system's error the code and text. */
export interface OpenFailure {
  readonly service: PlaceUse
  readonly host: string
  readonly port: number
  readonly code: string
  readonly text: string
}
