import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import {
  type Credentials,
  credentialsFrom,
  type FailureReason,
  printWriteFailure,
  type Writes,
  writesTo,
} from '../sources/apiserver/index.ts'
import { type SourceProblem, sentenceOfProblem } from '../sources/changes/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import { namespaceOf, type ServiceKey } from '../words/kube/index.ts'
import { Sparing } from '../words/observe/index.ts'
import { Bucket } from './bucket.ts'
import { exportersOf, unheardIn } from './changes.ts'
import { type DesiredService, DesiredState } from './desired-state.ts'
import { type Election, standForElection } from './lease.ts'
import { Memory } from './memory.ts'
import { type ObservedState, watchHeld } from './observed-state.ts'
import { makePass, type Passed, type Step, stepIdOf, type Tools } from './pass.ts'
import type { Cause } from './queue.ts'
import { Tally } from './tally.ts'
import { WRITER_LIMITS, type WriterLimits, type WriterOptions } from './types.ts'
import { type Ended, KeyedWork } from './work.ts'
import { WriteProblems } from './write-problems.ts'

/** How writing to one cluster stands. Times in milliseconds. */
export interface WriterStatus {
  readonly cluster: ClusterId
  readonly leads: boolean
  /** Who holds the Lease, as it was last read; null: nobody, or not known. */
  readonly holder: string | null
  /** Every kind that is written has been listed. */
  readonly observed: boolean
  readonly depth: number
  readonly age: number
  readonly failing: number
  readonly problems: readonly SourceProblem[]
  readonly wanted: ReadonlyMap<string, number>
}

/**
 * Makes one cluster what it should be, service by service, while it holds the cluster's Lease. Level-triggered: a pass
 * over a service compares what is wanted now with what is seen now, and whatever a pass misses, the next one does.
 */
export class ClusterWriter {
  readonly id: ClusterId
  readonly #options: WriterOptions
  readonly #limits: WriterLimits
  readonly #work: KeyedWork<ServiceKey>
  readonly #memory: Memory
  readonly #bucket: Bucket
  readonly #credentials: Credentials
  readonly #writes: Writes
  readonly #observed: ObservedState
  readonly #election: Election
  readonly #problems: WriteProblems
  readonly #tally = new Tally()
  readonly #desired: DesiredState
  #term: AbortSignal | null = null
  #atWork = false
  /** How many clusters have never been heard. */
  #unheard = 0
  readonly #sparing = new Sparing()

