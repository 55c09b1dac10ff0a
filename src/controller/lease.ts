import {
  type Fields,
  fieldsOf,
  printWriteFailure,
  type Resource,
  textOf,
  type WriteReply,
  type Writes,
} from '../sources/apiserver/index.ts'

/** Which Lease decides who writes to one cluster, and for how long a term lasts. */
interface LeaseOptions {
  readonly namespace: string
  readonly name: string
  /** Of this process, unlike any other's. */
  readonly identity: string
  /** How long others wait for a holder that says nothing. */
  readonly durationMs: number
}

/** What electing needs of the world outside. */
interface LeaseWorld {
  readonly writes: Pick<Writes, 'read' | 'create' | 'replace' | 'remove'>
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /** Unix milliseconds, for what people read in the Lease. */
  readonly date: () => number
  /** From 0 to below 1. */
  readonly random: () => number
  /** Resolves after so long, or when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** A term has begun; its signal is aborted when it ends, at the latest when others may take over. */
  readonly elected: (term: AbortSignal) => void
  /** Why the Lease could not be read or written; once for each reason in a row. */
  readonly failed: (message: string) => void
}

export interface Election {
  readonly isLeader: () => boolean
  /** Who holds the Lease as it was last read; null: nobody, or not known. */
  readonly holder: () => string | null
  /** Gives the Lease back, so that another need not wait. */
  readonly stop: () => Promise<void>
  /** Stops, and removes the Lease in place of giving it back; `anothers`: it is left to who holds it. */
  readonly remove: () => Promise<WriteReply | 'anothers'>
}

/** The share of a term within which it must be renewed, so that its end is noticed here before anywhere else. */
const RENEW_SHARE = 2 / 3
/** The share of a term between two looks at the Lease. */
const LOOK_SHARE = 2 / 15

/**
 * Stands for election by a Lease of coordination.k8s.io until it is stopped. Clocks of hosts are never compared: a
 * holder counts as gone when its Lease has not changed for its duration while we looked, and our own term ends two
 * thirds of the duration after the last renewal was sent.
 */
export function standForElection(options: LeaseOptions, world: LeaseWorld): Election {
  const candidate = new Candidate(options, world)
  const running = candidate.run()
  const leave = (): Promise<void> => {
    candidate.leave()
    return running
  }
  return {
    isLeader: () => candidate.isLeader,
    holder: () => candidate.holder,
    stop: () => leave().then(() => candidate.release()),
    remove: () => leave().then(() => candidate.remove()),
  }
}

/** A Lease as it was last seen, and since when it has looked so. */
interface Seen {
  readonly object: Fields
  readonly version: string
  readonly at: number
}

class Candidate {
  readonly #options: LeaseOptions
  readonly #world: LeaseWorld
  readonly #running = new AbortController()
  #seen: Seen | null = null
  #term: AbortController | null = null
  #ending: NodeJS.Timeout | undefined
  #complaint = ''

  constructor(options: LeaseOptions, world: LeaseWorld) {
    this.#options = options
    this.#world = world
  }

  get isLeader(): boolean {
    return this.#term !== null
  }

