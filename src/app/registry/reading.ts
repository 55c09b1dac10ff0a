import {
  type ApiServerLimits,
  type Credentials,
  type CredentialsChoice,
  type Reflected,
  reflect,
  resourceOf,
} from '../../sources/apiserver/index.ts'
import type { SourceProblem } from '../../sources/changes/index.ts'
import { reuse } from '../../values/table/index.ts'
import { bugSentence, type KubeObject, type ObjectKey, parseAs, type RowOf } from '../../words/kube/index.ts'
import type { OpenRegistry, RegisteredCluster, RegistryObjects, RegistryRead } from './row.ts'
import type { RegistryProblem } from './types.ts'

interface ReadingOptions {
  /** What the registry is called. */
  readonly name: string
  readonly registry: OpenRegistry
  /** How its API server is reached. */
  readonly server: CredentialsChoice
  readonly credentials: Credentials
  readonly limits: ApiServerLimits
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
  readonly #objects = new Map<RegistryRead, ReadonlyMap<ObjectKey, Sent>>()
  readonly #complaints = new Map<RegistryRead, readonly SourceProblem[]>()
  #written: readonly RegisteredCluster[] | null = null
  #bug: readonly RegistryProblem[] = []
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

  /** null: not all of its kinds were listed yet. */
  get written(): readonly RegisteredCluster[] | null {
    return this.#written
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
      ...(this.#written ?? []).flatMap(remarksOn),
      ...this.#bug,
    ]
  }

  #reflect(read: RegistryRead): Reflected {
    const { credentials, limits, now, random, changed, complained } = this.#options
    const { row, namespace, selector } = read
    return reflect({
      credentials,
      resource: { ...resourceOf(row, namespace), ...(selector !== undefined && { selector }) },
      narrow: (fields) => sentOf(parseAs(row, fields)),
      limits,
      ...(now && { now }),
      ...(random && { random }),
      changed: (objects) => {
        this.#objects.set(read, heldOf(objects, this.#objects.get(read)))
        if (this.#objects.size < this.#options.registry.reads.length) return
        this.#read()
        changed()
      },
      problems: (problems) => {
        this.#complaints.set(read, problems)
        complained()
      },
    })
  }

  #read(): void {
    const { registry, server, name } = this.#options
    try {
      this.#written = reuseByKey(registry.clustersOf(this.#held, server), this.#written ?? [])
      this.#bug = []
    } catch (error) {
      // What its objects said before stays in force.
      this.#written ??= []
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

/** What an edit has spoilt is as it last could be read. */
function heldOf(
  objects: ReadonlyMap<ObjectKey, Sent>,
  before: ReadonlyMap<ObjectKey, Sent> | undefined,
): ReadonlyMap<ObjectKey, Sent> {
  const entries = [...objects].map(([key, sent]): [ObjectKey, Sent] => {
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
