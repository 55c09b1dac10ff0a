import { setTimeout as sleep } from 'node:timers/promises'
import { type FailureReason, resourceOf, type Writes, writesTo } from '../apiserver/index.ts'
import type { ClusterId } from '../clusterset/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import type { Problem } from '../source/index.ts'
import { Bucket } from './bucket.ts'
import { Complaints } from './complaints.ts'
import { type Desired, derivedName, type Here } from './desired/index.ts'
import { type Held, readHeld, resourceNamed } from './held.ts'
import { hereOf } from './here.ts'
import { type Election, standForElection } from './lease.ts'
import { Memory } from './memory.ts'
import { idOf, makePass, type Passed, type Step, stepsFor, type Tools } from './pass.ts'
import { WorkQueue } from './queue.ts'
import { type Sight, watchHeld } from './sight.ts'
import { Tally } from './tally.ts'
import { WRITER_LIMITS, type WriterLimits, type WriterOptions } from './types.ts'

/** How writing to one cluster stands. Times in milliseconds. */
export interface WriterStatus {
  readonly cluster: ClusterId
  readonly leads: boolean
  /** Who holds the Lease, as it was last read; null: nobody, or not known. */
  readonly holder: string | null
  /** Every kind that is written has been listed. */
  readonly sighted: boolean
  readonly depth: number
  readonly age: number
  readonly failing: number
  readonly problems: readonly Problem[]
  readonly wanted: ReadonlyMap<string, number>
}

/**
 * Makes one cluster what it should be, service by service, while it holds the cluster's Lease. Level-triggered: a pass
 * over a service compares what is wanted now with what is seen now, and whatever a pass misses, the next one does.
 */
export class Writer {
  readonly id: ClusterId
  readonly #options: WriterOptions
  readonly #limits: WriterLimits
  readonly #queue: WorkQueue<ServiceKey>
  readonly #memory: Memory
  readonly #bucket: Bucket
  readonly #writes: Writes
  readonly #sight: Sight
  readonly #election: Election
  readonly #complaints: Complaints
  readonly #tally = new Tally()
  /** Objects of others that stand where ours should. */
  readonly #foreign = new Map<ServiceKey, Held>()
  #term: AbortSignal | null = null
  #atWork = false
  #couldRemove = false
  #dialect: Pick<Here, 'version' | 'tellsOfSlices'> = { version: 'v1beta1', tellsOfSlices: false }
  readonly #running = new Set<Promise<void>>()
  /** No key is taken before: the API server is away, or asked to be left alone. */
  #heldUntil = 0
  #awayInARow = 0
  #wake: NodeJS.Timeout | undefined

