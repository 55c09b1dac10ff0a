import { rememberedLately } from '../../values/table/index.ts'
import type { SaidPolicy } from '../../words/clusterset/index.ts'
import {
  briefly,
  few,
  hostsOfRoutes,
  namespaceOf,
  type ServiceKey,
  type VirtualService,
  wholeName,
} from '../../words/kube/index.ts'
import type { ServicePolicies } from './destination-rules.ts'
import { heard } from './heard.ts'
import { misnamed, type NamedService, serviceNamedBy } from './hosts.ts'
import { isWatchedGateway, MESH, meantBy, type RoutingGround } from './matches.ts'
import { became, byCreation, nameOfObject, objectSummary, SILENT } from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { weightsOf } from './weights.ts'

/**
 * The weights that VirtualServices give a service's clusters. Of several the oldest that says something has the host:
 * sidecars do not merge them. One whose host is the service's own name comes before those that lead there from another.
 */
export function saidByRoutes(
  objects: readonly VirtualService[],
  key: ServiceKey,
  rules: IstioRules,
  ground: RoutingGround,
): ServicePolicies {
  const { all, isSilent, whySilent, speaking, unheard } = heard(objects, key, rules, {
    hostsOf,
    whyNot: (one) => misnamed(hostsOf(one), one.namespace, key, rules.zones) ?? whyNot(one, key, rules),
  })
  const isOfHost = (one: VirtualService): boolean => namedBy(one, rules).some(isWhole(key))
  const ranked = speaking.toSorted((a, b) => Number(isOfHost(b)) - Number(isOfHost(a)) || byCreation(a, b))
  const meanings = new Map(ranked.map((one) => [one, meaningOf(one, key, rules, ground)]))
  const chosen = ranked.find((one) => meanings.get(one)?.policies.length !== 0)
  return {
    policies: (chosen && meanings.get(chosen)?.policies) ?? [],
    objects: objectSummary(
      all,
      (one) => {
        if (one === chosen) return 'inForce'
        return meanings.get(one)?.policies.length === 0 || isSilent(one) ? 'leftOut' : 'overridden'
      },
      (one, outcome) => {
        const { told = [] } = meanings.get(one) ?? {}
        if (outcome === 'inForce') return became(one, outcome, null, told)
        if (outcome === 'leftOut') return became(one, outcome, whySilent(one) ?? UNSAID, told)
        const why =
          chosen && isOfHost(chosen) && !isOfHost(one) ? 'its host is the service' : 'the oldest has the host'
        return became(one, outcome, `${chosen && nameOfObject(chosen)} decides: ${why}`)
      },
      unheard,
    ),
  }
}

/** Asked for each service that they are names of. */
const hostsOf = rememberedLately(hostsOfRoutes)

const UNSAID = 'it has no route that says how clusters share'

function whyNot(one: VirtualService, key: ServiceKey, rules: IstioRules): string | undefined {
  if (one.hosts.length === 0)
    return 'it has no hosts: it would be the delegate of another VirtualService, and those are not followed'
  const gateways = one.gateways.length === 0 ? [MESH] : one.gateways
  if (!gateways.some((gateway) => isWatchedGateway(gateway, one.namespace, rules)))
    return `it is for gateways ${few(gateways.map((name) => briefly(name)))}, of which istio.virtualServices.gateways has none`
  if (namespaceOf(key) === '') return whyNotOfHost(one, key)
  const named = namedBy(one, rules)
  const [first] = named
  if (first === undefined || named.some(isWhole(key))) return undefined
  return named.some((each) => each.key === key)
    ? "its host is one cluster's own name, which leads to that cluster alone"
    : `it leads clients of ${first.key} there: a name leads to its own service alone`
}

/** Places have no names by which a destination could tell one from another. */
const whyNotOfHost = ({ hosts }: VirtualService, key: ServiceKey): string =>
  hosts.some((host) => wholeName(host) === key)
    ? 'its host is in no cluster, and a route divides between the shares of clusters: a DestinationRule may divide between places'
    : `it leads clients of ${few(hosts.map((host) => briefly(host)))} there: a name leads to its own service alone`

/** The services that its hosts are names of, or one cluster's shares of them. */
const namedBy = ({ hosts, namespace }: VirtualService, { zones }: IstioRules): readonly NamedService[] =>
  hosts.flatMap((host) => serviceNamedBy(host, namespace, zones) ?? [])

const isWhole =
  (key: ServiceKey) =>
  (named: NamedService): boolean =>
    named.key === key && named.cluster === null

interface Meaning {
  readonly policies: readonly SaidPolicy[]
  readonly told: readonly string[]
}

/** In force of one object: a query looks at each. */
const MOST_RULES = 100

function meaningOf(one: VirtualService, key: ServiceKey, rules: IstioRules, ground: RoutingGround): Meaning {
  const policies: SaidPolicy[] = []
  const told: string[] = []
  for (const list of [one.http, one.tcp]) {
    let isOver = false
    for (const route of list) {
      if (isOver) {
        told.push(`${route.place} is left out: a route before it is for all`)
        continue
      }
      const { places, unseen } = meantBy(route.match, rules, { ...ground, namespace: one.namespace })
      const notSeen = unseen.map((sentence) => `${route.place}.${sentence}`)
      told.push(...notSeen, ...route.unread)
      if (places?.length === 0) continue
      isOver = places === null
      const weights = weightsOf(route, key, one.namespace, rules, ground.networks)
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
