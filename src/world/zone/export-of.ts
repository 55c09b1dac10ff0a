import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Export } from '../inventory/index.ts'
import type { Entry } from './types.ts'

/** Each cluster has a zone, and may ask for its own of hundreds. */
export function exportOf({ exports }: Entry, id: ClusterId): Export {
  if (exports.length <= FEW) return exports.find(({ cluster }) => cluster === id) ?? NOBODY
  const known = BY_CLUSTER.get(exports) ?? new Map(exports.map((one) => [one.cluster, one]))
  BY_CLUSTER.set(exports, known)
  return known.get(id) ?? NOBODY
}

const FEW = 8
const BY_CLUSTER = new WeakMap<Entry['exports'], ReadonlyMap<ClusterId, Export>>()

const NOBODY: Export = { kind: 'notExported', cluster: '', createdAt: 0 }
