import { isDeepStrictEqual } from 'node:util'
import type { ClusterId } from '../words/clusterset/index.ts'
import type { ServiceKey } from '../words/kube/index.ts'
import type { Log } from '../words/observe/index.ts'
import type { World } from '../world/zone/index.ts'
import { changedServices, changersBetween } from './changes.ts'
import { Counts } from './counts.ts'
import { lookAt, type Writing } from './look.ts'
import type { ControllerSettings, WriterLimits, WriteTarget } from './types.ts'
import { ClusterWriter, type WriterStatus } from './writer.ts'

interface ControllerOptions {
  /** The world at the start. */
  readonly world: World
  readonly identity: string
  readonly log: Log
  readonly limits?: Partial<WriterLimits>
}

/** What is to be written, and where; null: nothing. */
export interface Assignment {
  readonly settings: ControllerSettings
  readonly targets: readonly WriteTarget[]
}

/** Writes to clusters what the world says should stand there: a Writer for each. */
export class Controller {
  readonly #options: ControllerOptions
  readonly #writers = new Map<
    ClusterId,
    { readonly writer: ClusterWriter; readonly of: readonly [ControllerSettings, WriteTarget] }
  >()
  readonly #counts = new Counts()
  #world: World
  /** The latest: it is what writers are started by, whoever waited for what was before. */
  #assignment: Assignment | null = null
  /** Writers on their way out. One that comes in the place of another waits until it has given its Lease back. */
  readonly #leaving = new Map<ClusterId, Promise<void>>()
  #stopped = false

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#world = options.world
  }

  /** The world is another now: what differs is looked at. */
  follow(world: World): void {
    const before = this.#world
    this.#world = world
    if (this.#writers.size === 0) return
    const changers = changersBetween(before, world)
    const changes = new Map([...changedServices(before, world)].map((key) => [key, changers(key)]))
    for (const { writer } of this.#writers.values()) writer.take(changes)
  }

  /**
   * Starts and stops writers until there is one for each target; none waits for another cluster's. Resolves when those
   * that left have stopped.
   */
  async assign(assignment: Assignment | null): Promise<void> {
    this.#assignment = this.#stopped ? null : assignment
    for (const [id, { writer, of }] of this.#writers)
      if (!isDeepStrictEqual(of, this.#wantedOf(id))) this.#leaving.set(id, this.#end(id, writer))
    for (const { id } of this.#assignment?.targets ?? []) this.#start(id)
    await Promise.all(this.#leaving.values())
  }

  /** Final: whatever is assigned from now on. */
  stop(): Promise<void> {
    this.#stopped = true
    return this.assign(null)
  }

  status(): readonly WriterStatus[] {
    return [...this.#writers.values()].map(({ writer }) => writer.status())
  }

  /** What is written of a service, cluster by cluster. */
  look(key: ServiceKey): readonly Writing[] {
    return [...this.#writers.values()].map(({ writer }) => lookAt(writer, key))
  }

  get counts(): Counts {
    return this.#counts
  }

  #wantedOf(id: ClusterId): readonly [ControllerSettings, WriteTarget] | undefined {
    const target = this.#assignment?.targets.find((one) => one.id === id)
    return this.#assignment === null || target === undefined ? undefined : [this.#assignment.settings, target]
  }

  async #end(id: ClusterId, writer: ClusterWriter): Promise<void> {
    this.#writers.delete(id)
    try {
      await writer.stop()
    } finally {
      this.#leaving.delete(id)
      this.#start(id)
    }
  }

  #start(id: ClusterId): void {
    const wanted = this.#wantedOf(id)
    if (wanted === undefined || this.#writers.has(id) || this.#leaving.has(id)) return
    const [settings, target] = wanted
    const writer = new ClusterWriter({
      ...this.#options,
      target,
      settings,
      world: () => this.#world,
      count: (...write) => this.#counts.add(...write),
    })
    this.#writers.set(id, { writer, of: wanted })
  }
}
