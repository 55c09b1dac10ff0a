import { createLog } from '../../words/observe/index.ts'
import { healthOf, MainWatch, openHealth, readyOf, type ServerStanding } from '../health/index.ts'
import {
  type Acceptor,
  type Addon,
  duplicatesOf,
  loadAddon,
  type Streams,
  type StreamTransport,
  streamsHere,
  type TransportEvents,
} from '../transport/index.ts'
import type { Answers } from './answers.ts'
import type { Place, PlaceUse, StreamCounts, StreamSettings } from './protocol.ts'

/** How often the thread looks whether main has its turns. */
const LOOK_MS = 1000

/** What the thread of streams does besides answering: it keeps connections, of the transports that it knows, and tells probes how the server stands. */
export class Streaming {
  readonly #streams: Streams
  readonly #transports: readonly StreamTransport[]
  readonly #main: MainWatch
  readonly #addon: Addon | null
  #standing: ServerStanding
  #connections = 0

  constructor(
    { tcp: limits, pulse, standing, addon }: StreamSettings,
    { respond, transfer }: Pick<Answers, 'respond' | 'transfer'>,
    events: Omit<TransportEvents, 'connections'>,
    transports: readonly StreamTransport[],
  ) {
    const connections = (count: number): void => {
      this.#connections = count
    }
    this.#standing = standing
    this.#addon = addon === undefined ? null : loadAddon(addon)
    this.#transports = transports
    this.#streams = streamsHere({ limits, respond, transfer, events: { ...events, connections } })
    this.#main = new MainWatch(pulse, performance.now(), say)
    setInterval(() => this.#main.look(performance.now()), LOOK_MS)
  }

  readonly make = ({ service, host, fds }: Place): Acceptor => {
    const listening = this.#shareOf(fds)
    return service.kind === 'health'
      ? this.#health(host, listening)
      : this.#streams.make(this.#transportOf(service), host, listening)
  }

  readonly stand = (standing: ServerStanding): void => {
    this.#standing = standing
  }

  readonly finish = (drainMs: number): Promise<void> => this.#streams.finish(drainMs)

  counts(): StreamCounts {
    return { connections: this.#connections, stalls: this.#main.stalls }
  }

  #transportOf({ transport }: PlaceUse): StreamTransport {
    const found = this.#transports.find(({ label }) => label === transport)
    if (found === undefined) throw new Error(`no transport is called ${transport}`)
    return found
  }

  /** Descriptors of its own: they are closed with the thread, and main's are not. */
  #shareOf(fds: Place['fds']): (() => readonly number[]) | undefined {
    const addon = this.#addon
    return addon === null || fds === null ? undefined : () => duplicatesOf(addon, fds)
  }

  #health(host: string, listening: (() => readonly number[]) | undefined): Acceptor {
    const pages = {
      '/healthz': () => healthOf(this.#standing, this.#main.ms),
      '/readyz': () => readyOf(this.#standing, this.#main.ms),
    }
    return openHealth(host, new Map(Object.entries(pages)), undefined, listening)
  }
}

/** Not through main, which may have no turn for it. */
function say(stands: boolean, ms: number): void {
  const log = createLog('warn')
  const seconds = Math.floor(ms / 1000)
  if (stands)
    log.error(
      `the main thread has stood still for ${seconds} s: names are answered from what it said before, and no change is taken in`,
    )
  else log.warn(`the main thread goes on, after ${seconds} s`)
}
