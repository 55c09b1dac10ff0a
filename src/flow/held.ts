import type { ObjectId } from '../kube/index.ts'
import type { ClusterView } from '../source/index.ts'

/** All objects of which a view says something. */
export function* heldIn(view: ClusterView): Generator<ObjectId> {
  const { services, exports, otherExports, imports, sliceNames, unreadableIds } = view
  for (const [key] of services) yield { kind: 'Service', key } as const
  for (const [key] of exports) yield { kind: 'ServiceExport', key } as const
  for (const [key, { kind }] of otherExports) yield { kind, key }
  for (const [, { kind, key }] of unreadableIds) yield { kind, key }
  for (const [key] of imports) yield { kind: 'ServiceImport', key } as const
  for (const [key] of sliceNames) yield { kind: 'EndpointSlice', key } as const
}
