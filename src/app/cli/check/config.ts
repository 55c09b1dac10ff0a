import { few } from '../../../words/kube/index.ts'
import type { World } from '../../../world/zone/index.ts'
import { isShared, zonesToForward } from '../corefile/zones.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** The configuration by itself: what it warns of, and what to know about its zones. */
export const checkConfig = ({ config, world }: Offline): readonly CheckResult[] => [
  ...config.warnings.map(
    ({ place, path, problem, remedy }): CheckResult => ({
      ...WHOLE,
      level: 'warning',
      kind: 'configuration',
      subject: path === '' ? place : path,
      finding: path === '' ? problem : `${place}: ${problem}`,
      remedy,
    }),
  ),
  ...mentions(config, world.clusterset.members),
  ...suffix(config),
  ...wholeDomains(config),
  ...nameServer(config),
  ...forwarding(config, world.refused),
]

const WHOLE = { cluster: null } as const

type Config = Offline['config']

/**
 * Clusters that the configuration speaks of, and that neither stand in it nor are found: with `registries` no start can
 * refuse them, for they may yet come.
 */
function mentions(
  { registries, local, istio, clients, routing }: Config,
  there: ReadonlyMap<string, unknown>,
): readonly CheckResult[] {
  if (registries.length === 0) return []
  const all: readonly (readonly [subject: string, id: string | null, meanwhile: string])[] = [
    ['local.cluster', local.cluster, 'no cluster is the clients’ own'],
    ['istio.cluster', istio.cluster, 'no object of Istio is read'],
    ...clients.map.map(
      ({ cluster }, i) => [`clients.map[${i}].cluster`, cluster, 'no cluster is their own'] as const,
    ),
    ...[...routing.services].flatMap(([key, { weights }]) =>
      [...(weights?.keys() ?? [])].map(
        (id) => [`routing.services["${key}"].weights`, id, 'its weight is nobody’s'] as const,
      ),
    ),
  ]
  return all.flatMap(([subject, id, meanwhile]) =>
    id === null || there.has(id)
      ? []
      : [
          {
            ...WHOLE,
            level: 'warning',
            kind: 'configuration',
            subject,
            finding: `there is no cluster ${id}, neither in clusters nor found by registries: until it comes ${meanwhile}`,
            remedy: 'correct the id, or make what a registry finds it by',
          },
        ],
  )
}

/** Istio's suffix became a public top-level domain; it stays the default for those who come from there. */
const suffix = ({ zones }: Config): readonly CheckResult[] =>
  zones.global !== 'global'
    ? []
    : [
        {
          ...WHOLE,
          level: 'advice',
          kind: 'suffix',
          subject: 'zones.global',
          finding:
            'global is a public top-level domain too: clients whose DNS forwards it here lose its public names, and where it is not forwarded their questions go out to the Internet',
          remedy:
            'if that matters, choose a suffix of your own, such as zones.global: mesh.internal, or null',
        },
      ]

/** Domains in which others may have names. */
const wholeDomains = ({ zones }: Config): readonly CheckResult[] =>
  zones.entries.filter(isShared).map((zone) => ({
    ...WHOLE,
    level: 'advice',
    kind: 'suffix',
    subject: `zones.entries ${zone}`,
    finding: `all of ${zone} is answered here: for clients whose DNS forwards it here, names that no ServiceEntry has, such as www.${zone}, do not exist`,
    remedy: `if others have names in it, take a domain below it that is Meridian's alone, such as zones.entries: ["*.mesh.${zone}"]`,
  }))

const nameServer = ({ zones, dns }: Config): readonly CheckResult[] =>
  dns.advertise.length > 0
    ? []
    : [
        {
          ...WHOLE,
          level: 'advice',
          kind: 'nameServer',
          subject: 'dns.advertise',
          finding: `the zones' name server ns.dns.${zones.clusterset} has no address: resolvers that follow delegations cannot find this server`,
          remedy: "write the address of Meridian's Service, such as dns.advertise: [10.96.0.53]",
        },
      ]

function forwarding(config: Config, refused: World['refused']): readonly CheckResult[] {
  const { zones, skipped } = zonesToForward(config, refused)
  const advice: CheckResult = {
    ...WHOLE,
    level: 'advice',
    kind: 'forwarding',
    subject: 'cluster DNS',
    finding: `clients find these names once their cluster's DNS forwards the zones here, each by its own name: ${few(zones, 6)}`,
    remedy:
      '`meridian corefile --for` prints the block for your DNS (coredns, eks, gke, …) and how to apply it',
  }
  const lost = skipped.map(
    (zone): CheckResult => ({
      ...WHOLE,
      level: 'broken',
      kind: 'forwarding',
      subject: zone,
      finding: `it holds the cluster's own domain ${config.local.clusterDomain}: forwarded here, the cluster would lose its names`,
      remedy: 'choose another suffix in zones, or correct local.clusterDomain',
    }),
  )
  return [...lost, advice]
}
