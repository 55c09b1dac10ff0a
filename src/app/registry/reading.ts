import {
  type Credentials,
  type CredentialsChoice,
  follow,
  type Reflected,
  resourceOf,
} from '../../sources/apiserver/index.ts'
import type { SourceProblem } from '../../sources/changes/index.ts'
import { reuse } from '../../values/table/index.ts'
import { bugSentence, type KubeObject, type ObjectKey, parseAs, type RowOf } from '../../words/kube/index.ts'
import type { LookTime } from './looks.ts'
import type { OpenRegistry, RegisteredCluster, RegistryObjects, RegistryRead } from './row.ts'
import type { RegistryLimits, RegistryProblem } from './types.ts'

interface ReadingOptions {
  /** What the registry is called. */
  readonly name: string
  readonly registry: OpenRegistry
  /** How its API server is reached. */
  readonly server: CredentialsChoice
  readonly credentials: Credentials
  readonly limits: RegistryLimits
  readonly now?: (() => number) | undefined
  readonly random?: (() => number) | undefined
  /** The clusters may be others. */
  readonly changed: () => void
  /** The problems are others. */
  readonly complained: () => void
}

/** An object as it was last sent, and as it could last be read. */
interface Sent {
  readonly object: KubeObject | null
  /** Why it cannot be read now, or what of it cannot. */
  readonly problems: readonly string[]
}

/** One registry at work: what its API server has of the kinds that it reads, and the clusters that those make. */
export class RegistryReading {
  readonly name: string
  readonly #options: ReadingOptions
  /** What was sent last, as it lives on. */
  readonly #sent = new Map<RegistryRead, ReadonlyMap<ObjectKey, Sent>>()
  /** Of that what counts, as it was when it was looked at. */
  readonly #objects = new Map<RegistryRead, ReadonlyMap<ObjectKey, Sent>>()
  readonly #complaints = new Map<RegistryRead, readonly SourceProblem[]>()
  #written: readonly RegisteredCluster[] = []
  #bug: readonly RegistryProblem[] = []
  #beyond: readonly RegistryProblem[] = []
  #leftOut = 0
  #reflected: readonly Reflected[] = []

  constructor(options: ReadingOptions) {
    this.name = options.name
    this.#options = options
  }

  start(): void {
    this.#reflected = this.#options.registry.reads.map((read) => this.#reflect(read))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflected.map((one) => one.stop()))
  }

  /** Whether all of its kinds were listed. */
  get isListed(): boolean {
    return this.#sent.size === this.#options.registry.reads.length
  }

  /** Its clusters, as they were when it was looked at. */
  get written(): readonly RegisteredCluster[] {
    return this.#written
  }

  /** How many of its objects, or clusters in them, do not count because there are too many before them. */
  get leftOut(): number {
    return this.#leftOut
  }

  mayHold(key: string): boolean {
    return this.#options.registry.mayHold(key)
  }

