import { objectIn } from '../../../../src/sources/changes/index.ts'
import type { SaidPolicy } from '../../../../src/words/clusterset/index.ts'
import { EXPORT } from '../../../../src/words/kube/index.ts'
import type { PolicyProvider } from '../../../../src/world/inventory/rule-types.ts'

/**
 * A made-up provider: a ServiceExport says for the clients of its own cluster what the weights are, as
 * `exportedAnnotations: {weights: "east=1,west=3"}`, and after how many ready endpoints draws spill, as `minHealthy`.
 */
export const EXPORT_POLICY: PolicyProvider = (key, { views }) =>
  [...views].flatMap(([cluster, view]): readonly SaidPolicy[] => {
    const { weights, minHealthy } = objectIn(view, EXPORT, key)?.exportedAnnotations ?? {}
    if (weights === undefined && minHealthy === undefined) return []
    return [
      {
        by: `ServiceExport in ${cluster}`,
        viewpoints: [cluster],
        prefer: null,
        weights: weights === undefined ? null : new Map(weights.split(',').map(pairOf)),
        distribute: null,
        failover: null,
        minHealthy: minHealthy === undefined ? null : { count: Number(minHealthy) },
      },
    ]
  })

function pairOf(text: string): readonly [string, number] {
  const [cluster = '', weight] = text.split('=')
  return [cluster, Number(weight)]
}
