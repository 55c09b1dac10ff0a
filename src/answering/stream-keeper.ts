import { isDeepStrictEqual } from 'node:util'
import type { Standing } from '../health/index.ts'
import type { CountSheet, Footprint } from '../observe/index.ts'
import type { Endpoint, Tcp, TcpPlace } from '../transport/index.ts'
import type { World } from '../zone/index.ts'
import { Keeper } from './keeper.ts'
import type { Service, Settings, StreamCounts, StreamSettings } from './protocol.ts'
import type { StreamThread, ThreadOptions } from './types.ts'
import type { Waits } from './waits.ts'

/** The thread that answers TCP and probes, with its keeper. */
export class StreamKeeper implements StreamThread {
  readonly #keeper: Keeper
  #nextPlace = 0
  #standing: Standing | undefined

  private constructor(keeper: Keeper) {
    this.#keeper = keeper
  }

  /** `program`: what the thread runs. */
  static async start(
    program: URL,
    options: ThreadOptions & { readonly streams: StreamSettings },
    waits: Partial<Waits> = {},
  ): Promise<StreamKeeper> {
    return new StreamKeeper(await Keeper.start(program, { ...options, addon: null }, waits))
  }

  readonly tcp: Tcp = {
    make: (host) => this.#place('tcp', host),
    close: (drainMs) => this.#keeper.finish(drainMs),
  }

  readonly openHealth = ({ host, port }: Endpoint): Promise<number> => this.#place('health', host).open(port)

  readonly stand = (standing: Standing): void => {
    if (isDeepStrictEqual(standing, this.#standing)) return
    this.#standing = standing
    this.#keeper.stand(standing)
  }

  readonly streams = (): StreamCounts => this.#keeper.streams()

  readonly follow = (world: World): void => this.#keeper.follow(world)

  readonly reconfigure = (settings: Settings): void => this.#keeper.reconfigure(settings)

  readonly refresh = (): Promise<void> => this.#keeper.refresh()

  readonly sheets = (): readonly CountSheet[] => this.#keeper.sheets()

  readonly footprints = (): readonly (Footprint & { readonly thread: string })[] => {
    const footprint = this.#keeper.footprint()
    return footprint === undefined ? [] : [{ ...footprint, thread: 'streams' }]
  }

  readonly isSettled = (): boolean => this.#keeper.isSettled()

  readonly crashes = (): number => this.#keeper.crashes()

  readonly stop = (): Promise<void> => this.#keeper.stop()

  #place(service: Service, host: string): TcpPlace {
    const place = this.#nextPlace++
    return {
      open: (port) => this.#keeper.open({ place, service, host, except: [], port, fds: null }),
      close: () => this.#keeper.close(place, 0),
    }
  }
}
