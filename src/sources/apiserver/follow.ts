import { isDeepStrictEqual } from 'node:util'
import { reuse } from '../../values/table/index.ts'
import { type ObjectKey, printable } from '../../words/kube/index.ts'
import { type SourceProblem, TimeShare } from '../changes/index.ts'
import { Quay } from './berth.ts'
import { Budget } from './budget.ts'
import { ApiServerConnection } from './connection.ts'
import type { Credentials } from './credentials-types.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { keyIn, type Narrowed } from './narrow.ts'
import { Oversized } from './oversized.ts'
import { Reflector } from './reflector.ts'
import type { ReflectorListener } from './reflector-listener.ts'
import type { Resource } from './resources.ts'
import { SourceProblems } from './source-problems.ts'
import type { ObjectShelf } from './store.ts'
import { type ApiServerOptions, LIMITS } from './types.ts'
import { steadyNow } from './waits.ts'

/** One kind of object, any kind, and who wants to know of each that changes. */
interface FollowOptions<T> extends Pick<ApiServerOptions, 'limits' | 'now' | 'random'> {
  readonly credentials: Credentials
  readonly resource: Resource
  /** Whose time it is that what is sent is read. Default: its own. */
  readonly share?: TimeShare
  /** Keeps of an object what is wanted of it. Called for every object that is sent; must not throw. */
  readonly narrow: (object: Fields) => T
  /**
   * Which objects came, changed or went since the last call, and all there are by key, a map that lives on: once when
   * they were listed, even if there are none, then whenever some differ. Equal ones keep their identity.
   */
  readonly changed: (keys: readonly ObjectKey[], objects: ReadonlyMap<ObjectKey, T>) => void
  /** All present problems, whenever they differ. */
  readonly problems: (problems: readonly SourceProblem[]) => void
}

/** A reflector that runs. No call comes after stop. */
export interface Reflected {
  readonly stop: () => Promise<void>
}

/** Objects of one kind of one API server, with the pages, waits and deadlines that clusters are watched with. */
export function follow<T>(options: FollowOptions<T>): Reflected {
  const limits = { ...LIMITS, ...options.limits }
  const controller = new AbortController()
  const connection = new ApiServerConnection(options.credentials, limits.connectMs)
  const reporter = new ChangeReporter(options, limits.coalesceMs)
  const running = new Reflector<T>({
    connection,
    resource: options.resource,
    limits,
    signal: controller.signal,
    share: options.share ?? new TimeShare(),
    quay: new Quay(),
    narrow: (value) => narrowed(value, options),
    reuse,
    store: reporter.shelf,
    listener: reporter.reported,
    budget: new Budget(limits.kept),
    part: options.resource.plural,
    restored: 0,
    now: options.now ?? steadyNow,
    random: options.random ?? Math.random,
  }).run()
  return {
    stop: async () => {
      reporter.stop()
      controller.abort(new Error('stopped'))
      await running
      await connection.close()
    },
  }
}

function narrowed<T>(value: unknown, { resource, narrow }: FollowOptions<T>): Narrowed<T> {
  const fields = fieldsOf(value)
  const key = keyIn(fields)
  if (!(value instanceof Oversized)) return { key, object: narrow(fields) }
  return { key, problem: `${resource.kind} ${printable(key)}: ${value.problem}` }
}

/** Keeps what the reflector says, and passes on what is new of it a moment later. */
class ChangeReporter<T> {
  readonly #options: FollowOptions<T>
  readonly #coalesceMs: number
  readonly #problems = new SourceProblems()
  readonly #objects = new Map<ObjectKey, T>()
  /** What those were that changed since the last call. */
  readonly #before = new Map<ObjectKey, T | undefined>()
  #listed = false
  #reported = false
  #reportedProblems: readonly SourceProblem[] = []
  #soon: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: FollowOptions<T>, coalesceMs: number) {
    this.#options = options
    this.#coalesceMs = coalesceMs
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#soon)
  }

  readonly shelf: ObjectShelf<T> = {
    objects: () => this.#objects,
    put: (key, object) => this.#put(key, object),
    delete: (key) => this.#delete(key),
    replace: (objects) => {
      for (const [key, object] of objects) this.#put(key, object)
      for (const key of [...this.#objects.keys()]) if (!objects.has(key)) this.#delete(key)
      return []
    },
  }

  get reported(): ReflectorListener {
    const { plural } = this.#options.resource
    return {
      synced: () => {
        this.#listed = true
        this.#reportSoon()
      },
      watched: () => {
        this.#problems.recovered(plural)
        this.#reportSoon()
      },
      lost: () => undefined,
      heard: () => this.#reportSoon(),
      failed: (failure, inARow) => {
        this.#problems.failed(plural, failure, inARow)
        this.#reportSoon()
      },
      unreadable: (key, problem) => {
        this.#problems.unreadable(plural, key, problem)
        this.#reportSoon()
      },
    }
  }

  #put(key: ObjectKey, object: T): void {
    const held = this.#objects.get(key)
    const next = reuse(held, object)
    if (next === held) return
    this.#note(key)
    // Back to what it was is no change.
    this.#objects.set(key, reuse(this.#before.get(key), next))
  }

  #delete(key: ObjectKey): void {
    if (!this.#objects.has(key)) return
    this.#note(key)
    this.#objects.delete(key)
  }

  #note(key: ObjectKey): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#objects.get(key))
  }

  #reportSoon(): void {
    if (!this.#stopped) this.#soon ??= setTimeout(() => this.#report(), this.#coalesceMs)
  }

  #report(): void {
    this.#soon = undefined
    const problems = this.#problems.at(this.#options.credentials.place)
    if (!isDeepStrictEqual(problems, this.#reportedProblems)) {
      this.#reportedProblems = problems
      this.#options.problems(problems)
    }
    if (this.#stopped || !this.#listed) return
    const changed = [...this.#before].filter(([key, before]) => this.#objects.get(key) !== before)
    this.#before.clear()
    if (this.#reported && changed.length === 0) return
    this.#reported = true
    this.#options.changed(
      changed.map(([key]) => key),
      this.#objects,
    )
  }
}
