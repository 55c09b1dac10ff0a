import { isDeepStrictEqual } from 'node:util'
import { type Freshness, NEVER } from '../../words/clusterset/index.ts'
import type { KindRow } from '../../words/kube/index.ts'
import {
  opened,
  type SealedChange,
  type Source,
  type SourceListener,
  type SourceProblem,
  type StartSource,
  TimeShare,
} from '../changes/index.ts'
import { Quay } from './berth.ts'
import { Budget } from './budget.ts'
import { ApiServerConnection } from './connection.ts'
import { carefully, narrow } from './narrow.ts'
import { Reflector } from './reflector.ts'
import type { ReflectorListener } from './reflector-listener.ts'
import { resourceOf } from './resources.ts'
import { reuseSealed, SealedObject, sealNarrowed } from './sealed.ts'
import { SourceProblems } from './source-problems.ts'
import { ClusterStanding } from './standing.ts'
import { ObjectStore } from './store.ts'
import { type ApiServerEvent, type ApiServerLimits, type ApiServerOptions, LIMITS } from './types.ts'
import { steadyNow } from './waits.ts'

/**
 * A cluster's objects from its API server: one reflector for each kind, or for each kind and namespace, all over one
 * Agent. The first change carries all together, once each has been listed; changes that arrive together are told
 * together.
 */
export const watchApiServer = (options: ApiServerOptions): StartSource =>
  opened(watchSealed(options), options.kinds)

/** The same for who passes them on. */
export const watchSealed =
  (options: ApiServerOptions): StartSource<SealedChange> =>
  (listener) =>
    new Watching(options, listener)

class Watching implements Source {
  readonly #options: ApiServerOptions
  readonly #limits: ApiServerLimits
  readonly #listener: SourceListener<SealedChange>
  readonly #controller = new AbortController()
  readonly #connection: ApiServerConnection
  readonly #store: ObjectStore
  /** Of all its reflectors together. */
  readonly #share = new TimeShare()
  readonly #quay: Quay
  readonly #budget: Budget
  readonly #standing: ClusterStanding
  readonly #problems = new SourceProblems()
  readonly #running: Promise<unknown>
  #stopped: Promise<void> | undefined
  /** The telling of what has happened, and that of a grace that will end. */
  #soon: NodeJS.Timeout | undefined
  #atOnce: NodeJS.Immediate | undefined
  #reportedAt = 0
  #later: NodeJS.Timeout | undefined
  #isWaiting = false
  #heardFirst = false
  #reported: { freshness: Freshness; problems: readonly SourceProblem[] } = { freshness: NEVER, problems: [] }

  constructor(options: ApiServerOptions, listener: SourceListener<SealedChange>) {
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
    this.#listener = listener
    const { load } = options
    this.#store = new ObjectStore(load)
    this.#quay = new Quay(load)
    const measure = (object: unknown) => (object instanceof SealedObject ? object.bytes : 0)
    this.#budget = new Budget(this.#limits.kept, measure, load)
    this.#connection = new ApiServerConnection(options.credentials, this.#limits.connectMs)
    const parts = partsOf(options)
    this.#standing = new ClusterStanding(parts.map(idOf), this.#limits.graceMs)
    this.#running = Promise.all(parts.map((part) => this.#reflectorOf(part).run()))
    // A cluster of which nothing is watched is told of too: as one that has nothing.
    if (parts.length === 0) this.#reportSoon()
  }

