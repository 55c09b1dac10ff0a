import { within } from '../../words/threads/index.ts'
import type { Registry } from '../config/index.ts'
import { NONE_FOUND } from './clusters-with.ts'
import { openRegistry } from './registries.ts'
import { startRegistry } from './registry.ts'
import type { Found, RegistryOptions, RegistryProblem } from './types.ts'

const STOP_MS = 1000

/** What registries held at one moment. */
export interface FoundOnce extends Found {
  readonly problems: readonly RegistryProblem[]
  /** Whether every registry was read. */
  readonly isRead: boolean
  /** Whether all clusters that they hold are known: none is spoilt. */
  readonly isWhole: boolean
  /** What is read there: `Secrets`. */
  readonly titles: readonly string[]
}

type OnceOptions = Pick<RegistryOptions, 'credentials' | 'home' | 'configured' | 'suffixes' | 'limits'> & {
  readonly deadlineMs: number
  /** How long the other registries may take once one could not be read. */
  readonly waitMs: number
}

/** Finds clusters as a server would, and stops. Never rejects, and takes not much longer than the deadline. */
export async function findOnce(registries: readonly Registry[], options: OnceOptions): Promise<FoundOnce> {
  const { deadlineMs, waitMs, ...rest } = options
  const { promise: done, resolve } = Promise.withResolvers<void>()
  let held = NONE_FOUND
  let impatient: NodeJS.Timeout | undefined
  const late = setTimeout(resolve, deadlineMs)
  const registry = startRegistry(registries, {
    ...rest,
    changed: (now) => {
      held = now
      if (registry.status().synced) resolve()
    },
    problem: () => {
      impatient ??= setTimeout(resolve, waitMs)
    },
  })
  await done
  clearTimeout(late)
  clearTimeout(impatient)
  const { synced, spoilt, problems } = registry.status()
  const titles = [...new Set(registries.map((one) => openRegistry(one).title))]
  await within(STOP_MS, registry.stop())
  return { ...held, problems, isRead: synced, isWhole: synced && spoilt === 0, titles }
}
