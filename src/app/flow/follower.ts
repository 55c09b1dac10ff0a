import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { BEYOND } from '../../world/inventory/index.ts'
import { GAUGE, gaugeLabels, type World } from '../../world/zone/index.ts'

/** Whoever follows the flow: called after each turn that changed what it is about. */
export interface FlowFollower {
  readonly world?: (world: World) => void
  /** The host names that services want resolved are others now. */
  readonly names?: () => void
  /** A mistake of ours keeps a cluster's share of a service from being what the cluster says. */
  readonly fault?: (key: ServiceKey, cluster: ClusterId, fault: string) => void
  /**
   * A cluster begins to name addresses that are not its own as declared, which are `refused` or only `observed`; or more
   * endpoints or ports of a service than answers hold. Or a federation is refused.
   */
  readonly noticed?: (what: Readonly<Record<string, string>>, message: string) => void
}

/** All that follow, who are told in the order in which they came. */
export class Followers {
  readonly #all: FlowFollower[]

  constructor(first: FlowFollower) {
    this.#all = [first]
  }

  add(follower: FlowFollower): void {
    this.#all.push(follower)
  }

  /** One world has become another. */
  report(before: World, world: World): void {
    for (const follower of this.#all) {
      reportFaults(follower, before, world)
      reportNew(follower, before, world)
      follower.world?.(world)
    }
  }

  tellNames(): void {
    for (const { names } of this.#all) names?.()
  }
}

/** What of services begins to fail with a turn. */
function reportFaults({ fault }: FlowFollower, before: World, { faults }: World): void {
  if (fault === undefined || faults === before.faults) return
  for (const [key, now] of faults.changesSince(before.faults))
    for (const [cluster, text] of now ?? [])
      if (before.faults.get(key)?.get(cluster) !== text) fault(key, cluster, text)
}

/** What a cluster begins to do with a turn that its operator should know of. */
function reportNew({ noticed }: FlowFollower, before: World, { gauges, refused }: World): void {
  if (noticed === undefined) return
  for (const federation of refused) if (!before.refused.has(federation)) noticed({ federation }, TAKEN)
  if (gauges === before.gauges) return
  for (const [key, now = 0] of gauges.changesSince(before.gauges)) {
    if (now === 0 || (before.gauges.get(key) ?? 0) > 0) continue
    const [cluster = '', reason = '', outcome = ''] = gaugeLabels(GAUGE.strays, key) ?? []
    if (cluster !== '') noticed({ cluster, reason, outcome }, STRAYS)
    const [id = '', rule = ''] = gaugeLabels(GAUGE.ignored, key) ?? []
    if (BEYOND.has(rule)) noticed({ cluster: id, reason: rule }, MORE)
  }
}

const TAKEN =
  'names of the federation are refused while it is called as a namespace of the own cluster is: `meridian check` says what to do'
const STRAYS = 'addresses that are not its own: `meridian check` names them'
const MORE = 'a service has more than its answers hold: `meridian check` names it'
