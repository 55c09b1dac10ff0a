import type { Store } from '../../sources/state/index.ts'
import type { Config } from '../config/index.ts'
import { recall } from '../registry/index.ts'
import { type Stance, stanceOf } from './stance.ts'

/** What a server begins with. */
export interface First {
  readonly stance: Stance
  /** Which clusters registries hold is not known yet. */
  readonly isIncomplete: boolean
}

/** With the clusters that were found before this start, if that is known: then nobody need wait to find them again. */
export async function firstOf(
  config: Config,
  version: string,
  store: Pick<Store, 'restoreFound'> | null,
): Promise<First> {
  const stance = stanceOf(config, version)
  if (config.registries.length === 0) return { stance, isIncomplete: false }
  const saved = await store?.restoreFound()
  if (saved === undefined) return { stance, isIncomplete: true }
  return { stance: stance.with(recall(saved, stance.configured, stance.suffixes)), isIncomplete: false }
}
