import { clusterId } from './schema-clusters.ts'
import { serviceKey } from './schema-routing.ts'
import { cidr, entries, flag, geoPlace, key, list, locality, section, someText } from './values.ts'

const geo = section(
  {
    database: key(
      someText('a path', '/etc/geoip/GeoLite2-City.mmdb'),
      'A MaxMind DB of cities or countries, watched: another takes its place once it was read whole and found right.',
      '/etc/geoip/GeoLite2-City.mmdb',
    ),
    map: key(
      entries(geoPlace(), locality(), '{"*": us-east-1, EU: eu-west-1, EU/DE: eu-central-1}')
        .nullable()
        .prefault(null),
      'By continent, country and subdivision (ISO 3166), of which the longest counts, and `*` for the rest: the locality where such clients stand, at the cluster nearest to it. null: they stand at the cluster whose `coordinates` are nearest.',
      { '*': 'us-east-1', EU: 'eu-west-1', 'EU/DE': 'eu-central-1' },
    ),
  },
  'its database at least',
)

export const clients = section({
  geo: key(
    geo.nullable().prefault(null),
    'Where clients stand whom no entry of `map` names, by a GeoIP database: of a trusted client subnet, or of the client’s own address. Who is not in it, or has a private address, stands where this server does. null: nobody is looked up.',
    { database: '/etc/geoip/GeoLite2-City.mmdb' },
  ),
  trustClientSubnet: key(
    flag().prefault(false),
    'true: the client subnet that a resolver passes on (RFC 7871) says where the client stands.',
  ),
  fromService: key(
    serviceKey().nullable().prefault(null),
    'A Service of the local cluster by `namespace/name`, such as that of CoreDNS: each of its endpoints that no entry of `map` holds stands in its own zone, in the region of `local.locality`. null: none is looked at.',
    'kube-system/kube-dns',
  ),
  map: key(
    list(
      section({
        cidr: key(cidr(), 'The clients’ addresses; the longest matching prefix holds.', '10.244.0.0/18'),
        cluster: key(
          clusterId().nullable().prefault(null),
          'Their cluster; null: `local.cluster`.',
          'cluster-east',
        ),
        locality: key(
          locality().nullable().prefault(null),
          'Where they stand; null: where their cluster does.',
          'us-east-1/us-east-1b',
        ),
      }),
      '[{cidr: 10.244.0.0/18, locality: us-east-1/us-east-1b}]',
    ).prefault([]),
    'Clients that stand elsewhere than this server. Resolvers share cached answers between their clients, so name resolvers’ addresses.',
    [{ cidr: '10.244.0.0/18', cluster: 'cluster-east', locality: 'us-east-1/us-east-1b' }],
  ),
})
