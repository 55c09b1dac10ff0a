import {
  applyChanges,
  type Care,
  type Change,
  type ClusterView,
  changeTo,
  emptyView,
  idsIn,
  NO_CARE,
  namedIn,
  type SourceProblem,
} from '../../sources/changes/index.ts'
import { gatewayNames, type Party, type WantedName, WantedNames } from '../../sources/resolver/index.ts'
import type { ClusterId, Freshness } from '../../words/clusterset/index.ts'
import { KINDS, type Kinds, objectIdOf, type Reported, type ServiceKey } from '../../words/kube/index.ts'
import {
  EVERY_SERVICE,
  emptyWorld,
  type HostNames,
  hostnamesOf,
  Rebuild,
  renamed,
  settle,
  settleIfHeard,
  step,
  type Views,
  type World,
  type WorldPlan,
  withFreshness,
  withHostNames,
  withNamespaces,
  withSerialsMoved,
} from '../../world/zone/index.ts'
import { continued } from './continued.ts'
import { DirtyKeys } from './dirty.ts'
import { type FlowFollower, Followers } from './follower.ts'
import { Rests } from './rests.ts'
import { Successive } from './successive.ts'
import { advanceInTurn, noted, TurnByTurn } from './turns.ts'

const SERIALS_MS = 1000

interface Making {
  readonly rebuild: Rebuild
  /** Services that are others in the world that is about to be in force. */
  readonly changed: (keys: readonly ServiceKey[], world: World) => void
}

interface Adoption {
  readonly plan: WorldPlan
  readonly clock: () => number
  readonly inForce: () => void
}

/**
 * The one thing in the server that changes: what the clusters last said, and the world that follows from it. Each
 * method is one turn; between two turns everything is a frozen value.
 */
export class Flow {
  #world: World
  readonly #empty: ClusterView
  #views: ReadonlyMap<ClusterId, ClusterView> = new Map()
  #problems: ReadonlyMap<ClusterId, readonly SourceProblem[]> = new Map()
  readonly #wanted = new WantedNames()
  readonly #followers: Followers
  readonly #care: Care
  #gateways: readonly WantedName[] = []
  draining = false
  /** More clusters may be found yet: nothing is settled until they are. */
  #awaiting = false
  #dirty = new Map<ClusterId, DirtyKeys>()
  readonly #rests = new Rests((id, key) => this.deriveOf(id, new Set([key]), Date.now()))
  /** A world under another plan, made beside the one in force. */
  #making: Making | undefined
  /** Until the serials move that wait. */
  #moving: NodeJS.Timeout | undefined
  readonly #adoptions = new Successive<Adoption>((wanted, ended) => this.#make(wanted, ended))

  constructor(
    plan: WorldPlan,
    follower: FlowFollower,
    now: number,
    care: Care = NO_CARE,
    earlierSerials?: World['earlierSerials'],
    kinds: Kinds = KINDS,
  ) {
    this.#world = emptyWorld(plan, now, earlierSerials)
    this.#empty = emptyView(kinds)
    this.#views = withNamespaces(plan, this.#viewsOf(plan))
    this.#followers = new Followers(follower)
    this.#care = care
    this.#wantGateways(plan)
  }

  /** Tells one more of what changes from now on, after those that follow already. */
  follow(follower: FlowFollower): void {
    this.#followers.add(follower)
  }

  get world(): World {
    return this.#world
  }

  get views(): ReadonlyMap<ClusterId, ClusterView> {
    return this.#views
  }

  get problems(): ReadonlyMap<ClusterId, readonly SourceProblem[]> {
    return this.#problems
  }

