import type { SaidPolicy } from '../../words/clusterset/index.ts'
import {
  briefly,
  few,
  type ServiceKey,
  type TrafficRoute,
  type VirtualService,
} from '../../words/kube/index.ts'
import type { ServicePolicies } from './destination-rules.ts'
import { serviceNamedBy } from './hosts.ts'
import { isWatchedGateway, meantBy, type NetworksOf } from './matches.ts'
import { became, byCreation, nameOfObject, SILENT } from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { silenced } from './trust.ts'
import { weightsOf } from './weights.ts'

/**
 * The weights that VirtualServices give a service's clusters. Of several the oldest that says something has the host:
 * sidecars do not merge them.
 */
export function saidByRoutes(
  objects: readonly VirtualService[],
  key: ServiceKey,
  rules: IstioRules,
  networks: NetworksOf,
): ServicePolicies {
  const those = objects.filter((one) => concerns(one, key, rules))
  const silent = new Map(those.map((one) => [one, whyNot(one, key, rules)]))
  const speaking = those.filter((one) => silent.get(one) === undefined).sort(byCreation)
  const meanings = new Map(speaking.map((one) => [one, meaningOf(one, key, rules, networks)]))
  const chosen = speaking.find((one) => meanings.get(one)?.policies.length !== 0)
  return {
    policies: (chosen && meanings.get(chosen)?.policies) ?? [],
    objects: those.map((one) => {
      const { policies = [], told = [] } = meanings.get(one) ?? {}
      const why =
        silent.get(one) ?? (policies.length === 0 ? 'it has no route that says how clusters share' : null)
      if (why !== null) return became(one, 'leftOut', why, told)
      return one === chosen
        ? became(one, 'inForce', null, told)
        : became(one, 'overridden', `${chosen && nameOfObject(chosen)} decides: the oldest has the host`)
    }),
  }
}

const routesIn = ({ http, tcp }: VirtualService): readonly TrafficRoute[] => [...http, ...tcp]

const concerns = (one: VirtualService, key: ServiceKey, { zones }: IstioRules): boolean =>
  [...one.hosts, ...routesIn(one).flatMap(({ destinations }) => destinations.map(({ host }) => host))].some(
    (host) => serviceNamedBy(host, one.namespace, zones)?.key === key,
  )

function whyNot(one: VirtualService, key: ServiceKey, rules: IstioRules): string | undefined {
  const why = silenced(one, key, rules)
  if (why !== undefined) return why
  const gateways = one.gateways.length === 0 ? ['mesh'] : one.gateways
  if (!gateways.some((gateway) => isWatchedGateway(gateway, rules)))
    return `it is for gateways ${few(gateways.map((name) => briefly(name)))}, of which istio.virtualServices.gateways has none`
  const named = one.hosts.flatMap((host) => serviceNamedBy(host, one.namespace, rules.zones)?.key ?? [])
  const [other] = named
  if (other === undefined || named.includes(key)) return undefined
  return `it leads clients of ${other} there: a name leads to its own service alone`
}

interface Meaning {
  readonly policies: readonly SaidPolicy[]
  readonly told: readonly string[]
}

/** In force of one object: a query looks at each. */
const MOST_RULES = 100

function meaningOf(one: VirtualService, key: ServiceKey, rules: IstioRules, networks: NetworksOf): Meaning {
  const policies: SaidPolicy[] = []
  const told: string[] = []
  for (const list of [one.http, one.tcp]) {
    let isOver = false
    for (const route of list) {
      if (isOver) {
        told.push(`${route.place} is left out: a route before it is for all`)
        continue
      }
      const { places, unseen } = meantBy(route.match, rules, networks)
      const notSeen = unseen.map((sentence) => `${route.place}.${sentence}`)
      told.push(...notSeen, ...route.unread)
      if (places?.length === 0) continue
      isOver = places === null
      const weights = weightsOf(route, key, one.namespace, rules, networks)
      if (weights.kind === 'none' || (isOver && weights.weights.size === 0)) told.push(...weights.told)
      else if (policies.length < MOST_RULES) {
        told.push(...weights.told)
        const by = `${nameOfObject(one)} (${route.place})`
        const said = { ...SILENT, by, viewpoints: null, weights: weights.weights }
        policies.push(places === null ? said : { ...said, places })
      } else told.push(`${route.place} is left out: ${MOST_RULES} routes of one object are all that count`)
    }
  }
  const says = policies.some(({ weights }) => weights !== null && weights.size > 0)
  return { policies: says ? policies : [], told: [...told, ...one.unread] }
}
