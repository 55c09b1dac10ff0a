/** What `explain` says of a case's services, as lines, held against those that the case wants. */
import assert from 'node:assert/strict'
import { type Explanation, explain } from '../../src/answer/records/index.ts'
import { standpointOf } from '../../src/answer/routing/index.ts'
import { parseAddress } from '../../src/values/dns/index.ts'
import { type Case, CaseError, type Explain } from './case.ts'
import type { CaseWorld } from './caseWorld.ts'

export function checkExplanation(one: Case, made: CaseWorld, wanted: Explain): void {
  const entry = made.world.entries.get(wanted.service)
  if (entry === undefined) throw new CaseError(one.file, wanted.line, `nobody holds ${wanted.service}`)
  const address = parseAddress(made.hostOf(wanted)) ?? ''
  const viewpoint = standpointOf(address, made.clients)
  const all = linesOf(explain(entry, made.world, viewpoint))
  const topics = new Set(wanted.lines.map(topicOf))
  assert.deepEqual(
    all.filter((line) => topics.has(topicOf(line))),
    wanted.lines,
    `${one.file}:${wanted.line}: the explanation of ${wanted.service}`,
  )
}

const topicOf = (line: string): string => line.split(' ')[0] ?? ''

const linesOf = ({
  summary,
  import: made,
  conflicts,
  policy = [],
  policyElsewhere = [],
  objects = [],
  clusters,
}: Explanation): readonly string[] => [
  `summary ${summary}`,
  `import ${made === null ? 'none' : `${made.type} ${made.ports} ${made.sessionAffinity} ${made.internalTrafficPolicy}`}`,
  ...conflicts.map(({ reason, clusters, message }) => `conflict ${reason} ${clusters}: ${message}`),
  ...policy.map(({ part, by, decidedBy, withoutEffect }) =>
    decidedBy === null
      ? `policy ${part}: from ${by}${withoutEffect === undefined ? '' : `, without effect: ${withoutEffect}`}`
      : `policy ${part}: not from ${by}, as ${decidedBy} decides`,
  ),
  ...policyElsewhere.map(
    ({ part, by, clientsOf }) => `elsewhere ${part}: from ${by}, for clients of ${clientsOf} alone`,
  ),
  ...objects.flatMap(({ kind, name, outcome, why, leftOut }) => [
    `object ${kind} ${name}: ${outcome}${why === null ? '' : `: ${why}`}`,
    ...leftOut.map((part) => `part ${kind} ${name}: ${part}`),
  ]),
  ...clusters.flatMap((cluster) => [
    ...(cluster.exportedBy === undefined ? [] : [`exported ${cluster.cluster}: by ${cluster.exportedBy}`]),
    `export ${cluster.cluster}: ${cluster.export}`,
    `fate ${cluster.cluster}: ${cluster.fate}`,
    ...cluster.noRoute.map((reason) => `route ${cluster.cluster}: ${reason}`),
    ...cluster.ignored.map(
      ({ reason, count, example }) => `ignored ${cluster.cluster}: ${count} × ${reason} (${example})`,
    ),
    ...cluster.remarks.map((remark) => `remark ${cluster.cluster}: ${remark}`),
  ]),
]
