import type { Family } from '../../values/dns/index.ts'
import type { Import } from '../../world/synthesis/index.ts'
import { type Addresses, wantedFamilies } from './addresses.ts'
import { ownedBy, present, printFamily, type Scene, sortedByKey, wanted } from './body.ts'
import { derivedName } from './names.ts'
import { ownLabels } from './own.ts'
import { portBody, portName } from './ports.ts'
import type { JsonObject, WantedObject } from './types.ts'

/** Whether an import has a derived Service, or is to have one. */
export const hasDerived = ({ kind }: Addresses): boolean => kind === 'waiting' || kind === 'given'

/**
 * The Service whose cluster IPs are the import's. It selects nothing: its endpoints are the slices that carry its name.
 * Its internal traffic policy is Cluster: of the service's own, Local means this cluster (the slices see to that), while
 * of a Service it would mean the client's node. It has no traffic distribution: the hints of the slices are enough
 * for kube-proxy, and an older API server refuses values that it does not know.
 */
export function derivedService(scene: Scene, merged: Import, uid: string): WantedObject {
  const { name, key, here } = scene
  const metadata = { labels: sortedByKey(ownLabels('Service', name)), ...ownedBy(uid, name, here) }
  const spec = {
    type: 'ClusterIP',
    ports: merged.ports.map((port) => portBody(portName(port, merged.ports), port, port.port)),
    ...familiesBody(wantedFamilies(scene, merged)),
    ...affinityBody(merged),
    internalTrafficPolicy: 'Cluster',
  }
  return wanted('Service', scene, derivedName(key), metadata, { spec })
}

/** Which of two families comes first, and whether there is a second, is the cluster's own affair. */
const familiesBody = ([first = 4, second]: readonly Family[]): JsonObject =>
  second === undefined
    ? { ipFamilyPolicy: 'SingleStack', ipFamilies: [printFamily(first)] }
    : { ipFamilyPolicy: 'PreferDualStack' }

/** As Services and imports have it alike. */
export const affinityBody = ({ sessionAffinity, sessionAffinityTimeout }: Import): JsonObject =>
  present({
    sessionAffinity,
    sessionAffinityConfig:
      sessionAffinity === 'ClientIP' && sessionAffinityTimeout !== null
        ? { clientIP: { timeoutSeconds: sessionAffinityTimeout } }
        : undefined,
  })
