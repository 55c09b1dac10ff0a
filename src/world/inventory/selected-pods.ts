import { type ClusterView, keysIn, listIn, objectIn } from '../../sources/changes/index.ts'
import type { Address } from '../../values/dns/index.ts'
import {
  carriesTags,
  type EndpointSlice,
  keyOf,
  SERVICE,
  type Service,
  SLICE,
  type Tags,
} from '../../words/kube/index.ts'
import type { PodEndpoint, SelectedPods } from '../istio/index.ts'
import type { Endpoint, Endpoints } from './endpoint-types.ts'
import { ownEndpoints } from './endpoints.ts'
import { printStray, StrayCount } from './outside.ts'
import { readyIn } from './ready.ts'
import type { InventoryRules } from './rule-types.ts'

export const NO_PODS: SelectedPods = { pods: [], told: [] }

/**
 * The endpoints of the Services that select by all of those labels: Pods are not watched. Which count, and which of those
 * are ready, is as for a Service that is exported (answers.md 2, "Which endpoints"); each address is there once.
 */
export function selectedPods(
  view: ClusterView,
  rule: InventoryRules,
  namespace: string,
  wanted: Tags,
): SelectedPods {
  const [ready, others] = [new Map<Address, PodEndpoint>(), new Map<Address, PodEndpoint>()]
  const told: string[] = []
  for (const key of keysIn(view.byNamespace, namespace)) {
    const service = objectIn(view, SERVICE, key)
    if (service?.selector === undefined || service.derived || !carriesTags(service.selector, wanted)) continue
    const slices = listIn(view, SLICE, key)
    const strays = new StrayCount()
    const found = ownEndpoints(slices, service.name, service.publishNotReadyAddresses, rule, strays)
    for (const endpoint of readyIn(found)) add(endpoint, true, ready)
    for (const endpoint of allOf(found, slices, service, rule)) add(endpoint, false, others)
    const left = found.ignored.map((one) => ({ ...one, refused: true }))
    told.push(
      ...[...left, ...strays.list()].map(
        (one) => `endpoints of Service ${keyOf(service)}: ${printStray(one)}`,
      ),
    )
  }
  return {
    pods: [...ready.values(), ...[...others.values()].filter(({ address }) => !ready.has(address))],
    told,
  }
}

/** Ready or not; none where all are ready. */
const allOf = (
  { count, total }: Endpoints,
  slices: readonly EndpointSlice[],
  { name }: Service,
  rule: InventoryRules,
): readonly Endpoint[] =>
  count === total ? [] : readyIn(ownEndpoints(slices, name, true, rule, new StrayCount()))

/** One that several Services have serves the ports of them all. */
function add({ addresses, zone, ports }: Endpoint, isReady: boolean, to: Map<Address, PodEndpoint>): void {
  const numbers = ports.map((one) => [one.name, one.port] as const)
  for (const address of addresses)
    to.set(address, { address, zone, isReady, ports: [...(to.get(address)?.ports ?? []), ...numbers] })
}
