import { clusterId } from './schema-clusters.ts'
import { dnsLabel, entries, flag, key, list, section, zoneName, zoneOfHosts, zoneTemplate } from './values.ts'

export const zones = key(
  section({
    clusterset: key(
      zoneName('clusterset.local').prefault('clusterset.local'),
      'The zone of the Multi-Cluster Services API: `<service>.<namespace>.svc.<zone>`.',
    ),
    global: key(
      zoneName('global').nullable().prefault('global'),
      'The zone of the short names `<service>.<namespace>.<zone>`; null switches it off. `global` is a public top-level domain too: ' +
        'clients that use this server cannot resolve its public names.',
      'mesh.internal',
    ),
    cluster: key(
      zoneTemplate().nullable().prefault('{cluster}.local'),
      'The template of the zones that hold one cluster’s share each; null switches them off.',
      '{cluster}.clusters.internal',
    ),
    reverse: key(
      flag().prefault(false),
      'true: PTR records for the addresses that answers hold, from the clusters’ CIDRs.',
    ),
    entries: key(
      list(zoneOfHosts('mesh.internal'), '[mesh.internal, "*.corp.example"]').prefault([]),
      'Zones in which hosts of ServiceEntries are names as they are (`istio.cluster`), from the root namespace and trusted ones; `*.corp.example` is corp.example, as Istio writes what is below it: all of that domain is answered here, and what no ServiceEntry has does not exist. No zone’s own name is a host.',
      ['mesh.internal', '*.corp.example'],
    ),
    federations: key(
      entries(
        dnsLabel('the name of a federation', 'east'),
        section({
          clusters: key(
            list(clusterId(), '[cluster-east]').prefault([]),
            'Clusters that answer where the server’s own has nobody.',
            ['cluster-east'],
          ),
        }),
        '{east: {clusters: [cluster-east]}}',
      ).prefault({}),
      'Names as KubeFed gave them out, `<service>.<namespace>.<federation>.svc.<cluster domain>`, each federation a zone of its own: the server’s own cluster answers first, then these. A federation whose name a Namespace of that cluster has is refused.',
      { east: { clusters: ['cluster-east'] } },
    ),
  }).prefault({}),
  'The suffixes that are answered for.',
)
