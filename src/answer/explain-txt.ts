import { type Name, type RR, TYPE } from '../dns/index.ts'
import type { Entry } from '../zone/index.ts'
import { type ClusterExplanation, explain } from './explain.ts'
import type { Context } from './place.ts'
import { printShare } from './summary.ts'

/** `_explain` names: one TXT record per cluster, in rank order, each fact a string (answers.md row 12). */
export function explanationRecords(
  owner: Name,
  type: number,
  entry: Entry,
  { snapshot, asker }: Context,
): readonly RR[] {
  if (type !== TYPE.TXT) return []
  const { clusters } = explain(entry, snapshot, asker.viewpoint)
  return clusters.map((one) => ({
    owner,
    ttl: snapshot.settings.ttl,
    data: { type: TYPE.TXT, strings: factsOf(one).map(printable) },
  }))
}

const factsOf = (one: ClusterExplanation): readonly string[] => [
  `cluster=${one.cluster}`,
  `locality=${one.locality ?? 'none'}`,
  `state=${one.state}`,
  `export=${one.export}`,
  `ready=${one.ready}/${one.endpoints}`,
  ...(one.route === null ? [] : [`route=${[one.route, ...one.addresses.slice(0, 4)].join(' ')}`]),
  ...(one.level === null ? [] : [`level=${one.level}`, `share=${printShare(one).replaceAll(' %', '%')}`]),
  `fate=${one.fate}`,
]

/** ASCII, at most 255 octets: a character-string of RFC 1035 section 3.3. */
const printable = (text: string): string =>
  text
    .replaceAll('≠', '!=')
    .replace(/[^ -~]/g, '?')
    .slice(0, 255)
