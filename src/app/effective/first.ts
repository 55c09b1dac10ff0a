import type { StateStore } from '../../sources/state/index.ts'
import { type Config, searchedRegistries } from '../config/index.ts'
import { heldBefore, recall } from '../registry/index.ts'
import { type EffectiveConfig, effectiveConfigOf } from './effective-config.ts'

/** What a server begins with. */
export interface First {
  readonly effective: EffectiveConfig
  /** Which clusters registries hold is not known yet. */
  readonly isIncomplete: boolean
  /** Whose UIDs were, for the search. */
  readonly held: ReadonlyMap<string, string>
}

/** With the clusters that were found before this start, if that is known: then nobody need wait to find them again. */
export async function beginningOf(
  config: Config,
  version: string,
  store: Pick<StateStore, 'restoreFound'> | null,
): Promise<First> {
  const effective = effectiveConfigOf(config, version)
  if (searchedRegistries(config).length === 0) return { effective, isIncomplete: false, held: NONE }
  const saved = await store?.restoreFound()
  if (saved === undefined) return { effective, isIncomplete: true, held: NONE }
  return {
    effective: effective.with(recall(saved, effective.configured, effective.suffixes)),
    isIncomplete: false,
    held: heldBefore(saved),
  }
}

const NONE: First['held'] = new Map()