  /** Objects of a cluster changed: what is slow to derive rests in between. */
  changed(id: ClusterId, changes: readonly Change[], now: number): void {
    this.deriveOf(id, this.#rests.awakeOf(id, this.take(id, changes)), now)
  }

  /** Of a cluster that said something of them: which are slow is noted. */
  deriveOf(id: ClusterId, keys: Iterable<ServiceKey>, now: number): void {
    this.#rests.during(id, this.#care, (care) => this.derive([id], keys, now, care))
  }

  /** The same as far as what is to be derived, which waits there. For turns. */
  changing(id: ClusterId, changes: readonly Change[]): void {
    this.dirtyOf(id).add(this.#rests.awakeOf(id, this.take(id, changes)), this.#views.get(id))
  }

  /** What of a cluster waits to be derived. */
  dirtyOf(id: ClusterId): DirtyKeys {
    const known = this.#dirty.get(id) ?? new DirtyKeys()
    this.#dirty.set(id, known)
    return known
  }

  /** The same as far as its view: the services that are to be derived next. For a start, when many clusters change. */
  take(id: ClusterId, changes: readonly Change[]): ReadonlySet<ServiceKey> {
    const before = this.#views.get(id)
    if (before === undefined) return new Set()
    const { view, dirty, namespaces } = applyChanges(before, changes)
    this.#views = new Map(this.#views).set(id, view)
    return namespaces.size === 0 ? dirty : new Set([...dirty, ...namedIn(namespaces, this.#views)])
  }

  /** Services that clusters said something of, from what they hold now. */
  derive(ids: readonly ClusterId[], dirty: Iterable<ServiceKey>, now: number, care = this.#care): void {
    const keys: ServiceKey[] = []
    const said = new Set(ids)
    const world = step(this.#world, this.#views, noted(dirty, keys), now, care, said)
    if (this.#exchangeNames(this.#world, world, keys)) this.#followers.tellNames()
    this.#making?.changed(keys, world)
    this.#become(world)
  }

  /** What makes these all the objects of a cluster, whatever it was thought to hold. */
  changesTo(id: ClusterId, reported: readonly Reported[]): readonly Change[] {
    const before = this.#views.get(id) ?? this.#empty
    const ids = reported.map(objectIdOf)
    const here = new Set(ids.map(({ kind, key }) => `${kind} ${key}`))
    const gone = [...idsIn(before)].filter(({ kind, key }) => !here.has(`${kind} ${key}`))
    return [...reported.map(changeTo), ...gone.map(({ kind, key }): Change => ({ op: 'delete', kind, key }))]
  }

  state(id: ClusterId, freshness: Freshness, slow: boolean, now: number): void {
    const world = withFreshness(this.#world, id, freshness, now, slow)
    this.#become(this.#awaiting ? { ...world, settled: this.#world.settled } : world)
  }

  /** Clusters are still to be found, or they have been: then it settles as soon as all are heard. */
  await(more: boolean): void {
    this.#awaiting = more
    if (!more) this.#become(settleIfHeard(this.#world))
  }

  faults(id: ClusterId, problems: readonly SourceProblem[]): void {
    this.#problems = new Map(this.#problems).set(id, problems)
  }

  /** From now on host names are resolved: what is not known of one is still to come. */
  resolves(): void {
    const { clusterset } = this.#world
    this.#become({ ...this.#world, clusterset: { ...clusterset, resolving: true } })
  }

  /** Host names as they were resolved, and why others were not. */
  resolved({ resolved, unresolved }: HostNames, now: number): void {
    const names = renamed(this.#world.clusterset, { resolved, unresolved })
    const users = new Set(names.flatMap((name) => [...this.#wanted.users(name)]))
    this.#making?.rebuild.renamed({ resolved, unresolved }, users, now)
    this.#become(withHostNames(this.#world, { resolved, unresolved }, users, now))
  }

  /** Start-up has taken long enough: what is not known by now is said to be so. */
  settle(): void {
    this.#become(settle(this.#world))
  }

  /**
   * Another configuration, or other clusters: those that stay keep what is known of them, the others are forgotten. The
   * world under it is made in turns, while the one that there is goes on, and is in force when it is whole. `inForce`: called
   * in that turn. Resolves then; if yet another plan has come meanwhile, when that one is in force.
   */
  adopt(plan: WorldPlan, clock: () => number, inForce: () => void = () => undefined): Promise<void> {
    return this.#adoptions.take({ plan, clock, inForce })
  }

  #make({ plan, clock, inForce }: Adoption, ended: (error?: unknown) => void): TurnByTurn {
    const clusterset = continued(plan.clusterset, this.#world.clusterset)
    const rebuild = new Rebuild({ ...plan, clusterset }, this.#world, this.#viewsOf(plan), clock())
    const changed: Making['changed'] = (keys, world) =>
      rebuild.changed(keys, world, this.#viewsOf(plan), this.#care)
    const making = { rebuild, changed }
    this.#making = making
    const turn = (): boolean => {
      const views = this.#viewsOf(plan)
      if (advanceInTurn(() => rebuild.advance(this.#world, views, this.#care))) return true
      this.#making = undefined
      inForce()
      this.#enforce(plan, rebuild.end(this.#world, views, clock()))
      ended()
      return false
    }
    return new TurnByTurn(turn, (error) => {
      if (this.#making === making) this.#making = undefined
      ended(error)
    })
  }

  /** What is in the making comes to nothing, and no serial that waits moves any more: they are noted as they are. */
  stop(): void {
    this.#making = undefined
    this.#adoptions.stop()
    this.#rests.stop()
    clearTimeout(this.#moveSerials())
  }

  #viewsOf({ clusterset, registries = [] }: Pick<WorldPlan, 'clusterset' | 'registries'>): Views {
    const ids = [...clusterset.members.keys(), ...registries.map(({ view }) => view)]
    return new Map(ids.map((id) => [id, this.#views.get(id) ?? this.#empty]))
  }

  #enforce(plan: WorldPlan, made: World): void {
    const before = this.#world
    const clusterset = continued(made.clusterset, before.clusterset)
    const world = { ...made, clusterset }
    this.#views = withNamespaces(plan, this.#viewsOf(plan))
    this.#problems = new Map([...this.#problems].filter(([id]) => this.#views.has(id)))
    this.#dirty = new Map([...this.#dirty].filter(([id]) => this.#views.has(id)))
    this.#exchangeNames(
      before,
      world,
      world.entries.changesSince(before.entries).map(([key]) => key),
    )
    this.#wantGateways(plan)
    this.#followers.tellNames()
    this.#become(world)
  }

  #become(world: World): void {
    const before = this.#world
    if (world === before) return
    this.#world = world
    this.#followers.report(before, world)
    if (world.moving.size > 0) this.#moveSerials()
  }

  /** Once a second, which is what serials are in: a zone may change far more often. */
  #moveSerials(): NodeJS.Timeout {
    this.#moving ??= setTimeout(() => {
      this.#moving = undefined
      this.#become(withSerialsMoved(this.#world, Date.now()))
    }, SERIALS_MS).unref()
    return this.#moving
  }

  #wantGateways({ clusterset }: Pick<WorldPlan, 'clusterset'>): void {
    const names = [...clusterset.members.values()].flatMap(gatewayNames)
    this.#wanted.exchange(EVERY_SERVICE, this.#gateways, names)
    this.#gateways = names
  }

  /** Whether the host names that services want resolved changed with some services. */
  #exchangeNames(before: World, after: World, keys: Iterable<ServiceKey>): boolean {
    let changed = false
    for (const key of keys) {
      const [old, now] = [before.entries.get(key), after.entries.get(key)]
      if (old !== now && this.#wanted.exchange(key, hostnamesOf(old), hostnamesOf(now))) changed = true
    }
    return changed
  }

  /** The host names that services and gateways want resolved. */
  names(): ReadonlySet<string> {
    return this.#wanted.names()
  }

  /** Whose a host name is: a cluster, its gateway or its ServiceEntries, and of which namespace. */
  partiesOf(hostname: string): readonly Party[] {
    return this.#wanted.partiesOf(hostname)
  }
}
