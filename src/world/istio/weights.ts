import type { ClusterId } from '../../words/clusterset/index.ts'
import { briefly, few, type ServiceKey, type TrafficRoute } from '../../words/kube/index.ts'
import { serviceNamedBy } from './hosts.ts'
import type { NetworksOf } from './matches.ts'
import type { IstioRules } from './rules.ts'

/** How a route divides clients of a service among its clusters. `told`: what of it says nothing. */
type RouteWeights =
  | {
      readonly kind: 'weights'
      readonly weights: ReadonlyMap<ClusterId, number>
      readonly told: readonly string[]
    }
  | { readonly kind: 'none'; readonly told: readonly string[] }

const none = (...told: readonly string[]): RouteWeights => ({ kind: 'none', told })

function nobodysName(hosts: readonly string[], { cluster }: IstioRules['zones']): string {
  const isOfCluster = hosts.some((host) => /^[^.]+\.[^.]+\.svc\./.test(host))
  const why =
    cluster === null && isOfCluster
      ? ', where zones.cluster is null and so clusters have no names of their own there'
      : ''
  return `${few(hosts.map((host) => briefly(host)))} is no service's name here${why}`
}

/** Its destinations must be one service in clusters that they name. */
export function weightsOf(
  { place, destinations }: TrafficRoute,
  key: ServiceKey,
  namespace: string,
  { zones }: IstioRules,
  clusters: NetworksOf,
): RouteWeights {
  if (destinations.length === 0) return none()
  const named = destinations.map(({ host }) => serviceNamedBy(host, namespace, zones))
  const others = destinations.filter((_, i) => named[i]?.key !== key).map(({ host }) => host)
  const all = `${place}.route is left out: `
  const nobodys = destinations.flatMap(({ host }, i) => (named[i] === undefined ? [host] : []))
  if (nobodys.length === destinations.length) return none(`${all}${nobodysName(nobodys, zones)}`)
  if (others.length === destinations.length) return none()
  if (others.length > 0)
    return none(`${all}it divides between services (${few(others.map((host) => briefly(host)))})`)
  if (destinations.some(({ subset }) => subset !== null))
    return none(`${all}a subset is of pods' labels, which a name server does not see`)
  const [only] = named
  // Of all clusters, the nearest first: for its clients no later route says otherwise.
  if (named.length === 1 && only?.cluster === null) return { kind: 'weights', weights: new Map(), told: [] }
  const nowhere = destinations.filter((_, i) => named[i]?.cluster === null).map(({ host }) => host)
  if (nowhere.length > 0)
    return none(`${all}${few(nowhere)} names no cluster, such as web.default.svc.cluster-east.local`)
  const weights = new Map<ClusterId, number>()
  for (const [i, { weight }] of destinations.entries()) {
    const id = named[i]?.cluster ?? ''
    weights.set(id, (weights.get(id) ?? 0) + (destinations.length === 1 ? 100 : weight))
  }
  const unknown = [...weights.keys()].filter((id) => !clusters.has(id))
  if (unknown.length === weights.size) return none(`${all}there is no cluster ${few(unknown)}`)
  if ([...weights.values()].every((weight) => weight === 0)) return none(`${all}its weights add up to 0`)
  return {
    kind: 'weights',
    weights,
    told: unknown.map((id) => `${place}.route: there is no cluster ${id}, and so nothing of its weight`),
  }
}