  readonly stop = (): Promise<void> => (this.#stopped ??= this.#stop())

  async #stop(): Promise<void> {
    this.#controller.abort(new Error('stopped'))
    clearTimeout(this.#soon)
    clearImmediate(this.#atOnce)
    clearTimeout(this.#later)
    await this.#running
    await this.#connection.close()
  }

  #reflectorOf(part: Part): Reflector<SealedObject> {
    const { restored, care, kept, working, now = steadyNow, random = Math.random } = this.#options
    const { row, namespace } = part
    const { kind } = row
    return new Reflector({
      connection: this.#connection,
      resource: resourceOf(row, namespace),
      narrow: carefully((value) => sealNarrowed(narrow(value, row), kept), care?.(kind), row),
      reuse: reuseSealed,
      ...(working === undefined ? {} : { working }),
      limits: this.#limits,
      signal: this.#controller.signal,
      share: this.#share,
      quay: this.#quay,
      store: this.#store.shelf(kind),
      budget: this.#budget,
      part: idOf(part),
      listener: this.#listen(part),
      restored: restored?.(kind, namespace) ?? 0,
      now,
      random,
    })
  }

  get #now(): number {
    return (this.#options.now ?? steadyNow)()
  }

  #listen(part: Part): ReflectorListener {
    const [standing, problems] = [this.#standing, this.#problems]
    const { namespace, row } = part
    const { kind } = row
    const id = idOf(part)
    return {
      synced: () => this.#note(() => standing.synced(id, this.#now)),
      watched: () =>
        this.#note(() => {
          standing.watched(id)
          problems.recovered(id)
        }),
      lost: () => this.#note(() => standing.lost(id, this.#now)),
      heard: () =>
        this.#note(() => {
          standing.heard(id, this.#now)
          this.#noted({ type: 'heard', kind, at: this.#now })
        }),
      failed: (failure, inARow) =>
        this.#note(() => {
          problems.failed(id, failure, inARow)
          this.#noted({ type: 'failure', kind, namespace, reason: failure.reason })
        }),
      unreadable: (key, problem) => this.#note(() => problems.unreadable(id, key, problem)),
    }
  }

  #note(happened: () => void): void {
    happened()
    this.#reportSoon()
  }

  #noted(event: ApiServerEvent): void {
    this.#options.report?.(event)
  }

  /** A lone change is told as soon as what came with it has been read; those that follow it closely, together. */
  #reportSoon(): void {
    if (this.#stopped !== undefined || this.#isWaiting) return
    if (this.#soon !== undefined || this.#atOnce !== undefined) return
    const { coalesceMs } = this.#limits
    if (performance.now() - this.#reportedAt < coalesceMs)
      this.#soon = setTimeout(() => this.#report(), coalesceMs)
    else this.#atOnce = setImmediate(() => this.#report())
  }

  #report(): void {
    this.#soon = undefined
    this.#atOnce = undefined
    if (this.#isWaiting) return
    const room = this.#listener.room?.()
    if (room === undefined) this.#reportAll()
    else void this.#awaitRoom(room)
  }

  /** What changes meanwhile is told together. */
  async #awaitRoom(room: Promise<void>): Promise<void> {
    this.#isWaiting = true
    await room
    this.#isWaiting = false
    this.#reportSoon()
  }

  #reportAll(): void {
    this.#reportedAt = performance.now()
    this.#reportChanges()
    this.#reportFreshness()
    this.#reportProblems()
  }

  #reportChanges(): void {
    if (!this.#standing.allSynced) return
    const changes = this.#store.take()
    const first = !this.#heardFirst
    this.#heardFirst = true
    if (first || changes.length > 0) this.#call(() => this.#listener.changed(changes))
  }

  #reportFreshness(): void {
    const now = this.#now
    const { freshness, again } = this.#standing.freshness(now)
    clearTimeout(this.#later)
    if (again !== null && this.#stopped === undefined) {
      // At most the grace, whatever the clock did.
      const wait = Math.min(this.#limits.graceMs, Math.max(1, again - now))
      this.#later = setTimeout(() => this.#report(), wait)
    }
    if (isSame(freshness, this.#reported.freshness)) return
    this.#reported.freshness = freshness
    this.#call(() => this.#listener.freshness(freshness))
  }

  #reportProblems(): void {
    const problems = this.#problems.at(this.#options.credentials.place)
    if (isDeepStrictEqual(problems, this.#reported.problems)) return
    this.#reported.problems = problems
    this.#call(() => this.#listener.problems(problems))
  }

  /** The listener may stop this source from any call, which is then the last; its mistakes are not ours. */
  #call(report: () => void): void {
    if (this.#stopped !== undefined) return
    try {
      report()
    } catch (error) {
      this.#noted({ type: 'listenerThrew', error })
    }
  }
}

/** What one reflector keeps: a kind, of one namespace or (null) of all. */
interface Part {
  readonly row: KindRow
  readonly namespace: string | null
}

const partsOf = ({ kinds, namespaces = [] }: ApiServerOptions): readonly Part[] =>
  (namespaces.length === 0 ? [null] : namespaces).flatMap((namespace, i) =>
    kinds.rows
      .filter(({ served: { namespaced } }) => namespaced || i === 0)
      .map((row) => ({ row, namespace: row.served.namespaced ? namespace : null })),
  )

const idOf = ({ row: { kind }, namespace }: Part): string =>
  namespace === null ? kind : `${kind} ${namespace}`

/** Whether there is nothing to tell: of a live cluster, when it was heard is no news. */
const isSame = (a: Freshness, b: Freshness): boolean =>
  a.kind === b.kind && (a.kind === 'live' || isDeepStrictEqual(a, b))