  /** Why its objects cannot be listed. */
  get complaints(): readonly SourceProblem[] {
    return [...this.#complaints.values()].flat()
  }

  /** What is wrong with single objects. */
  get problems(): readonly RegistryProblem[] {
    const sent = [...this.#objects.values()].flatMap((objects) => [...objects.values()])
    return [
      ...sent.flatMap(({ problems }) => problems.map(problemAt)),
      ...this.#written.flatMap(remarksOn),
      ...this.#beyond,
      ...this.#bug,
    ]
  }

  #reflect(read: RegistryRead): Reflected {
    const { credentials, limits, now, random, changed, complained } = this.#options
    const { row, namespace, selector } = read
    return follow({
      credentials,
      resource: { ...resourceOf(row, namespace), ...(selector !== undefined && { selector }) },
      narrow: (fields) => sentOf(parseAs(row, fields)),
      limits,
      ...(now && { now }),
      ...(random && { random }),
      changed: (_keys, objects) => {
        this.#sent.set(read, objects)
        if (this.isListed) changed()
      },
      problems: (problems) => {
        this.#complaints.set(read, problems)
        complained()
      },
    })
  }

  /** Looks at what its objects say now. What takes long of one is done in a turn of its own. */
  async look(time: LookTime): Promise<void> {
    const beyond: RegistryProblem[] = []
    this.#leftOut = 0
    for (const [read, sent] of this.#sent) {
      const oldest = await time.do(() => oldestOf(sent, BESIDE * this.#options.limits.clusters))
      const counted = await this.#counted(oldest, time)
      if (counted.length < sent.size) beyond.push(this.#tooMany(read, sent.size, counted.length))
      this.#leftOut += sent.size - counted.length
      await time.do(() => this.#objects.set(read, heldOf(counted, this.#objects.get(read))))
    }
    this.#beyond = beyond
    await time.do(() => this.#read())
  }

  /** As many as make no more clusters than count. */
  async #counted(oldest: readonly Entry[], time: LookTime): Promise<readonly Entry[]> {
    const { prepare } = this.#options.registry
    if (prepare === undefined) return oldest
    let left = this.#options.limits.clusters
    for (let i = 0; i < oldest.length; ) {
      const end = Math.min(oldest.length, i + AT_ONCE)
      await time.do(() => {
        const until = performance.now() + TURN_MS
        while (i < end && left >= 0 && performance.now() < until) {
          const object = oldest[i]?.[1].object ?? null
          left -= object === null ? 0 : prepare(object)
          if (left >= 0) i++
        }
      })
      if (left < 0) return oldest.slice(0, i)
    }
    return oldest
  }

  #tooMany({ row }: RegistryRead, all: number, counted: number): RegistryProblem {
    const problem = `it has ${all} objects of kind ${row.kind}, of which the oldest ${counted} count`
    const remedy = `take those away that are no clusters: of one registry ${this.#options.limits.clusters} clusters count, and more with a larger heap`
    return { about: 'cluster', place: this.name, message: problem, remedy }
  }

  #read(): void {
    const { registry, server, name } = this.#options
    try {
      this.#written = reuseByKey(registry.clustersOf(this.#held, server), this.#written)
      this.#bug = []
    } catch (error) {
      // What its objects said before stays in force.
      this.#bug = [{ about: 'registry', place: name, message: bugSentence(error) }]
    }
  }

  readonly #held: RegistryObjects = {
    of: <T extends KubeObject>(row: RowOf<T>): readonly T[] =>
      [...this.#objects]
        .filter(([read]) => read.row.kind === row.kind)
        .flatMap(([, objects]) => [...objects.values()])
        .flatMap(({ object }) => (object !== null && row.is(object) ? [object] : [])),
  }
}

const remarksOn = ({ place, remarks = [] }: RegisteredCluster): readonly RegistryProblem[] =>
  remarks.map((message) => ({ about: 'remark', place, message }))

/** A sentence about an object begins with what it is. */
function problemAt(sentence: string): RegistryProblem {
  const end = sentence.indexOf(': ')
  return { about: 'cluster', place: sentence.slice(0, end), message: sentence.slice(end + 2) }
}

function sentOf(parsed: ReturnType<typeof parseAs>): Sent {
  if (parsed.outcome === 'problem') return { object: null, problems: [parsed.problem] }
  const { flaws = [] } = parsed.object
  return { object: parsed.object, problems: flaws }
}

type Entry = readonly [key: ObjectKey, sent: Sent]

/** Objects of a kind that are no clusters each, such as their Secrets: so many for each cluster that counts. */
const BESIDE = 4

/** Objects that are prepared in one turn, which ends sooner where they take long. */
const AT_ONCE = 500
const TURN_MS = 4

/**
 * The oldest objects, as many as count, so that nobody who adds more puts out one that was there; of those of one second
 * whichever were there first.
 */
function oldestOf(objects: ReadonlyMap<ObjectKey, Sent>, most: number): readonly Entry[] {
  const oldest = objects.size <= most ? [...objects] : beforeOthers(objects, most)
  return oldest.toSorted(([keyA, a], [keyB, b]) => bornAt(a) - bornAt(b) || (keyA < keyB ? -1 : 1))
}

/** Without all of them being sorted: there may be very many. */
function beforeOthers(objects: ReadonlyMap<ObjectKey, Sent>, most: number): readonly Entry[] {
  const last = Float64Array.from(objects.values(), bornAt).sort()[most - 1] ?? 0
  const older = [...objects].filter(([, sent]) => bornAt(sent) < last)
  const asOld = [...objects].filter(([, sent]) => bornAt(sent) === last)
  return [...older, ...asOld.slice(0, most - older.length)]
}

/** Those that do not say are the last. */
const bornAt = ({ object }: Sent): number => object?.createdAt || Number.MAX_SAFE_INTEGER

/** What an edit has spoilt is as it last could be read. */
function heldOf(
  objects: readonly Entry[],
  before: ReadonlyMap<ObjectKey, Sent> | undefined,
): ReadonlyMap<ObjectKey, Sent> {
  const entries = objects.map(([key, sent]): [ObjectKey, Sent] => {
    const good = sent.object === null ? (before?.get(key)?.object ?? null) : null
    return [key, good === null ? sent : { ...sent, object: good }]
  })
  return new Map(entries)
}

/** Equal ones keep their identity, and the last of one key counts. */
function reuseByKey(
  written: readonly RegisteredCluster[],
  before: readonly RegisteredCluster[],
): readonly RegisteredCluster[] {
  const known = new Map(before.map((one) => [one.key, one]))
  return [...new Map(written.map((one) => [one.key, reuse(known.get(one.key), one)])).values()]
}
