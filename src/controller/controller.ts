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
  #leaving: Promise<unknown> = Promise.resolve()
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

  /** Starts and stops writers until there is one for each target. Resolves when those that left have stopped. */
  async assign(assignment: Assignment | null): Promise<void> {
    const wanted = new Map((assignment?.targets ?? []).map((target) => [target.id, target]))
    const leaving = [...this.#writers].filter(
      ([id, { of }]) => !isDeepStrictEqual(of, [assignment?.settings, wanted.get(id)]),
    )
    for (const [id] of leaving) this.#writers.delete(id)
    // One that comes in the place of another waits until it has given its Lease back.
    this.#leaving = Promise.all([this.#leaving, ...leaving.map(([, { writer }]) => writer.stop())])
    await this.#leaving
    if (assignment === null || this.#stopped) return
    for (const target of assignment.targets) this.#start(assignment.settings, target)
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

  #start(settings: ControllerSettings, target: WriteTarget): void {
    if (this.#writers.has(target.id)) return
    const writer = new ClusterWriter({
      ...this.#options,
      target,
      settings,
      world: () => this.#world,
      count: (...write) => this.#counts.add(...write),
    })
    this.#writers.set(target.id, { writer, of: [settings, target] })
  }
}
