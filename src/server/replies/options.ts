import type { ServerIdentity } from '../../answer/records/index.ts'
import type { ReplyCounters } from '../../words/observe/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import type { ClientRules } from './asker.ts'

/** What answering needs of the rest of the server. */
export interface ResponderOptions {
  /** The world as it is now. Read once per query. */
  readonly snapshot: () => Snapshot
  readonly identity: ServerIdentity
  readonly clients: ClientRules
  /** Octets of the longest UDP reply. */
  readonly udpSize: number
  /** In [0, 1). */
  readonly random: () => number
  /** Seconds, monotonic; null: whoever asks knows how long replies take. */
  readonly clock: (() => number) | null
  readonly counters: ResponderCounters
  /** A bug of ours met on the way; the query gets SERVFAIL. */
  readonly bug: (error: unknown) => void
}

/** What is counted on the way; read when metrics are asked for. */
export interface ResponderCounters extends ReplyCounters {
  readonly duration: { record(seconds: number): void }
  /** Queries that got no reply, by reason. */
  readonly dropped: (reason: string) => void
  readonly noRoute: (zone: string) => void
}
