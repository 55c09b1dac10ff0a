import type { ApiServerLimits, CredentialsChoice } from '../sources/apiserver/index.ts'
import type { Family } from '../values/dns/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import type { Log } from '../words/observe/index.ts'
import type { Pauses } from '../words/threads/index.ts'
import type { World } from '../world/zone/index.ts'
import type { Rate } from './bucket.ts'
import type { Rules } from './desired/index.ts'
import type { HeldKind } from './held.ts'
import type { WriteResult, WriteVerb } from './pass.ts'

/** What is configured of the controller, `controller` in meridian.yaml: the same for all clusters that are written to. Durations in milliseconds. */
export interface ControllerSettings {
  /** What is configured of the objects that are made there: `desire` heeds it. */
  readonly rules: Rules
  /**
   * The Lease, one in each cluster, whose holder writes there, so that of several replicas one does; `duration`: for how long
   * others wait for one that says nothing. The holder itself stops two thirds of that after its last renewal, before anybody else begins.
   */
  readonly lease: { readonly namespace: string; readonly name: string; readonly duration: number }
  /** The rate of writes to one API server, whatever they are about: so many a second, and so many at once after a rest. */
  readonly rate: Rate
}

/** A cluster that is written to. A reload leaves those alone for which it is equal to what it was. */
export interface WriteTarget {
  /** The cluster as configuration and registries call it. */
  readonly id: ClusterId
  /** How its API server is reached, and as whom. */
  readonly source: CredentialsChoice
  /** The families that it gives Services addresses of, by its `serviceCIDRs`; empty: not known. */
  readonly families: readonly Family[]
}

/** The limits of a writer: every wait and every bound of writing to one cluster, besides those of requests. */
export interface WriterLimits extends Partial<ApiServerLimits> {
  /**
   * Between two tries at a service whose write failed; the first and the longest pause. Each service waits by
   * itself, and the pause doubles with each failure in a row.
   */
  readonly backoff: Pauses
  /**
   * Between two looks at a service that others change again and again. Two changes cost nothing; from the third
   * on the pause doubles, until the service has been still for twice the longest.
   */
  readonly again: Pauses
  /**
   * Between two tries while the API server is away. All services of that cluster wait together. A Retry-After may
   * ask for more, up to a minute.
   */
  readonly away: Pauses
  /** How long a write may go unseen until it is made again. As a rule the watch tells of a write at once. */
  readonly unseenMs: number
  /**
   * How often what somebody else's object keeps from being written is looked at again. For what no watch tells: a
   * Service that stands where a derived one should.
   */
  readonly foreignMs: number
  /** Services that are looked at side by side. Of one cluster: each has a writer of its own. */
  readonly concurrency: number
}

/** The limits of a server; tests have shorter ones. */
export const WRITER_LIMITS: WriterLimits = {
  backoff: [500, 60_000],
  again: [50, 1_000],
  away: [500, 15_000],
  unseenMs: 10_000,
  foreignMs: 30_000,
  concurrency: 4,
}

/** A counter: told of every write that was made, refused or failed. */
type CountWrite = (cluster: ClusterId, verb: WriteVerb, kind: HeldKind, result: WriteResult) => void

/** What a writer is started with: where it writes, as what, and the world that it writes of. */
export interface WriterOptions {
  /** Where it writes: one cluster, of which this is the only writer in the process. */
  readonly target: WriteTarget
  /** What is configured, the same for all clusters. */
  readonly settings: ControllerSettings
  /** The world in force now: each pass over a service looks at it anew. */
  readonly world: () => World
  /** The name of this process, unlike any other's: the Lease has it as `holderIdentity`. */
  readonly identity: string
  /** Told of writes that are refused, and of who leads. */
  readonly log: Log
  /** Told of each write, for the metrics. */
  readonly count: CountWrite
  /** What tests have shorter. Default: WRITER_LIMITS. */
  readonly limits?: Partial<WriterLimits>
  /** Chance, from 0 to below 1, which spreads waits. Default: Math.random. */
  readonly random?: () => number
}
