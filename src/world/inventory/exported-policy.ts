import {
  type ClusterId,
  NO_POLICIES,
  type SaidPolicy,
  type ServicePolicy,
} from '../../words/clusterset/index.ts'
import type { Export, PolicyProvider } from './types.ts'

/**
 * The annotations of ServiceExports that count: each for the clients of its own cluster, then those of clusters that may
 * say it, for everybody's, in order of precedence.
 */
export const EXPORTED_POLICY: PolicyProvider = (_key, { rules }, exports) => {
  const speaking = exports.flatMap(spokenBy)
  if (speaking.length === 0) return NO_POLICIES
  const forAll = speaking.filter(({ cluster }) => rules.get(cluster)?.mayRoute === true)
  return [...speaking.map((one) => saidBy(one, [one.cluster])), ...forAll.map((one) => saidBy(one, null))]
}

interface Speaking {
  readonly cluster: ClusterId
  readonly policy: ServicePolicy
}

const spokenBy = (one: Export): readonly Speaking[] =>
  one.kind === 'valid' && one.policy !== undefined ? [{ cluster: one.cluster, policy: one.policy }] : []

const saidBy = ({ cluster, policy }: Speaking, viewpoints: readonly ClusterId[] | null): SaidPolicy => ({
  ...policy,
  by: `the ServiceExport in ${cluster}`,
  viewpoints,
})
