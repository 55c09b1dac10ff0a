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
import { Keeper } from './keeper.ts'
import type { Service, Settings } from './protocol.ts'
import { queuesOf } from './queues.ts'
import type { CrewOptions, UdpThreads, UdpWay } from './types.ts'
import type { Waits } from './waits.ts'
import { type Way, wayOf } from './way.ts'

/** What all of its places are for. */
const DATAGRAMS: Service = { kind: 'dns', transport: UDP.label, key: 'dns.listen' }

/**
 * All threads that answer UDP, each with its keeper. In batches they share sockets, which main keeps for them: over the
 * end of any thread the queues stay, and have readers.
 */
export class Crew implements UdpThreads {
  readonly udp: UdpWay
  readonly #addon: Addon | undefined
  readonly #keepers: readonly Keeper[]
  readonly #queues: number
  readonly #warning: (text: string) => void
  readonly #sockets = new Map<SharedSockets, string>()
  #nextPlace = 0
  #warned = false
  #stopped: Promise<void> | undefined

  private constructor({ udp, native }: Way, keepers: readonly Keeper[], options: CrewOptions) {
    this.udp = udp
    this.#addon = native?.addon
    this.#keepers = keepers
    this.#queues = queuesOf(options.addresses, udp.workers, filesForQueues())
    this.#warning = options.warning
  }

  /** `program`: what a thread runs. */
  static async start(program: URL, options: CrewOptions, waits: Partial<Waits> = {}): Promise<Crew> {
    const way = wayOf(options)
    const kept = { ...options, addon: way.native?.file ?? null, streams: null }
    const starting = Array.from({ length: way.udp.workers }, () => Keeper.start(program, kept, waits))
    const started = await Promise.allSettled(starting)
    const keepers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const failed = started.find((one) => one.status === 'rejected')
    if (failed === undefined) return new Crew(way, keepers, options)
    await Promise.all(keepers.map((one) => one.stop()))
    throw failed.reason
  }

  readonly makeUdp: MakeAcceptor = (host, except = [], among = false) => {
    const addon = this.#addon
    if (addon === undefined) return this.#ownSocket(host, except)
    return among ? anotherSocket(addon, host) : this.#sharedSockets(addon, host)
  }

  readonly follow = (world: World): void => {
    for (const one of this.#keepers) one.follow(world)
  }

  readonly reconfigure = (settings: Settings): void => {
    for (const one of this.#keepers) one.reconfigure(settings)
  }

  readonly refresh = async (): Promise<void> => {
    await this.#each((one) => one.refresh())
  }

  readonly sheets = (): readonly CountSheet[] => this.#keepers.flatMap((one) => one.sheets())

  readonly footprints = (): readonly Footprint[] => this.#keepers.flatMap((one) => one.footprint() ?? [])

  readonly kernelDrops = (): ReadonlyMap<string, number> => {
    const addon = this.#addon
    if (addon === undefined) return new Map()
    const dropped = (fds: readonly number[]) => fds.reduce((sum, fd) => sum + addon.dropped(fd), 0)
    return new Map([...this.#sockets].map(([{ fds }, address]) => [address, dropped(fds)]))
  }

  readonly answers = (): boolean => this.#keepers.some((one) => one.answers())

  readonly isSettled = (): boolean => this.#keepers.every((one) => one.isSettled())

  readonly crashes = (): number => this.#keepers.reduce((sum, one) => sum + one.crashes(), 0)

  readonly stop = (): Promise<void> => (this.#stopped ??= this.#stop())

  async #stop(): Promise<void> {
    await this.#each((one) => one.stop())
    for (const sockets of this.#sockets.keys()) this.#release(sockets)
  }

  async #each<T>(what: (keeper: Keeper) => Promise<T>): Promise<readonly T[]> {
    return await Promise.all(this.#keepers.map(what))
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
