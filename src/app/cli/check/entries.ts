import { objectsOf } from '../../../sources/changes/index.ts'
import { few, SERVICE_ENTRY, type ServiceEntry } from '../../../words/kube/index.ts'
import { isHostIn } from '../../../world/inventory/index.ts'
import { serviceNamedBy } from '../../../world/istio/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** Hosts of ServiceEntries that no name is made of, and zones of hosts in which there can be none. */
export function checkEntries({ config, views }: Offline): readonly CheckResult[] {
  const { istio, zones, local } = config
  if (istio.cluster === null) return zones.entries.length === 0 ? [] : [NOBODYS]
  const view = views.get(istio.cluster)
  const all = view === undefined ? [] : [...objectsOf(view, SERVICE_ENTRY.kind)].map(([, one]) => one)
  const entries = all.filter(SERVICE_ENTRY.is)
  const suffixes = { ...zones, clusterDomain: local.clusterDomain }
  const isNamed = (host: string, { namespace }: ServiceEntry): boolean =>
    serviceNamedBy(host, namespace, suffixes) !== undefined || isHostIn(host.toLowerCase(), zones.entries)
  const hosts = entries.flatMap((one) => one.hosts.filter((host) => !isNamed(host, one)))
  const nowhere = [...new Set(hosts)].sort()
  if (nowhere.length === 0) return []
  return [
    {
      level: 'advice',
      kind: 'objects',
      cluster: istio.cluster,
      subject: 'ServiceEntries',
      finding: `${few(nowhere)}: hosts in no zone that is answered here, of which no name is made`,
      remedy: 'if they are to be answered here, add the zone that they are below to zones.entries',
    },
  ]
}

const NOBODYS: CheckResult = {
  level: 'warning',
  kind: 'configuration',
  cluster: null,
  subject: 'zones.entries',
  finding: 'istio.cluster is null: no ServiceEntry is read, and there is no host in these zones',
  remedy:
    'name the cluster whose ServiceEntries hold, such as istio: {cluster: cluster-east}, or leave the zones out',
}
