import type { MakeUdp, UdpPlace } from '../transport/index.ts'
import { failureOf } from './open-failure.ts'
import type { Place, Result } from './protocol.ts'

/** The addresses that a thread answers on, by number. */
export class Places {
  readonly #makeUdp: MakeUdp
  readonly #places = new Map<number, UdpPlace>()

  constructor(makeUdp: MakeUdp) {
    this.#makeUdp = makeUdp
  }

  async open(where: Place): Promise<Result> {
    const udp = this.#makeUdp(where.host, where.except)
    this.#places.set(where.place, udp)
    try {
      return { kind: 'opened', port: await udp.open(where.port) }
    } catch (error) {
      await this.close(where.place, 0)
      return { kind: 'failed', failure: failureOf(error, where) }
    }
  }

  /** One that is not open is closed already. */
  async close(place: number, drainMs: number): Promise<void> {
    const udp = this.#places.get(place)
    this.#places.delete(place)
    await udp?.close(drainMs)
  }
}
