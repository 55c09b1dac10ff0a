import {
  type Cluster,
  carries,
  covers,
  type Distribute,
  type Failover,
  type Labels,
  type Locality,
  matchesLocality,
  printLabels,
  printLocality,
  type ServicePolicy,
} from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** Whether what `routing` names exists: services, and localities where somebody stands. */
export function checkRouting(offline: Offline): readonly CheckResult[] {
  const { routing } = offline.config
  const general = { path: 'routing', distribute: routing.distribute, failover: routing.failover }
  const own = [...routing.services].map(([key, { distribute, failover }]) => ({
    path: `routing.services["${key}"]`,
    distribute: distribute ?? [],
    failover: failover ?? [],
  }))
  return [
    ...[...routing.services].flatMap(([key, policy]) => ofService(key, policy, offline)),
    ...[general, ...own].flatMap((policy) => [...localitiesOf(policy, offline), ...idleOf(policy, offline)]),
  ]
}

const warning = (subject: string, finding: string, remedy: string): CheckResult => ({
  level: 'warning',
  kind: 'routing',
  cluster: null,
  subject,
  finding,
  remedy,
})

function ofService(
  key: string,
  { prefer, weights }: ServicePolicy,
  { world }: Offline,
): readonly CheckResult[] {
  const entry = world.entries.get(key)
  const subject = `routing.services["${key}"]`
  if (entry === undefined)
    return [warning(subject, 'no cluster holds a service of this name', 'correct the name: NAMESPACE/NAME')]
  if (entry.import === null)
    return [
      warning(
        subject,
        'no cluster exports this service',
        'create a ServiceExport of its name, or remove the entry',
      ),
    ]
  const { clusters } = entry.import
  const preferred = prefer === null ? [] : ofPreference(prefer, clusters, `${subject}.prefer`, world)
  const idle = [...(weights?.keys() ?? [])].filter((id) => !clusters.includes(id))
  if (idle.length === 0) return preferred
  return [
    ...preferred,
    warning(
      `${subject}.weights`,
      `${few(idle)} ${idle.length === 1 ? 'has' : 'have'} a weight, but contribute${idle.length === 1 ? 's' : ''} nothing to this service`,
      'export it from there too, or remove the weight',
    ),
  ]
}

/** Whether anybody is preferred: `clusters` contribute to the service. */
function ofPreference(
  prefer: Labels,
  clusters: readonly string[],
  subject: string,
  { clusterset: { members } }: Offline['world'],
): readonly CheckResult[] {
  const carrying = [...members.values()].filter(({ labels }) => carries(labels, prefer)).map(({ id }) => id)
  const wanted = printLabels(prefer)
  if (carrying.length === 0)
    return [warning(subject, `no cluster carries ${wanted}`, 'correct it, or give clusters these labels')]
  if (carrying.some((id) => clusters.includes(id))) return []
  const finding = `${few(carrying)} ${carrying.length === 1 ? 'carries' : 'carry'} ${wanted}, but ${carrying.length === 1 ? 'contributes' : 'contribute'} nothing to this service`
  return [warning(subject, finding, 'export it from there too, or prefer other labels')]
}

interface Policy {
  readonly path: string
  readonly distribute: readonly Distribute[]
  readonly failover: readonly Failover[]
}

/** `from` is where clients look from, `to` where clusters are. */
function localitiesOf({ path, distribute, failover }: Policy, offline: Offline): readonly CheckResult[] {
  const clusters = [...offline.world.clusterset.members.values()].map(({ locality }: Cluster) => locality)
  const clients = [
    ...clusters,
    offline.config.local.locality,
    ...offline.config.clients.map.map(({ locality }) => locality),
  ]
  const patterns: readonly (readonly [string, string, readonly (Locality | null)[]])[] = [
    ...distribute.flatMap(({ from, to }, i) => [
      [`${path}.distribute[${i}].from`, from, clients] as const,
      ...to.map(({ locality }) => [`${path}.distribute[${i}].to`, locality, clusters] as const),
    ]),
    ...failover.flatMap(({ from, to }, i) => [
      [`${path}.failover[${i}].from`, from, clients] as const,
      [`${path}.failover[${i}].to`, to, clusters] as const,
    ]),
  ]
  const stray = patterns.filter(
    ([, pattern, places]) => !places.some((place) => matchesLocality(pattern, place)),
  )
  return stray.map(([subject, pattern, places]) =>
    warning(
      subject,
      `${pattern} matches no ${places === clusters ? 'cluster' : "cluster's or client's place"}`,
      known(places),
    ),
  )
}

/** Entries of `distribute` that take nothing, because others come first. */
function idleOf({ path, distribute }: Policy, { world }: Offline): readonly CheckResult[] {
  const places = [...world.clusterset.members.values()].map(({ locality }) => locality)
  return distribute.flatMap(({ from, to }, i) => {
    const first = distribute.slice(0, i).findIndex((other) => covers(other.from, from))
    const late = warning(
      `${path}.distribute[${i}].from`,
      `${from} takes no place: distribute[${first}] takes all that it matches, ${distribute[first]?.from}`,
      'put it before that: the first entry that matches holds',
    )
    const taken = takenFrom(
      to.map(({ locality }) => locality),
      places,
    )
    return [
      ...(first === -1 ? [] : [late]),
      ...taken.map(([locality, takers]) =>
        warning(
          `${path}.distribute[${i}].to`,
          `${locality} takes no cluster: ${few(takers)} ${takers.length === 1 ? 'takes' : 'take'} all that it matches`,
          'remove it, or the others: of those that match a cluster the most specific counts',
        ),
      ),
    ]
  })
}

/** The patterns that match a place but take none, and those that take what they match. */
function takenFrom(
  patterns: readonly string[],
  places: readonly (Locality | null)[],
): readonly (readonly [string, readonly string[]])[] {
  return patterns.flatMap((pattern) => {
    const matched = places.filter((place) => matchesLocality(pattern, place))
    const takers = matched.flatMap((place) => patterns.find((one) => matchesLocality(one, place)) ?? [])
    return takers.length === 0 || takers.includes(pattern) ? [] : [[pattern, [...new Set(takers)]] as const]
  })
}

function known(places: readonly (Locality | null)[]): string {
  const names = [...new Set(places.flatMap((place) => (place === null ? [] : [printLocality(place)])))]
  return names.length === 0 ? 'give the clusters their locality' : `correct it: they stand in ${few(names)}`
}
