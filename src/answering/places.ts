import type { UdpPlace } from '../transport/index.ts'
import { failureOf } from './open-failure.ts'
import type { Place, Result } from './protocol.ts'

/** The addresses that a thread answers on, by number. */
export class Places {
  readonly #make: (where: Place) => UdpPlace
  readonly #places = new Map<number, UdpPlace>()

  constructor(make: (where: Place) => UdpPlace) {
    this.#make = make
  }

  async open(where: Place): Promise<Result> {
    const one = this.#make(where)
    this.#places.set(where.place, one)
    try {
      return { kind: 'opened', port: await one.open(where.port) }
    } catch (error) {
      await this.close(where.place, 0)
      return { kind: 'failed', failure: failureOf(error, where) }
    }
  }

  /** One that is not open is closed already. */
  async close(place: number, drainMs: number): Promise<void> {
    const one = this.#places.get(place)
    this.#places.delete(place)
    await one?.close(drainMs)
  }
}
