import { threadUrl } from '../../words/threads/index.ts'
import { StreamSupervisor } from './stream-supervisor.ts'
import type { Answering, AnsweringOptions, StreamThread, Threads, UdpThreads } from './types.ts'
import { WorkerPool } from './worker-pool.ts'

/** Resolves once the threads are there; rejects, with nothing left running, when one does not come up. */
export async function startAnswering(options: AnsweringOptions): Promise<Answering> {
  const program = threadUrl(import.meta.url)
  const starting = [WorkerPool.start(program, options), StreamSupervisor.start(program, options)] as const
  const [pool, stream] = await Promise.allSettled(starting)
  if (pool.status === 'fulfilled' && stream.status === 'fulfilled') return joined(pool.value, stream.value)
  for (const one of [pool, stream]) if (one.status === 'fulfilled') await one.value.stop()
  throw pool.status === 'rejected' ? pool.reason : stream.status === 'rejected' ? stream.reason : undefined
}

/** Both as one. */
function joined(udp: UdpThreads, stream: StreamThread): Answering {
  const all: readonly Threads[] = [udp, stream]
  return {
    udp: udp.udp,
    makeUdp: udp.makeUdp,
    answers: udp.answers,
    kernelDrops: udp.kernelDrops,
    makeStream: stream.makeStream,
    finish: stream.finish,
    openHealth: stream.openHealth,
    stand: stream.stand,
    streams: stream.streams,
    follow: (world) => {
      for (const one of all) one.follow(world)
    },
    reconfigure: (settings) => {
      for (const one of all) one.reconfigure(settings)
    },
    refresh: async () => {
      await Promise.all(all.map((one) => one.refresh()))
    },
    sheets: () => all.flatMap((one) => one.sheets()),
    footprints: () => all.flatMap((one) => one.footprints()),
    isSettled: () => all.every((one) => one.isSettled()),
    crashes: () => all.reduce((sum, one) => sum + one.crashes(), 0),
    stop: async () => {
      await Promise.all(all.map((one) => one.stop()))
    },
  }
}