  get holder(): string | null {
    return textOf(specOf(this.#seen)['holderIdentity']) ?? null
  }

  async run(): Promise<void> {
    const { signal } = this.#running
    const { durationMs } = this.#options
    while (!signal.aborted) {
      await this.#look(signal)
      const jitter = this.isLeader ? 1 : 1 + this.#world.random()
      await this.#world.pause(durationMs * LOOK_SHARE * jitter, signal)
    }
  }

  leave(): void {
    this.#end('stopped')
    this.#running.abort(new Error('stopped'))
  }

  /** Only what is ours. A Lease that could not be given back ends by itself. */
  async release(): Promise<void> {
    if (this.#seen === null || this.holder !== this.#options.identity) return
    const spec = {
      ...specOf(this.#seen),
      holderIdentity: '',
      leaseDurationSeconds: 1,
      renewTime: this.#time(),
    }
    const signal = AbortSignal.timeout(RELEASE_MS)
    await this.#world.writes.replace(this.#resource, { ...this.#seen.object, spec }, signal)
  }

  /** Read anew: what was under way when we left may have renewed it. */
  async remove(): Promise<WriteReply | 'anothers'> {
    const { writes } = this.#world
    const read = await writes.read(this.#resource, AbortSignal.timeout(REMOVE_MS))
    if (read.outcome === 'failure') return read
    this.#see(read.object)
    if (this.holder !== this.#options.identity) return 'anothers'
    const { uid, resourceVersion } = fieldsOf(read.object['metadata'])
    const only = { uid: textOf(uid) ?? '', resourceVersion: textOf(resourceVersion) ?? '' }
    const removed = await writes.remove(this.#resource, only, AbortSignal.timeout(REMOVE_MS))
    if (removed.outcome === 'failure') await this.release()
    return removed
  }

  async #look(signal: AbortSignal): Promise<void> {
    if (this.isLeader && this.#seen !== null && (await this.#take(this.#seen, signal))) return
    const read = await this.#world.writes.read(this.#resource, signal)
    if (signal.aborted) return
    if (read.outcome === 'object') {
      this.#see(read.object)
      if (this.#mayTake()) await this.#take(this.#seen, signal)
    } else if (read.reason === 'notFound') {
      this.#seen = null
      await this.#take(null, signal)
    } else this.#fail(printWriteFailure(read))
  }

  #see(object: Fields): void {
    const version = textOf(fieldsOf(object['metadata'])['resourceVersion']) ?? ''
    if (version !== this.#seen?.version) this.#seen = { object, version, at: this.#world.now() }
    if (this.holder !== this.#options.identity) this.#end('another holds the Lease')
  }

  #mayTake(): boolean {
    const { holder } = this
    if (holder === null || holder === this.#options.identity) return true
    const seconds = specOf(this.#seen)['leaseDurationSeconds']
    const durationMs = typeof seconds === 'number' ? seconds * 1000 : this.#options.durationMs
    return this.#world.now() - (this.#seen?.at ?? 0) > durationMs
  }

  /** Writes our name into the Lease, or renews it there; whether that worked. */
  async #take(seen: Seen | null, signal: AbortSignal): Promise<boolean> {
    const { writes, now } = this.#world
    const sentAt = now()
    const body = this.#bodyFor(seen)
    const written =
      seen === null
        ? await writes.create(this.#resource, body, signal)
        : await writes.replace(this.#resource, body, signal)
    if (signal.aborted) return false
    if (written.outcome === 'failure') return this.#lostRace(written)
    this.#see(written.object)
    this.#complaint = ''
    this.#begin(sentAt)
    return true
  }

  #lostRace(failure: Extract<WriteReply, { outcome: 'failure' }>): false {
    if (failure.reason !== 'conflict') this.#fail(printWriteFailure(failure))
    return false
  }

  #bodyFor(seen: Seen | null): Fields {
    const { namespace, name, identity, durationMs } = this.#options
    const before = specOf(seen)
    const isOurs = before['holderIdentity'] === identity
    const changes = typeof before['leaseTransitions'] === 'number' ? before['leaseTransitions'] : 0
    const spec = {
      ...before,
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: isOurs ? before['acquireTime'] : this.#time(),
      renewTime: this.#time(),
      leaseTransitions: isOurs || seen === null ? changes : changes + 1,
    }
    return { metadata: { namespace, name }, ...seen?.object, spec }
  }

  #begin(sentAt: number): void {
    clearTimeout(this.#ending)
    const left = sentAt + this.#options.durationMs * RENEW_SHARE - this.#world.now()
    if (left <= 0) {
      this.#end('renewed too late')
      return
    }
    this.#ending = setTimeout(() => this.#end('not renewed in time'), left)
    if (this.#term !== null) return
    this.#term = new AbortController()
    this.#world.elected(this.#term.signal)
  }

  #end(why: string): void {
    clearTimeout(this.#ending)
    const term = this.#term
    this.#term = null
    term?.abort(new Error(why))
  }

  #fail(message: string): void {
    if (message !== this.#complaint) this.#world.failed(message)
    this.#complaint = message
  }

  #time(): string {
    // A MicroTime has six digits.
    return new Date(this.#world.date()).toISOString().replace('Z', '000Z')
  }

  get #resource(): Resource {
    const { namespace, name } = this.#options
    return { ...LEASE, namespace, name }
  }
}

/** Leases, as they are called. */
export const LEASE: Resource = {
  kind: 'Lease',
  group: 'coordination.k8s.io',
  plural: 'leases',
  versions: ['v1'],
  custom: false,
}

const RELEASE_MS = 2000
const REMOVE_MS = 10_000

const specOf = (seen: Seen | null): Fields => fieldsOf(seen?.object['spec'])
