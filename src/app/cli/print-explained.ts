import { type ClusterExplanation, printCut, printShare } from '../../answer/records/index.ts'
import type { Explained } from '../admin/index.ts'
import type { Widened } from './replies.ts'
import { printTable, titled } from './table.ts'

/** An explanation as a page that can be read without knowing Meridian. */
export function printExplained(it: Widened<Explained>, colour: boolean): string {
  const bold = (text: string) => (colour ? `\x1b[1m${text}\x1b[0m` : text)
  const place = it.viewpoint.locality === null ? '' : ` (${it.viewpoint.locality})`
  const first = it.import?.precedence === 'declared' ? 'first declared' : 'oldest'
  const parts = [
    `${bold(`Service ${it.service}`)}, seen from ${it.viewpoint.cluster}${place}\n${bold(it.summary)}\n`,
    titled(bold('ServiceImport'), importLines(it)),
    titled(
      bold('Conflicts'),
      it.conflicts.map(({ reason, message, clusters }) => `${reason} (${clusters.join(', ')}): ${message}`),
    ),
    titled(bold('Policy'), policyLines(it)),
    titled(bold('Objects read for it'), objectLines(it)),
    titled(
      bold('Clusters, in rank order'),
      printTable(
        HEADINGS,
        it.clusters.map((one) => rowOf(one, first)),
      )
        .trimEnd()
        .split('\n'),
    ),
    titled(
      bold('What was found there'),
      it.clusters.flatMap((one) => notesOf(one, first)),
    ),
    titled(
      bold('Written back'),
      it.written.flatMap(({ cluster, lines }) => lines.map((line) => `${cluster}: ${line}`)),
    ),
    titled(bold('Too long for a reply, over TCP too'), cutLines(it)),
    titled(bold('Records'), [...it.records, ...(it.moreRecords ? [MORE_RECORDS] : [])]),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

const policyLines = ({ policy = [], policyElsewhere = [] }: Widened<Explained>): readonly string[] => [
  ...policy.map(({ part, by, decidedBy, withoutEffect }) =>
    decidedBy === null
      ? `${part}: from ${by}${withoutEffect === undefined ? '' : `, without effect: ${withoutEffect}`}`
      : `${part}: not from ${by}, as ${decidedBy} decides`,
  ),
  ...policyElsewhere.map(
    ({ part, by, clientsOf }) =>
      `${part}: not from ${by}, which speaks for clients of ${clientsOf.join(', ')} alone`,
  ),
]

function objectLines({ objects = [], moreObjects = 0 }: Widened<Explained>): readonly string[] {
  const lines = objects.flatMap(({ kind, name, cluster, why, leftOut }) => [
    `${kind} ${name} in ${cluster}: ${why === null ? 'in force' : `not in force: ${why}`}`,
    ...leftOut.map((part) => `  ${part}`),
  ])
  return moreObjects === 0 ? lines : [...lines, `and ${moreObjects} more`]
}

function cutLines({ cut, moreCut }: Widened<Explained>): readonly string[] {
  const left = `${cut.length - MOST_CUT} more names`
  const more = cut.length > MOST_CUT ? [`and ${moreCut ? 'at least ' : ''}${left}`] : []
  return [...cut.slice(0, MOST_CUT).map(printCut), ...more]
}

const MORE_RECORDS = 'and more: `meridian render` prints all of a zone'

/** Names that are told one by one. */
const MOST_CUT = 6

function importLines({ import: made, found }: Widened<Explained>): readonly string[] {
  const own =
    made === null
      ? []
      : [
          `${made.type}, ports ${made.ports || 'none'}, session affinity ${made.sessionAffinity}, internal traffic policy ${made.internalTrafficPolicy}`,
        ]
  const written = found.map(({ cluster, type, ips, foreign }) => {
    const by = foreign ? 'written by another implementation' : 'written by Meridian'
    return `in ${cluster}: ${type}, ${ips.length === 0 ? 'no clusterset IP' : `clusterset IP ${ips.join(', ')}`}, ${by}`
  })
  return [...own, ...written]
}

const HEADINGS = [
  'cluster',
  'locality',
  'state',
  'export',
  'ready',
  'route',
  'distance',
  'weight',
  'level',
  'share',
  'fate',
]

const rowOf = (one: Widened<ClusterExplanation>, first: string): readonly string[] => [
  one.cluster,
  one.locality ?? '-',
  one.slow ? `${one.state}, slow` : one.state,
  one.precedence === null ? (one.export.split(':')[0] ?? '') : `valid, ${ordinal(one.precedence, first)}`,
  one.precedence === null && !one.export.startsWith('outside:') ? '-' : `${one.ready}/${one.endpoints}`,
  one.route ?? '-',
  one.distance ?? '-',
  one.weight === null ? '-' : String(one.weight),
  one.level === null ? '-' : String(one.level),
  one.share === null ? '-' : printShare(one),
  one.fate,
]

const ordinal = (n: number, first: string): string =>
  n === 1 ? first : `${n}${['th', 'st', 'nd', 'rd'][n % 10 > 3 || (n % 100) - (n % 10) === 10 ? 0 : n % 10]}`

const andMore = ({ moreAddresses }: Widened<ClusterExplanation>): string =>
  moreAddresses === 0 ? '' : ` and ${moreAddresses} more`

/** What the table has no room for. */
function notesOf(one: Widened<ClusterExplanation>, first: string): readonly string[] {
  const notes = [
    one.precedence === null ? `export: ${one.export}` : '',
    one.exportedAt === null ? '' : `exported since ${one.exportedAt}`,
    one.exportedBy === undefined ? '' : `exported by ${one.exportedBy}, without a ServiceExport`,
    one.addresses.length === 0 ? '' : `reached at ${one.addresses.join(', ')}${andMore(one)}`,
    one.lastHeard === null ? '' : `${one.lastHeard}: answers come from its last view`,
    one.basis === null || one.basis === 'ready' ? '' : `endpoints count as ready by ${one.basis}`,
    ...one.noRoute.map((reason) => `no route by ${reason}`),
    ...one.ignored.map(
      ({ reason, count, example }) => `ignored ${count} × ${reason}, for example ${example}`,
    ),
    ...one.conflicts.map((reason) => `disagrees with the ${first} export: ${reason}`),
    ...one.remarks,
  ]
  return notes.filter((note) => note !== '').map((note) => `${one.cluster}: ${note}`)
}
