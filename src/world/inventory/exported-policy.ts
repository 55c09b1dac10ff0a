import {
  type ClusterId,
  NO_POLICIES,
  type SaidPolicy,
  type ServicePolicy,
} from '../../words/clusterset/index.ts'
import type { Export, ValidExport } from './export-types.ts'
import type { PolicyProvider } from './rule-types.ts'

/**
 * The annotations of ServiceExports that count: each for the clients of its own cluster, then those of clusters that may
 * say it, for everybody's, in order of precedence: not of one whose export is of another type than was decided, for that
 * takes no part.
 */
export const EXPORTED_POLICY: PolicyProvider = (_key, { rules }, exports) => {
  const speaking = exports.flatMap(spokenBy)
  if (speaking.length === 0) return NO_POLICIES
  const decided = exports.find((one) => one.kind === 'valid')?.type
  const forAll = speaking.filter(
    ({ cluster, type }) => type === decided && rules.get(cluster)?.mayRoute === true,
  )
  return [...speaking.map((one) => saidBy(one, [one.cluster])), ...forAll.map((one) => saidBy(one, null))]
}

interface Speaking {
  readonly cluster: ClusterId
  readonly type: ValidExport['type']
  readonly policy: ServicePolicy
}

const spokenBy = (one: Export): readonly Speaking[] =>
  one.kind === 'valid' && one.policy !== undefined
    ? [{ cluster: one.cluster, type: one.type, policy: one.policy }]
    : []

const saidBy = ({ cluster, policy }: Speaking, viewpoints: readonly ClusterId[] | null): SaidPolicy => ({
  ...policy,
  by: `the ServiceExport in ${cluster}`,
  viewpoints,
})
