import { groundOf } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import type { Marks } from './marks.ts'

/** Of which service something was made, in which state: where its changes are counted, and how many there were. */
export interface Origin {
  readonly service: number
  readonly count: number
}

/**
 * Tells how long what was made from a snapshot holds. While the snapshot is the same, everything does. In another one of
 * the same epoch what was made of a service holds if the service did not change since; in another epoch nothing does.
 */
export class Generation {
  readonly marks: Pick<Marks, 'count' | 'slotOf'>
  epoch = 1
  number = 1
  #snapshot: Snapshot | undefined

  constructor(marks: Pick<Marks, 'count' | 'slotOf'>) {
    this.marks = marks
  }

  /** What is made of the service now. */
  origin(key: ServiceKey): Origin {
    const service = this.marks.slotOf(key)
    return { service, count: this.marks.count(service) }
  }

  enter(snapshot: Snapshot): void {
    if (snapshot !== this.#snapshot) this.#move(snapshot)
  }

  #move(to: Snapshot): void {
    const from = this.#snapshot
    this.#snapshot = to
    this.number = (this.number + 1) | 0
    const isSame =
      from !== undefined &&
      groundOf(from.clusterset) === groundOf(to.clusterset) &&
      from.settings === to.settings &&
      from.zones === to.zones &&
      from.settled === to.settled
    if (!isSame) this.epoch = (this.epoch + 1) | 0
  }
}
