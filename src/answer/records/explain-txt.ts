import { type Name, type RR, TYPE } from '../../values/dns/index.ts'
import type { Entry } from '../../world/zone/index.ts'
import { explain } from './explain.ts'
import type { ClusterExplanation } from './explanation.ts'
import type { AnswerContext } from './place.ts'
import { printShare } from './summary.ts'

/**
 * `_explain` names: one TXT record per cluster, in rank order, each fact a string (answers.md 2, row 12). Of more clusters
 * than a message holds the last record tells how many they are.
 */
export function explanationRecords(
  owner: Name,
  type: number,
  entry: Entry,
  { snapshot, asker }: AnswerContext,
): readonly RR[] {
  if (type !== TYPE.TXT) return []
  const { clusters } = explain(entry, snapshot, asker.viewpoint)
  const { fitted, left } = fitting(clusters.map((one) => factsOf(one).map(printable)))
  const texts = left === 0 ? fitted : [...fitted, [`${left} clusters more: use \`meridian explain\``]]
  return texts.map((strings) => ({ owner, ttl: snapshot.settings.ttl, data: { type: TYPE.TXT, strings } }))
}

/** The texts that a message over TCP holds, and how many it does not. */
function fitting(texts: readonly (readonly string[])[]): {
  readonly fitted: readonly (readonly string[])[]
  readonly left: number
} {
  let octets = 0
  const fitted = texts.filter((strings) => {
    octets += AROUND_RECORD + strings.reduce((sum, text) => sum + 1 + text.length, 0)
    return octets <= MOST
  })
  return { fitted, left: texts.length - fitted.length }
}

/** Its owner is a pointer to the question's. */
const AROUND_RECORD = 12

/** Of 65,535: the rest is for the header, the question, OPT and the record that tells of what is left out. */
const MOST = 65_000

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

/** ASCII, at most 255 octets: a character-string of RFC 1035, 3.3. */
const printable = (text: string): string =>
  text
    .replaceAll('≠', '!=')
    .replace(/[^ -~]/g, '?')
    .slice(0, 255)
