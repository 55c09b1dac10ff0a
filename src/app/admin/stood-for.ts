import type { Explanation } from '../../answer/records/index.ts'
import { parseName } from '../../values/dns/index.ts'
import { type Entry, isOfHost, keyOfHost, type Snapshot, standsForOthers } from '../../world/zone/index.ts'

/** A host by whose name was asked, and for which a wildcard stands: what was read for the host itself comes first. */
export function withStoodFor(
  explanation: Explanation,
  asked: string,
  entry: Entry,
  { entries }: Snapshot,
): Explanation {
  const host = parseName(asked)
  if (!isOfHost(entry) || host.includes('/') || host === entry.name || !standsForOthers(entry.name))
    return explanation
  const own = entries.get(keyOfHost(host))?.objects
  const why =
    own === undefined
      ? 'which no ServiceEntry that may speak for it has as a host'
      : 'whose own ServiceEntries have no endpoint that counts'
  const told = { ...explanation, summary: `${explanation.summary} It stands for ${host}, ${why}.` }
  if (own === undefined) return told
  const all = own.counts.reduce((sum, { count }) => sum + count, 0)
  return {
    ...told,
    objects: [...own.first, ...(explanation.objects ?? [])],
    moreObjects: all - own.first.length + (explanation.moreObjects ?? 0),
  }
}
