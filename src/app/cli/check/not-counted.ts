import type { ClusterId } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import {
  BEYOND,
  BEYOND_ADDRESSES,
  BEYOND_PORTS,
  BY_ALL,
  type ExportRemark,
  type Ignored,
  printRemark,
  SECOND_NAME,
} from '../../../world/inventory/index.ts'
import { type CheckResult, counted } from './check-result.ts'
import { aboutHeld, type HeldService } from './held.ts'

/** Services that ask to be exported, by annotations or labels, and are not: by why. */
export function declinedIn(cluster: ClusterId, held: readonly HeldService[]): readonly CheckResult[] {
  const all = held.flatMap(({ entry, held }) =>
    held.kind !== 'notExported' || held.declined === undefined || held.by === BY_ALL
      ? []
      : [{ key: entry.key, by: held.by ?? '', declined: held.declined }],
  )
  return [...Map.groupBy(all, ({ by, declined }) => `${by}: ${declined}`)].map(([why, group]) => ({
    kind: 'export',
    level: 'advice',
    cluster,
    subject: cluster,
    finding: `${few(group.map(({ key }) => key))} not exported by ${why}`,
    remedy: 'if one is meant to be, create a ServiceExport of its name and namespace, which decides alone',
  }))
}

/** What of an export does not count. */
export const remarkedOn = (one: HeldService): readonly CheckResult[] =>
  one.held.kind !== 'valid'
    ? []
    : one.held.remarks.map((remark) => ({
        ...aboutHeld(one),
        level: 'warning',
        finding: printRemark(remark),
        ...REMARKED[remark.about],
      }))

const DIVIDE = 'divide the service: some of it is in no answer'

const REMARKED: Readonly<Record<ExportRemark['about'], Pick<CheckResult, 'kind' | 'remedy'>>> = {
  annotation: {
    kind: 'annotation',
    remedy: 'correct the annotation of the ServiceExport; until then it counts as absent',
  },
  ports: { kind: 'ignored', remedy: DIVIDE },
}

/** By rule: what of the cluster's EndpointSlices does not count. */
export function ignoredOf(id: ClusterId, held: readonly HeldService[]): readonly CheckResult[] {
  const all = held.flatMap(({ entry, held }) =>
    held.kind === 'valid' ? held.endpoints.ignored.map((ignored) => ({ key: entry.key, ignored })) : [],
  )
  return [...Map.groupBy(all, ({ ignored }) => ignored.reason)].map(([reason, group]) => {
    const count = group.reduce((sum, { ignored }) => sum + ignored.count, 0)
    const example = group[0]?.ignored.example ?? ''
    const services = few([...new Set(group.map(({ key }) => key))])
    const what = WHAT.get(reason) ?? 'endpoint'
    const finding = `${counted(count, what)} of ${services} not counted: ${reason}, for example ${example}`
    return { kind: 'ignored', cluster: id, subject: id, finding, ...verdict(reason) }
  })
}

/** What a rule leaves out, where that is no endpoint. */
const WHAT: ReadonlyMap<string, string> = new Map([
  [SECOND_NAME, 'host name'],
  [BEYOND_PORTS, 'port'],
  [BEYOND_ADDRESSES, 'IP'],
])

/** Mirrored endpoints are left out on purpose; the rest nobody meant. */
function verdict(reason: Ignored['reason']): Pick<CheckResult, 'level' | 'remedy'> {
  if (/^(mirrored from|managed by) /.test(reason)) return { level: 'ok', remedy: null }
  if (reason === SECOND_NAME)
    return { level: 'warning', remedy: 'give the endpoint one host name in all its EndpointSlices' }
  if (BEYOND.has(reason)) return { level: 'warning', remedy: DIVIDE }
  const remedy = reason.includes('podCIDRs')
    ? 'correct clusters[].podCIDRs, or find out who writes such EndpointSlices'
    : 'endpoints must be IP addresses that pods have: correct the EndpointSlice, or whoever writes it'
  return { level: 'warning', remedy }
}