  constructor(options: WriterOptions) {
    const { target, settings, identity, log, random = Math.random } = options
    this.id = target.id
    this.#options = options
    this.#limits = { ...WRITER_LIMITS, ...options.limits }
    this.#queue = new WorkQueue(this.#limits.backoff, random)
    this.#memory = new Memory(this.#limits.unseenMs)
    this.#bucket = new Bucket(settings.rate, now())
    this.#complaints = new Complaints((message) => log.warn({ cluster: target.id }, message))
    const limits = this.#limits
    this.#writes = writesTo(target.credentials, limits)
    this.#sight = watchHeld({
      credentials: target.credentials,
      limits,
      changed: (keys) => this.#seen(keys),
      namespaces: (names) => this.#namespaces(names),
      problem: ({ place, message }) => log.warn({ cluster: target.id, place }, message),
    })
    this.#election = standForElection(
      { ...settings.lease, durationMs: settings.lease.duration, identity },
      {
        writes: this.#writes,
        now,
        date: Date.now,
        random,
        pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
        elected: (term) => this.#elected(term),
        failed: (message) => log.warn({ cluster: target.id }, `the controller's Lease: ${message}`),
      },
    )
  }

  /** These services may be wanted otherwise than before. */
  add(keys: Iterable<ServiceKey>): void {
    if (!this.#mayWork()) return
    const canRemove = this.#mayRemove()
    // A term's first look is at everything, and so is the first that may remove things.
    if (!this.#atWork || (canRemove && !this.#couldRemove)) this.#addAll()
    this.#atWork = true
    this.#couldRemove = canRemove
    for (const key of keys) this.#queue.add(key, now())
    this.#go()
  }

  status(): WriterStatus {
    return {
      cluster: this.id,
      leads: this.#election.isLeader(),
      holder: this.#election.holder(),
      sighted: this.#sight.isWhole(),
      depth: this.#queue.depth(now()),
      age: this.#queue.age(now()),
      failing: this.#queue.failing,
      problems: [...this.#sight.problems(), ...this.#complaints.list(this.#options.target.credentials.place)],
      wanted: this.#tally.totals,
    }
  }

  /** What is wanted of a service and what of it stands, for whoever asks; null: that is not known yet. */
  look(key: ServiceKey): Look | null {
    if (!this.#sight.isWhole()) return null
    const held = this.#sight.of(key)
    const desired = this.#desiredOf(key, held)
    return {
      desired,
      held,
      steps: stepsFor(desired, held, this.#mayRemove()),
      failure: this.#tally.failureOf(key),
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#wake)
    await Promise.all([this.#election.stop(), this.#sight.stop()])
    await Promise.all(this.#running)
    await this.#writes.close()
  }

  #elected(term: AbortSignal): void {
    this.#options.log.info({ cluster: this.id }, 'this replica writes to the cluster')
    this.#term = term
    term.addEventListener('abort', () => this.#deposed(), { once: true })
    this.add([])
  }

  #deposed(): void {
    this.#options.log.info({ cluster: this.id }, 'this replica does not write to the cluster any more')
    this.#term = null
    this.#atWork = false
    this.#queue.clear()
    this.#memory.clear()
    this.#tally.clear()
    this.#complaints.clear()
    clearTimeout(this.#wake)
  }

  #mayWork(): boolean {
    return this.#term !== null && this.#sight.isWhole() && this.#options.world().settled
  }

  #addAll(): void {
    const keys = new Set([...this.#options.world().entries].map(([key]) => key))
    for (const key of this.#sight.keys()) keys.add(key)
    for (const key of keys) this.#queue.add(key, now())
  }

  #seen(keys: ReadonlySet<ServiceKey>): void {
    this.add(keys)
  }

  #namespaces(names: ReadonlySet<string>): void {
    const keys = [...this.#options.world().entries].map(([key]) => key)
    this.add(keys.filter((key) => names.has(key.slice(0, key.indexOf('/')))))
  }

  #go(): void {
    clearTimeout(this.#wake)
    while (this.#term !== null && this.#running.size < this.#limits.concurrency && now() >= this.#heldUntil) {
      const key = this.#queue.take(now())
      if (key === undefined) break
      const run = this.#run(key, this.#term)
      this.#running.add(run)
      void run.then(() => {
        this.#running.delete(run)
        this.#go()
      })
    }
    const due = this.#queue.nextDue(now())
    if (this.#term === null || due === null || this.#running.size >= this.#limits.concurrency) return
    this.#wake = setTimeout(() => this.#go(), Math.max(1, Math.max(due, this.#heldUntil) - now()))
  }

  /** Never rejects. */
  async #run(key: ServiceKey, term: AbortSignal): Promise<void> {
    try {
      const passed = await this.#pass(key, term)
      if (!term.aborted) this.#settle(key, passed)
    } catch (error) {
      const { log } = this.#options
      log.error({ err: error, cluster: this.id, service: key }, 'bug: a pass over a service failed')
      if (!term.aborted) this.#queue.failed(key, now())
    }
  }

  async #pass(key: ServiceKey, term: AbortSignal): Promise<Passed> {
    // One turn of the event loop for each service: whoever asks this thread anything is not kept waiting.
    await sleep(0)
    await this.#learnDialect(term)
    await this.#lookAtForeign(key, term)
    const held = this.#sight.of(key)
    const desired = this.#desiredOf(key, held)
    this.#tally.wants(key, desired)
    return makePass(stepsFor(desired, held, this.#mayRemove()), this.#tools, term)
  }

  /** Which MCS API the cluster speaks; as before, if it does not say. */
  async #learnDialect(term: AbortSignal): Promise<void> {
    const imports = resourceOf('ServiceImport', null)
    const version = await this.#writes.versionOf(imports, term)
    if (version !== 'v1alpha1' && version !== 'v1beta1') return
    const tellsOfSlices = await this.#writes.declares(imports, 'endpointSliceObjects', term)
    this.#dialect = { version, tellsOfSlices }
  }

  #desiredOf(key: ServiceKey, held: readonly Held[]): Desired {
    const { target, settings, desire, world } = this.#options
    const [namespace = ''] = key.split('/')
    const ground = {
      cluster: target.id,
      ...this.#dialect,
      families: target.families,
      namespaceExists: this.#sight.hasNamespace(namespace),
    }
    const name = derivedName(key)
    const derived = held.find((one) => one.kind === 'Service' && one.name === name) ?? this.#foreign.get(key)
    return desire(key, hereOf(ground, key, held, derived), world(), settings.rules, Date.now())
  }

  /** What a cluster that was never heard exports is not known: nothing goes for its silence. */
  #mayRemove(): boolean {
    const { members } = this.#options.world().clusterset
    return [...members.values()].every(({ freshness }) => freshness.kind !== 'never')
  }

  /** What stood in the way before may be gone. */
  async #lookAtForeign(key: ServiceKey, term: AbortSignal): Promise<void> {
    const found = this.#foreign.get(key)
    if (found === undefined) return
    const resource = resourceNamed(found.kind, found.namespace, found.name)
    const read = await this.#writes.read(resource, term)
    if (read.outcome === 'object') this.#foreign.set(key, readHeld(found.kind, read.object))
    else if (read.reason === 'notFound') this.#foreign.delete(key)
  }

  #settle(key: ServiceKey, passed: Passed): void {
    if (passed.outcome === 'failed') {
      this.#failed(key, passed.failure)
      return
    }
    this.#awayInARow = 0
    this.#tally.failed(key, null)
    if (passed.outcome === 'foreign') {
      this.#parked(key, passed.found)
      return
    }
    const { unseenMs, foreignMs } = this.#limits
    this.#queue.done(key, now(), passed.wrote > 0 ? unseenMs : this.#foreign.has(key) ? foreignMs : null)
  }

  /** A Service in the place of ours: the next pass knows of it, and wants what can be had beside it. */
  #parked(key: ServiceKey, found: Held): void {
    const isKnown = found.kind !== 'Service' || this.#foreign.has(key)
    if (found.kind === 'Service') this.#foreign.set(key, found)
    this.#queue.done(key, now(), isKnown ? this.#limits.foreignMs : 0)
  }

  #failed(
    key: ServiceKey,
    { reason, message, retryAfterMs }: Extract<Passed, { outcome: 'failed' }>['failure'],
  ): void {
    this.#tally.failed(key, message)
    if (!AWAY.has(reason)) {
      this.#queue.failed(key, now(), retryAfterMs)
      return
    }
    const { fromMs, toMs } = this.#limits.away
    const wait = Math.min(toMs, fromMs * 2 ** Math.min(this.#awayInARow, 20))
    this.#awayInARow += 1
    this.#heldUntil = Math.max(
      this.#heldUntil,
      now() + Math.min(Math.max(wait, retryAfterMs ?? 0), MOST_RETRY_AFTER_MS),
    )
    this.#queue.putBack(key, now())
  }

  get #tools(): Tools {
    return {
      writes: this.#writes,
      memory: this.#memory,
      now,
      permit: async (signal) => {
        const wait = this.#bucket.take(now())
        if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined)
      },
      report: (step, result, message) => {
        this.#options.count(this.id, step.verb, step.kind, result)
        if (result === 'ok') this.#wrote(step)
        else this.#complaints.failed(`${step.verb} ${step.kind} ${result}`, message)
      },
    }
  }

  #wrote(step: Step): void {
    this.#complaints.worked(`${step.verb} ${step.kind}`)
    this.#options.log.debug({ cluster: this.id, verb: step.verb, object: idOf(step) }, 'written')
  }
}

export interface Look {
  readonly desired: Desired
  readonly held: readonly Held[]
  readonly steps: readonly Step[]
  /** Why the last pass did not come to its end. */
  readonly failure: string | null
}

/** Failures that are not about the object that was written. */
const AWAY: ReadonlySet<FailureReason> = new Set([
  'connection',
  'credentials',
  'certificate',
  'unauthorized',
  'throttled',
])

const MOST_RETRY_AFTER_MS = 60_000

const now = (): number => performance.now()
