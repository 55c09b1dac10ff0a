import { availableParallelism } from 'node:os'
import { ADDON, type Addon, loadAddon } from '../transport/index.ts'
import type { UdpWay, WorkerPoolOptions } from './types.ts'

/** A way, and what it goes by: the addon and its file, or null. */
export interface Way {
  readonly udp: UdpWay
  readonly native: { readonly addon: Addon; readonly file: string } | null
}

/** How this machine can answer, of what the options want. */
export function wayOf({ udp, workers }: Pick<WorkerPoolOptions, 'udp' | 'workers'>): Way {
  if (udp === 'dgram') return { udp: { way: 'dgram', workers: 1 }, native: null }
  const file = udp === 'batches' ? ADDON : udp.addon
  try {
    return {
      udp: { way: 'batches', workers: workers ?? workersOf(availableParallelism()) },
      native: { addon: loadAddon(file), file },
    }
  } catch (error) {
    if (udp !== 'batches') throw error
    return { udp: { way: 'dgram', workers: 1, reason: lineOf(error) }, native: null }
  }
}

/** One CPU is for watching. Each thread has a world of its own in memory, so that many CPUs are no reason for many. */
export const workersOf = (cpus: number): number => Math.min(MOST_WORKERS, Math.max(1, cpus - 1))

const MOST_WORKERS = 4

const lineOf = (error: unknown): string => String(error).split('\n')[0] ?? ''
