import type { Export } from '../../world/inventory/index.ts'
import { ageless, countingIn, cutsFrom, type Entry } from '../../world/zone/index.ts'

/** What an entry says of clusters, by cluster: there may be thousands. */
export interface Ledger {
  readonly held: ReadonlyMap<string, Export>
  /** From 1, of those that are valid. */
  readonly precedence: ReadonlyMap<string, number>
  readonly conflicts: ReadonlyMap<string, readonly string[]>
  readonly counts: ReadonlySet<string>
  readonly ageless: ReadonlySet<string>
  /** Endpoints of its own that are not in answers beside others'. */
  readonly cut: ReadonlyMap<string, number>
}

export function ledgerOf(entry: Entry): Ledger {
  const { exports, import: made } = entry
  const valid = exports.filter(({ kind }) => kind === 'valid')
  const conflicts = new Map<string, string[]>()
  for (const { reason, clusters } of made?.conflicts ?? [])
    for (const id of clusters) conflicts.set(id, [...(conflicts.get(id) ?? []), reason])
  return {
    held: new Map(exports.map((one) => [one.cluster, one])),
    precedence: new Map(valid.map(({ cluster }, i) => [cluster, i + 1])),
    conflicts,
    counts: countingIn(entry),
    ageless: new Set(ageless(entry)),
    cut: cutsFrom(entry),
  }
}
