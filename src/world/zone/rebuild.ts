import { type Care, NO_CARE, servicesIn } from '../../sources/changes/index.ts'
import type { Name } from '../../values/dns/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { derived, noSums, withSums } from './derive.ts'
import { type HostNames, withHostNames } from './host-names.ts'
import { hostsAbove, lowestFirst } from './hosts.ts'
import { reverseZonesMoved } from './pointers.ts'
import { refusedIn } from './refused.ts'
import { Moves, moveOn, onOtherGround } from './serials.ts'
import { emptyWorld, type WorldPlan } from './world.ts'
import type { Views, World } from './world-types.ts'

/**
 * The world under other settings, clusters or rules, made beside the one in force, some services at a time: everything
 * is derived again, and what comes out equal keeps its identity.
 */
export class Rebuild {
  readonly #plan: WorldPlan
  readonly #todo: Iterator<ServiceKey>
  readonly #done = new Set<ServiceKey>()
  /** Hosts below which others came, to be derived once more. */
  readonly #above = new Set<ServiceKey>()
  readonly #sums = noSums()
  readonly #moves: Moves
  #next: World

  /** It begins with the entries of the world in force, and with nothing that depends on settings. */
  constructor(plan: WorldPlan, world: World, views: Views, now: number) {
    this.#plan = plan
    this.#moves = new Moves(plan.settings)
    this.#next = { ...emptyWorld(plan, now), entries: world.entries }
    this.#todo = keysOf(world, views)
  }

  /**
   * Services that changed in `world`, the one in force: derived here in the same turn. Put off, those of a cluster that never
   * stops changing would be more each time than are derived, and this never whole.
   */
  changed(keys: Iterable<ServiceKey>, world: World, views: Views, care: Care = NO_CARE): void {
    for (const key of keys) this.#derive(key, world, views, care)
  }

  /** Host names got other addresses, and these services use them. */
  renamed(hostNames: HostNames, users: Iterable<ServiceKey>, now: number): void {
    const here = new Set([...users].filter((key) => this.#done.has(key)))
    this.#next = withHostNames(this.#next, hostNames, here, now)
  }

  /** Derives one more service; false: there is none. `world`: the one in force, `views` those of the plan's clusters. */
  advance(world: World, views: Views, care: Care = NO_CARE): boolean {
    const key = this.#take()
    if (key === undefined) return false
    this.#derive(key, world, views, care)
    return true
  }

  #derive(key: ServiceKey, world: World, views: Views, care: Care): void {
    const [before, old] = [this.#before(key), world.entries.get(key)]
    this.#next = derived(this.#next, { key, views, said: views, before, old, sums: this.#sums, care })
    this.#done.add(key)
    const after = this.#next.entries.get(key)
    if (after !== old) this.#moves.exchange(old, after)
    if (after === before) return
    for (const one of hostsAbove(before ?? after, this.#next.entries))
      if (this.#done.has(one)) this.#above.add(one)
  }

  /**
   * Of a service that is derived for the first time nothing has been counted yet. One that changed since then is no
   * longer what the world in force had at the beginning.
   */
  #before(key: ServiceKey) {
    return this.#done.has(key) ? this.#next.entries.get(key) : undefined
  }

  #take(): ServiceKey | undefined {
    for (let one = this.#todo.next(); one.done !== true; one = this.#todo.next())
      if (!this.#done.has(one.value)) return one.value
    const [lowest] = lowestFirst(this.#above)
    if (lowest !== undefined) this.#above.delete(lowest)
    return lowest
  }

  /** Serials go on from where they are, those of zones that may have other records now. `views`: as in `advance`. */
  end(world: World, views: Views, now: number): World {
    const earlier = new Map([...world.earlierSerials, ...world.serials])
    const refused = refusedIn(this.#plan, views)
    const { serials: all, earlierSerials, zones } = emptyWorld(this.#plan, now, earlier, refused)
    const made = withSums(this.#next, this.#sums)
    const next = { ...made, zones, refused, earlierSerials, settled: world.settled, unheard: world.unheard }
    const serials = new Map([...all].map(([name, first]) => [name, world.serials.get(name) ?? first]))
    const moving = new Set([...world.moving].filter((name) => zones.has(name)))
    return { ...next, ...moveOn({ serials, moving }, movedBetween(world, next, this.#moves), now) }
  }
}

/** The same in one go. */
export function rebuild(
  world: World,
  plan: WorldPlan,
  views: Views,
  now: number,
  care: Care = NO_CARE,
): World {
  const making = new Rebuild(plan, world, views, now)
  while (making.advance(world, views, care));
  return making.end(world, views, now)
}

/** The zones of both worlds that may have other records in the second. */
function movedBetween(before: World, after: World, moves: Moves): readonly Name[] {
  const reversed = reverseZonesMoved(before.pointers, after.pointers, after.zones)
  const isOnOtherGround = onOtherGround(before, after)
  return [...after.zones.values()]
    .filter(({ name }) => before.zones.has(name))
    .filter((zone) => moves.has(zone) || reversed.has(zone.name) || isOnOtherGround(zone.name))
    .map(({ name }) => name)
}

/** All of them, hosts last: what becomes of one depends on those below. */
function* keysOf(world: World, views: Views): Generator<ServiceKey> {
  const hosts = new Set<ServiceKey>()
  for (const key of everyKey(world, views)) {
    if (key.startsWith('/')) hosts.add(key)
    else yield key
  }
  yield* lowestFirst(hosts)
}

/** Every service that the world has or a view says anything of, some more than once. */
function* everyKey(world: World, views: Views): Generator<ServiceKey> {
  for (const [key] of world.entries) yield key
  for (const view of views.values()) yield* servicesIn(view)
}
