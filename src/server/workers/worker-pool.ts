import type { CountSheet, Footprint } from '../../words/observe/index.ts'
import type { World } from '../../world/zone/index.ts'
import {
  type Acceptor,
  type Addon,
  filesForQueues,
  type MakeAcceptor,
  openShared,
  printEndpoint,
  type SharedSockets,
  UDP,
} from '../transport/index.ts'
import type { AnsweringSettings, PlaceUse } from './protocol.ts'
import { queuesOf } from './queues.ts'
import { WorkerSupervisor } from './supervisor.ts'
import type { UdpThreads, UdpWay, WorkerPoolOptions } from './types.ts'
import type { WorkerWaits } from './waits.ts'
import { type Way, wayOf } from './way.ts'

/** What all of its places are for. */
const DATAGRAMS: PlaceUse = { kind: 'dns', transport: UDP.label, key: 'dns.listen' }

/**
 * All threads that answer UDP, each with its supervisor. In batches they share sockets, which main keeps for them: over the
 * end of any thread the queues stay, and have readers.
 */
export class WorkerPool implements UdpThreads {
  readonly udp: UdpWay
  readonly #addon: Addon | undefined
  readonly #supervisors: readonly WorkerSupervisor[]
  readonly #queues: number
  readonly #warning: (text: string) => void
  readonly #sockets = new Map<SharedSockets, string>()
  #nextPlace = 0
  #warned = false
  #stopped: Promise<void> | undefined

  private constructor(
    { udp, native }: Way,
    supervisors: readonly WorkerSupervisor[],
    options: WorkerPoolOptions,
  ) {
    this.udp = udp
    this.#addon = native?.addon
    this.#supervisors = supervisors
    this.#queues = queuesOf(options.addresses, udp.workers, filesForQueues())
    this.#warning = options.warning
  }

  /** `program`: what a thread runs. */
  static async start(
    program: URL,
    options: WorkerPoolOptions,
    waits: Partial<WorkerWaits> = {},
  ): Promise<WorkerPool> {
    const way = wayOf(options)
    const kept = { ...options, addon: way.native?.file ?? null, streams: null }
    const starting = Array.from({ length: way.udp.workers }, () =>
      WorkerSupervisor.start(program, kept, waits),
    )
    const started = await Promise.allSettled(starting)
    const supervisors = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const failed = started.find((one) => one.status === 'rejected')
    if (failed === undefined) return new WorkerPool(way, supervisors, options)
    await Promise.all(supervisors.map((one) => one.stop()))
    throw failed.reason
  }

  readonly makeUdp: MakeAcceptor = (host, except = [], among = false) => {
    const addon = this.#addon
    if (addon === undefined) return this.#ownSocket(host, except)
    return among ? anotherSocket(addon, host) : this.#sharedSockets(addon, host)
  }

  readonly follow = (world: World): void => {
    for (const one of this.#supervisors) one.follow(world)
  }

  readonly reconfigure = (settings: AnsweringSettings): void => {
    for (const one of this.#supervisors) one.reconfigure(settings)
  }

  readonly refresh = async (): Promise<void> => {
    await this.#each((one) => one.refresh())
  }

  readonly sheets = (): readonly CountSheet[] => this.#supervisors.flatMap((one) => one.sheets())

  readonly footprints = (): readonly Footprint[] => this.#supervisors.flatMap((one) => one.footprint() ?? [])

  readonly kernelDrops = (): ReadonlyMap<string, number> => {
    const addon = this.#addon
    if (addon === undefined) return new Map()
    const dropped = (fds: readonly number[]) => fds.reduce((sum, fd) => sum + addon.dropped(fd), 0)
    return new Map([...this.#sockets].map(([{ fds }, address]) => [address, dropped(fds)]))
  }

  readonly answers = (): boolean => this.#supervisors.some((one) => one.answers())

  readonly isSettled = (): boolean => this.#supervisors.every((one) => one.isSettled())

  readonly crashes = (): number => this.#supervisors.reduce((sum, one) => sum + one.crashes(), 0)

  readonly stop = (): Promise<void> => (this.#stopped ??= this.#stop())

  async #stop(): Promise<void> {
    await this.#each((one) => one.stop())
    for (const sockets of this.#sockets.keys()) this.#release(sockets)
  }

  async #each<T>(what: (supervisor: WorkerSupervisor) => Promise<T>): Promise<readonly T[]> {
    return await Promise.all(this.#supervisors.map(what))
  }

  /** The thread opens it: there is one. */
  #ownSocket(host: string, except: readonly string[]): Acceptor {
    const place = this.#nextPlace++
    return {
      open: async (port) => {
        const [opened = 0] = await this.#each((one) =>
          one.open({ place, service: DATAGRAMS, host, except, port, fds: null }),
        )
        return opened
      },
      close: async (drainMs = 0) => {
        await this.#each((one) => one.close(place, drainMs))
      },
    }
  }

  #sharedSockets(addon: Addon, host: string): Acceptor {
    const place = this.#nextPlace++
    let sockets: SharedSockets | undefined
    return {
      open: async (wanted) => {
        sockets = openShared(addon, host, wanted, this.#queues)
        const { fds, port, lacking } = sockets
        this.#sockets.set(sockets, printEndpoint({ host, port }))
        if (lacking !== undefined) this.#warnOnce(lacking)
        await this.#each((one) => one.open({ place, service: DATAGRAMS, host, except: [], port, fds }))
        return port
      },
      close: async (drainMs = 0) => {
        await this.#each((one) => one.close(place, drainMs))
        if (sockets !== undefined) this.#release(sockets)
      },
    }
  }

  #warnOnce(lacking: string): void {
    if (this.#warned) return
    this.#warned = true
    this.#warning(
      `udp: all clients share one queue, since this system gives no queues by client (${lacking}): one that floods it loses queries of the others too`,
    )
  }

  #release(sockets: SharedSockets): void {
    if (this.#sockets.delete(sockets)) sockets.close()
  }
}

/** An address that a wildcard's socket answers too. It has to be one of this host's all the same. */
const anotherSocket = (addon: Addon, host: string): Acceptor => ({
  open: async (port) => {
    openShared(addon, host, 0, 1).close()
    return port
  },
  close: async () => undefined,
})
