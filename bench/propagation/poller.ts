import { createSocket, type Socket } from 'node:dgram'
import { decode, encode } from 'dns-packet'

/** When an answer was first right. */
export interface Sighting {
  /** By performance.now(). */
  readonly at: number
  /** From one question to the next, on average: how finely `at` is known. */
  readonly pollMs: number
  /** How many questions had no reply in a quarter of a second. */
  readonly silences: number
}

const LOST_MS = 250
const DEADLINE_MS = 20_000

/** Asks one server the same question over and over, the next one as soon as the last is answered. */
export class Poller {
  readonly #socket: Socket
  readonly #port: number

  constructor(port: number) {
    this.#port = port
    this.#socket = createSocket({ type: 'udp4', lookup: (host, _options, found) => found(null, host, 4) })
    this.#socket.on('error', () => undefined)
  }

  /** Resolves with the first answer that holds these addresses and no others; rejects after 20 s without one. */
  async until(name: string, addresses: readonly string[]): Promise<Sighting> {
    const { promise, resolve, reject } = Promise.withResolvers<Sighting>()
    const query = encode({ type: 'query', questions: [{ type: 'A', name }] })
    const wanted = addresses.toSorted().join()
    const start = performance.now()
    let [polls, silences] = [0, 0]
    const ask = (): void => {
      query.writeUInt16BE(++polls & 0xffff)
      this.#socket.send(query, this.#port, '127.0.0.1')
      lost.refresh()
    }
    const hear = (reply: Buffer): void => {
      const at = performance.now()
      if (reply.readUInt16BE() !== (polls & 0xffff)) return
      if (addressesIn(reply) === wanted) resolve({ at, pollMs: (at - start) / polls, silences })
      else ask()
    }
    const lost = setTimeout(() => {
      silences++
      ask()
    }, LOST_MS)
    const late = setTimeout(() => reject(new Error(`${name}: no right answer in time`)), DEADLINE_MS)
    this.#socket.on('message', hear)
    ask()
    return promise.finally(() => {
      clearTimeout(lost)
      clearTimeout(late)
      this.#socket.off('message', hear)
    })
  }

  close(): void {
    this.#socket.close()
  }
}

function addressesIn(reply: Buffer): string {
  const answers = decode(reply).answers ?? []
  return answers
    .flatMap((one) => (one.type === 'A' ? one.data : []))
    .sort()
    .join()
}
