import type { Controller } from '../../controller/index.ts'
import type { StateStore } from '../../sources/state/index.ts'
import { assignmentOf, watchSpecsOf } from '../config/index.ts'
import type { Flow, Members } from '../flow/index.ts'
import { type EffectiveConfig, without } from './effective-config.ts'

/** Who does what a configuration says. */
interface Doers {
  readonly flow: Pick<Flow, 'adopt'>
  readonly answering: { readonly reconfigure: (next: EffectiveConfig) => void }
  readonly members: Pick<Members, 'assign'>
  readonly controller: Pick<Controller, 'assign'>
  readonly store: Pick<StateStore, 'forget'> | null
}

/** The configuration that is in force, with the clusters found beside it, and the one that is to be. */
export class InForce {
  readonly #doers: Doers
  #now: EffectiveConfig
  #wanted: EffectiveConfig
  /** Why what the configuration's file says now was refused; null: it is in force. */
  refused: string | null = null

  constructor(first: EffectiveConfig, doers: Doers) {
    this.#doers = doers
    this.#now = first
    this.#wanted = first
  }

  get now(): EffectiveConfig {
    return this.#now
  }

  /** What is to be in force: its world takes its time. */
  get wanted(): EffectiveConfig {
    return this.#wanted
  }

  /** From now on clusters are watched and written to. */
  begin(): Promise<void> {
    return this.#assign(this.#now)
  }

  /** Puts another in its place. `inForce`: called when its world is. Resolves when all that left has stopped. */
  async take(next: EffectiveConfig, inForce: () => void = () => undefined): Promise<void> {
    const { flow, answering, store } = this.#doers
    this.#wanted = next
    let left: EffectiveConfig['clusters'] = []
    await flow.adopt(next.plan, Date.now, () => {
      left = without(this.#now.clusters, next.clusters)
      this.#now = next
      answering.reconfigure(next)
    })
    inForce()
    if (this.#now !== next) return
    await this.#assign(next)
    for (const { id } of without(left, this.#wanted.clusters)) store?.forget(id)
  }

  async #assign({ config, clusters }: EffectiveConfig): Promise<void> {
    const { members, controller } = this.#doers
    await Promise.all([
      members.assign(watchSpecsOf(config, clusters)),
      controller.assign(assignmentOf(config, clusters)),
    ])
  }
}
