import type { Acceptor } from '../transport/index.ts'
import { openFailureOf } from './open-failure.ts'
import type { Place, Result } from './protocol.ts'

/** The addresses that a thread answers on, by number. */
export class ListenPlaces {
  readonly #make: (where: Place) => Acceptor
  readonly #places = new Map<number, Acceptor>()

  constructor(make: (where: Place) => Acceptor) {
    this.#make = make
  }

  async open(where: Place): Promise<Result> {
    try {
      const one = this.#make(where)
      this.#places.set(where.place, one)
      return { kind: 'opened', port: await one.open(where.port) }
    } catch (error) {
      await this.close(where.place, 0)
      return { kind: 'failed', failure: openFailureOf(error, where) }
    }
  }

  /** One that is not open is closed already. */
  async close(place: number, drainMs: number): Promise<void> {
    const one = this.#places.get(place)
    this.#places.delete(place)
    await one?.close(drainMs)
  }
}
