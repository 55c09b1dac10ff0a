import { groundOf } from '../../words/clusterset/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'

/**
 * Tells how long what was made from a snapshot holds. While the snapshot is the same, everything does. In another one of
 * the same epoch what was made of a service holds if the service's entry is the same still; in another epoch nothing does.
 */
export class Generation {
  epoch = 1
  number = 1
  #snapshot: Snapshot | undefined

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
