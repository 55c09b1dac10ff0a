import type { StateStore } from '../../sources/state/index.ts'
import type { Telemetry } from '../../words/observe/index.ts'
import type { Registry } from '../config/index.ts'
import { ClusterSearch } from '../registry/index.ts'
import type { InForce } from './in-force.ts'

interface SearchOptions {
  readonly inForce: InForce
  /** Whose UIDs were before this start. */
  readonly held: ReadonlyMap<string, string>
  readonly store: Pick<StateStore, 'saveFound'> | null
  readonly telemetry: Pick<Telemetry, 'say' | 'bug'>
  /** The clusters that were found are in force, the first time and whenever they are others. */
  readonly found: () => void
}

/** The search for clusters in registries, which puts in force what it finds; null: there are none. It is not started yet. */
export function searchIn(registries: readonly Registry[], options: SearchOptions): ClusterSearch | null {
  if (registries.length === 0) return null
  const { inForce, held, store, telemetry, found: isFound } = options
  return new ClusterSearch(registries, {
    credentials: inForce.wanted.home,
    home: inForce.wanted.homeChoice,
    configured: () => inForce.wanted.configured,
    suffixes: () => inForce.wanted.suffixes,
    recalled: inForce.wanted,
    held,
    save: (saved) => store?.saveFound(saved),
    changed: (now) => {
      telemetry.say('info', 'found', { clusters: now.found.map(({ id }) => id) }, 'clusters found')
      inForce.take(inForce.wanted.with(now), isFound).catch(telemetry.bug)
    },
    problem: (text) => telemetry.say('warn', 'registries', {}, text),
  })
}