  constructor(options: WriterOptions) {
    const { target, settings, identity, log, random = Math.random } = options
    this.id = target.id
    this.#options = options
    this.#limits = { ...WRITER_LIMITS, ...options.limits }
    const limits = this.#limits
    const turns = { first: target.id, partOf: namespaceOf, again: limits.again }
    const run = (key: ServiceKey, term: AbortSignal): Promise<Ended> => this.#run(key, term)
    this.#work = new KeyedWork<ServiceKey>({ limits, turns, random, run })
    this.#memory = new Memory(this.#limits.unseenMs, (id) => this.#observed.versionOf(id))
    this.#bucket = new Bucket(settings.rate, now())
    const warn = (sort: string, message: string, more: object = {}): void =>
      this.#sparing.same(sort, (count) => log.warn({ cluster: target.id, ...more, ...count }, message))
    this.#problems = new WriteProblems(({ message, place }) =>
      warn('writes', message, place === null ? {} : { place }),
    )
    this.#credentials = credentialsFrom(target.source)
    this.#writes = writesTo(this.#credentials, limits)
    this.#observed = watchHeld({
      credentials: this.#credentials,
      limits,
      changed: (keys) => this.#seen(keys),
      namespaces: (names) => this.#namespaces(names),
      problem: (problem) => warn('watches', sentenceOfProblem(problem), { place: problem.place }),
    })
    this.#desired = new DesiredState(target, settings, options.world, this.#observed, this.#writes)
    this.#election = standForElection(
      { ...settings.lease, durationMs: settings.lease.duration, identity },
      {
        writes: this.#writes,
        now,
        date: Date.now,
        random,
        pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
        elected: (term) => this.#elected(term),
        failed: (message) => warn('lease', `the controller's Lease: ${message}`),
      },
    )
  }

  /** These services may be wanted otherwise than before: those of this cluster go first, others in turn. */
  add(keys: Iterable<ServiceKey>): void {
    if (this.#isAtWork()) this.#work.add(keys, this.#causeOf)
  }

  /** The same, with the clusters whose doing it is, by service; none: nobody's. */
  take(changes: ReadonlyMap<ServiceKey, readonly ClusterId[]>): void {
    if (!this.#isAtWork()) return
    this.#work.add(changes.keys(), (key) => {
      const changers = changes.get(key) ?? []
      if (changers.length === 0) return this.#causeOf(key)
      return { parties: changers.includes(this.id) ? [this.id] : changers, anew: true }
    })
  }

  readonly #causeOf = (key: ServiceKey): Cause => {
    const parties = exportersOf(this.#options.world(), key, this.id)
    return { parties: parties.length === 0 ? [''] : parties, anew: false }
  }

  /** What a term, or news of a cluster, has looked at as a whole is added before. */
  #isAtWork(): boolean {
    if (!this.#mayWork()) return false
    const unheard = unheardIn(this.#options.world())
    // A term's first look is at everything, and so is one that knows of another cluster what it does not export.
    if (!this.#atWork || unheard < this.#unheard) this.#addAll()
    this.#atWork = true
    this.#unheard = unheard
    return true
  }

  status(): WriterStatus {
    return {
      cluster: this.id,
      leads: this.#election.isLeader(),
      holder: this.#election.holder(),
      observed: this.#observed.isWhole(),
      ...this.#work.status(),
      problems: [...this.#observed.problems(), ...this.#problems.list(this.#credentials.place)],
      wanted: this.#tally.totals,
    }
  }

  /** What is wanted of a service and what of it stands, for whoever asks; null: that is not known yet. */
  look(key: ServiceKey): ServiceLook | null {
    if (!this.#observed.isWhole()) return null
    return { ...this.#desired.of(key), failure: this.#tally.failureOf(key) }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#election.stop(), this.#observed.stop()])
    await this.#work.idle()
    await this.#writes.close()
  }

  #elected(term: AbortSignal): void {
    this.#reportTurn('this replica writes to the cluster')
    this.#term = term
    this.#work.begin(term)
    term.addEventListener('abort', () => this.#deposed(), { once: true })
    this.add([])
  }

  #reportTurn(message: string): void {
    const { log } = this.#options
    this.#sparing.same('turns', (more) => log.info({ cluster: this.id, ...more }, message))
  }

  #deposed(): void {
    this.#reportTurn('this replica does not write to the cluster any more')
    this.#term = null
    this.#atWork = false
    this.#work.end()
    this.#memory.clear()
    this.#tally.clear()
    this.#problems.clear()
  }

  #mayWork(): boolean {
    return this.#term !== null && this.#observed.isWhole() && this.#options.world().settled
  }

  #addAll(): void {
    const keys = new Set([...this.#options.world().entries].map(([key]) => key))
    for (const key of this.#observed.keys()) keys.add(key)
    this.#work.add(keys, this.#causeOf)
  }

  #seen(keys: ReadonlySet<ServiceKey>): void {
    this.add(keys)
  }

  #namespaces(names: ReadonlySet<string>): void {
    const keys = [...this.#options.world().entries].map(([key]) => key)
    this.add(keys.filter((key) => names.has(namespaceOf(key))))
  }

  async #run(key: ServiceKey, term: AbortSignal): Promise<Ended> {
    try {
      const passed = await this.#pass(key, term)
      return term.aborted ? { outcome: 'failed' } : this.#endedOf(key, passed)
    } catch (error) {
      const { log } = this.#options
      this.#sparing.same('bug', (more) =>
        log.error(
          { err: error, cluster: this.id, service: key, ...more },
          'bug: a pass over a service failed',
        ),
      )
      return { outcome: 'failed' }
    }
  }

  async #pass(key: ServiceKey, term: AbortSignal): Promise<Passed> {
    // One turn of the event loop for each service: whoever asks this thread anything is not kept waiting.
    await turn()
    await this.#desired.learn(key, term)
    const { desired, steps } = this.#desired.of(key)
    this.#tally.wants(key, desired)
    const refused = new Set<string>()
    const passed = await makePass(steps, this.#toolsFor(key, refused), term)
    if (passed.outcome !== 'failed') this.#problems.passed(key, refused)
    return passed
  }

  #endedOf(key: ServiceKey, passed: Passed): Ended {
    if (passed.outcome === 'failed') {
      const { reason, retryAfterMs: leastMs } = passed.failure
      this.#tally.failed(key, printWriteFailure(passed.failure))
      return { outcome: AWAY.has(reason) ? 'away' : 'failed', leastMs }
    }
    this.#tally.failed(key, null)
    const { unseenMs, foreignMs } = this.#limits
    if (passed.outcome === 'foreign')
      // The next pass knows of it, and wants what can be had beside it.
      return { outcome: 'done', againMs: this.#desired.found(key, passed.found) ? 0 : foreignMs }
    const obstructedMs = this.#desired.isObstructed(key) ? foreignMs : null
    return { outcome: 'done', againMs: passed.isUnseen ? unseenMs : obstructedMs }
  }

  /** `refused`: takes the sorts of what cannot be written. */
  #toolsFor(key: ServiceKey, refused: Set<string>): Tools {
    return {
      writes: this.#writes,
      memory: this.#memory,
      now,
      permit: async (signal) => {
        const wait = this.#bucket.take(now())
        if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined)
      },
      report: (step, result, message, place) => {
        this.#options.count(this.id, step.verb, step.kind, result)
        if (result === 'ok') this.#wrote(step)
        // A namespace that goes takes with it what was to be written: nobody need do anything.
        else if (result !== 'terminating') {
          const sort = `${step.verb} ${step.kind} ${result}`
          refused.add(sort)
          this.#problems.failed(sort, key, { message, place })
        }
      },
    }
  }

  #wrote(step: Step): void {
    this.#problems.worked(`${step.verb} ${step.kind}`)
    this.#options.log.debug({ cluster: this.id, verb: step.verb, object: stepIdOf(step) }, 'written')
  }
}

export interface ServiceLook extends DesiredService {
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

const now = (): number => performance.now()
