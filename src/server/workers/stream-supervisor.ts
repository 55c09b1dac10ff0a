import { isDeepStrictEqual } from 'node:util'
import type { CountSheet, Footprint } from '../../words/observe/index.ts'
import type { World } from '../../world/zone/index.ts'
import { PROBES_BACKLOG, type ServerStanding } from '../health/index.ts'
import {
  type Acceptor,
  type Addon,
  filesForQueues,
  type ListenEndpoint,
  type ListeningSocket,
  type MakeAcceptor,
  openEitherFamily,
  openListening,
  type SharedSockets,
  STREAM_BACKLOG,
  type StreamTransport,
  TCP,
} from '../transport/index.ts'
import type { AnsweringSettings, PlaceUse, StreamCounts, StreamSettings } from './protocol.ts'
import { queuesOf } from './queues.ts'
import { WorkerSupervisor } from './supervisor.ts'
import type { StreamThread, ThreadOptions, WorkerPoolOptions } from './types.ts'
import type { WorkerWaits } from './waits.ts'
import { wayOf } from './way.ts'

/** Of an address that streams come to. */
const LISTENING = {
  dns: { backlog: STREAM_BACKLOG, dual: false },
  health: { backlog: PROBES_BACKLOG, dual: true },
} as const satisfies Record<PlaceUse['kind'], Omit<ListeningSocket, 'transport' | 'key'>>

const PROBES: PlaceUse = { kind: 'health', transport: TCP.label, key: 'health.listen' }

/**
 * The thread that answers streams and probes, with its supervisor. Where the addon is there main keeps the listening sockets: over
 * the end of the thread, who connects waits for the next one and is not refused.
 */
export class StreamSupervisor implements StreamThread {
  readonly #supervisor: WorkerSupervisor
  readonly #addon: Addon | undefined
  readonly #queues: number
  readonly #sockets = new Set<SharedSockets>()
  #nextPlace = 0
  #standing: ServerStanding | undefined

  private constructor(supervisor: WorkerSupervisor, addon: Addon | undefined, addresses: number) {
    this.#supervisor = supervisor
    this.#addon = addon
    // Probes come to one more.
    this.#queues = queuesOf(addresses + 1, 1, filesForQueues())
  }

  /** `program`: what the thread runs. */
  static async start(
    program: URL,
    options: ThreadOptions &
      Pick<WorkerPoolOptions, 'udp' | 'workers' | 'addresses'> & { readonly streams: StreamSettings },
    waits: Partial<WorkerWaits> = {},
  ): Promise<StreamSupervisor> {
    const { native } = wayOf(options)
    const streams = native === null ? options.streams : { ...options.streams, addon: native.file }
    return new StreamSupervisor(
      await WorkerSupervisor.start(program, { ...options, streams, addon: null }, waits),
      native?.addon,
      options.addresses,
    )
  }

  readonly makeStream =
    ({ label, key }: StreamTransport): MakeAcceptor =>
    (host) =>
      this.#place({ kind: 'dns', transport: label, key }, host)

  readonly finish = (drainMs: number): Promise<void> => this.#supervisor.finish(drainMs)

  readonly openHealth = (at: ListenEndpoint): Promise<number> =>
    openEitherFamily(at, ({ host, port }) => this.#place(PROBES, host).open(port))

  readonly stand = (standing: ServerStanding): void => {
    if (isDeepStrictEqual(standing, this.#standing)) return
    this.#standing = standing
    this.#supervisor.stand(standing)
  }

  readonly streams = (): StreamCounts => this.#supervisor.streams()

  readonly follow = (world: World): void => this.#supervisor.follow(world)

  readonly reconfigure = (settings: AnsweringSettings): void => this.#supervisor.reconfigure(settings)

  readonly refresh = (): Promise<void> => this.#supervisor.refresh()

  readonly sheets = (): readonly CountSheet[] => this.#supervisor.sheets()

  readonly footprints = (): readonly (Footprint & { readonly thread: string })[] => {
    const footprint = this.#supervisor.footprint()
    return footprint === undefined ? [] : [{ ...footprint, thread: 'streams' }]
  }

  readonly isSettled = (): boolean => this.#supervisor.isSettled()

  readonly crashes = (): number => this.#supervisor.crashes()

  readonly stop = async (): Promise<void> => {
    await this.#supervisor.stop()
    for (const socket of this.#sockets) this.#release(socket)
  }

  #place(service: PlaceUse, host: string): Acceptor {
    const place = this.#nextPlace++
    let socket: SharedSockets | undefined
    return {
      open: async (wanted) => {
        socket = this.#listen(service, { host, port: wanted })
        const { port, fds } = socket ?? { port: wanted, fds: null }
        return await this.#supervisor.open({ place, service, host, except: [], port, fds })
      },
      close: async () => {
        await this.#supervisor.close(place, 0)
        this.#release(socket)
      },
    }
  }

  #listen(service: PlaceUse, at: ListenEndpoint): SharedSockets | undefined {
    if (this.#addon === undefined) return undefined
    const socket = openListening(this.#addon, at, { ...LISTENING[service.kind], ...service }, this.#queues)
    this.#sockets.add(socket)
    return socket
  }

  #release(socket: SharedSockets | undefined): void {
    if (socket !== undefined && this.#sockets.delete(socket)) socket.close()
  }
}
