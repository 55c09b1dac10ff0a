import type { KubeObject } from '../../words/kube/index.ts'
import { became, nameOfObject, type ObjectSummary, objectSummary } from '../istio/index.ts'
import type { OutcomeBy } from './registry-types.ts'

/** What became of an object by which clusters export a service. `why`: it exports nothing; `parts`: what of it is not heeded. */
export function toldOfExports(
  found: KubeObject,
  why: string | undefined,
  exporting: OutcomeBy,
  parts: readonly string[],
): ObjectSummary {
  const isUsed = exporting(nameOfObject(found)) > 0
  const outcome = why !== undefined ? 'leftOut' : isUsed ? 'inForce' : 'overridden'
  return objectSummary(
    [found],
    () => outcome,
    () => became(found, outcome, why ?? (isUsed ? null : NOBODY), parts),
  )
}

const NOBODY = 'no cluster has the Service, or each that has exports it by something else'
