import { remembered } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Export } from '../inventory/index.ts'
import type { Entry } from './types.ts'

/** Each cluster has a zone, and may ask for its own of hundreds. */
export function exportIn({ exports }: Entry, id: ClusterId): Export {
  if (exports.length <= FEW) return exports.find(({ cluster }) => cluster === id) ?? NOBODY
  return byCluster(exports).get(id) ?? NOBODY
}

const FEW = 8

const byCluster = remembered(
  (exports: Entry['exports']): ReadonlyMap<ClusterId, Export> =>
    new Map(exports.map((one) => [one.cluster, one])),
)

const NOBODY: Export = { kind: 'notExported', cluster: '', createdAt: 0 }
