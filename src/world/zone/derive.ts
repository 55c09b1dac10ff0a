import { reuse } from '../../values/table/index.ts'
import type { Care } from '../../words/care/index.ts'
import {
  type ClusterId,
  NO_POLICIES,
  type Precedence,
  type SaidPolicies,
} from '../../words/clusterset/index.ts'
import { bugSentence, type ServiceKey } from '../../words/kube/index.ts'
import {
  clustersMoved,
  externalOf,
  failedOf,
  type Holdings,
  holdingsOf,
  type Ids,
  NO_PROBLEMS,
  objectsRead,
  policiesOf,
  type SaidExternal,
  type Seen,
  type ValidExport,
  withShareRoutes,
} from '../inventory/index.ts'
import { synthesize } from '../synthesis/index.ts'
import { gaugesOf } from './gauges.ts'
import { exchangePointers } from './pointers.ts'
import { addTo, count, type Net, TALLY, tallyOf } from './tally.ts'
import type { Entry, Faults, ZoneSettings } from './types.ts'
import type { Views, World } from './world-types.ts'

/** One service that is to be derived. */
interface Deriving {
  readonly key: ServiceKey
  /** Of all clusters: what one exports may be said in another. */
  readonly views: Views
  /** The clusters that said something; the others hold what they held, as far as these do not speak of them. */
  readonly said: Ids
  /** What of it is counted in the world's sums and pointers. */
  readonly before: Entry | undefined
  /** What was last known of it, and what equals it keeps its identity: in another world than the one to be made, perhaps. */
  readonly old: Entry | undefined
  readonly sums: Sums
  readonly care: Care
}

/**
 * The world with one service as the clusters say it is. What goes wrong is that service's alone: it stays as it was
 * last known, and its fault is told.
 */
export function derived(world: World, deriving: Deriving): World {
  const { key, views, said, old, sums, care } = deriving
  const aside = care.setAside(key)
  if (aside !== undefined) return withheld(world, deriving, aside)
  try {
    return care.hold(key, () => {
      const seen = { ...seenIn(world, views), hostsAt: hostsIn(world, sums) }
      const those = clustersMoved(key, said, seen, old?.exports ?? [])
      const holdings = holdingsOf(key, those, seen, old)
      const policies = policiesOf(key, seen, holdings.exports)
      const objects = objectsRead(key, seen, holdings.exports, policies)
      const told = { policies, objects, ...externalOf(key, seen) }
      const next = exchange(world, deriving, kept(old, entryOf(holdings, world, told)))
      return withFaults(next, key, those, (cluster) => faultIn(holdings, cluster))
    })
  } catch (error) {
    return withheld(world, deriving, bugSentence(error))
  }
}

function withheld(world: World, deriving: Deriving, fault: string): World {
  const { key, views, said, old } = deriving
  const seen = seenIn(world, views)
  const failed = [...said.keys()].flatMap((cluster) => failedOf(key, cluster, seen) ?? [])
  const unknown = { key, exports: failed, imports: new Map(), flaws: NO_PROBLEMS }
  const entry = old ?? entryOf(unknown, world)
  return withFaults(exchange(world, deriving, entry), key, said, () =>
    entry === undefined ? undefined : fault,
  )
}

/** Those that were derived so far, of this turn too. */
const hostsIn =
  ({ tally }: World, { tally: net }: Sums): NonNullable<Seen['hostsAt']> =>
  (name) =>
    (tally.get(TALLY.host(name)) ?? 0) + (net.get(TALLY.host(name)) ?? 0)

export const seenIn = ({ rules, configured, istio, registries }: World, views: Views): Seen => ({
  views,
  rules,
  configured,
  istio,
  registries,
})

const faultIn = ({ faults }: Holdings, cluster: ClusterId): string | undefined =>
  faults.has(cluster) ? bugSentence(faults.get(cluster)) : undefined

/** The clusters that were not looked at have the faults they had. */
function withFaults(
  world: World,
  key: ServiceKey,
  those: Ids,
  faultOf: (cluster: ClusterId) => string | undefined,
): World {
  const clusters = [...those.keys()]
  if (world.faults.size === 0 && clusters.every((cluster) => faultOf(cluster) === undefined)) return world
  const before = world.faults.get(key) ?? NO_FAULTS
  const now = clusters.flatMap((cluster) => {
    const fault = faultOf(cluster)
    return fault === undefined ? [] : [[cluster, fault] as const]
  })
  const next = reuse(before, new Map([...[...before].filter(([cluster]) => !those.has(cluster)), ...now]))
  if (next === before) return world
  const faults = next.size === 0 ? world.faults.delete(key) : world.faults.set(key, next)
  return { ...world, faults }
}

const NO_FAULTS: Faults = new Map()

function entryOf(
  { key, exports, imports, flaws }: Omit<Holdings, 'faults'>,
  { rules }: World,
  { policies, objects, external, isMeant }: Said = UNSAID,
): Entry | undefined {
  if (exports.length === 0 && imports.size === 0 && flaws.size === 0 && !isMeant) return undefined
  const [namespace = '', name = ''] = key.split('/')
  const routed = withShareRoutes(exports, external)
  const valid = routed.filter((one): one is ValidExport => one.kind === 'valid')
  return {
    key,
    namespace,
    name,
    exports: routed,
    imports,
    flaws,
    import: synthesize(valid, precedenceIn(rules)) ?? null,
    policies,
    ...(objects === undefined ? {} : { objects }),
    ...(external === undefined ? {} : { external }),
  }
}

/** What objects and configuration say besides what clusters hold. */
interface Said extends SaidExternal {
  readonly policies: SaidPolicies
  readonly objects: Entry['objects']
}

const UNSAID: Said = { policies: NO_POLICIES, objects: undefined, external: undefined, isMeant: false }

/** It is the same for all. */
function precedenceIn(rules: World['rules']): Precedence {
  for (const { rank } of rules.values()) return rank === null ? 'oldest' : 'declared'
  return 'oldest'
}

/**
 * The entry after, in which what equals the entry before is that itself. Exports are told apart by cluster: one that
 * comes or goes moves the others' places, and changes none of them.
 */
function kept(before: Entry | undefined, after: Entry | undefined): Entry | undefined {
  if (before === undefined || after === undefined) return after
  const old = new Map(before.exports.map((one) => [one.cluster, one]))
  const each = after.exports.map((one) => reuse(old.get(one.cluster), one))
  const imports = reuse(before.imports, after.imports)
  const flaws = reuse(before.flaws, after.flaws)
  const made = reuse(before.import, after.import)
  const policies = reuse(before.policies, after.policies)
  const objects = reuse(before.objects, after.objects)
  const areSame = each.length === old.size && each.every((one, i) => one === before.exports[i])
  const exports = areSame ? before.exports : each
  const isRestSame = imports === before.imports && flaws === before.flaws && made === before.import
  const external = reuse(before.external, after.external)
  const isSaidSame =
    policies === before.policies && objects === before.objects && external === before.external
  if (areSame && isRestSame && isSaidSame) return before
  const same = { ...after, exports, imports, flaws, import: made, policies }
  return {
    ...same,
    ...(objects === undefined ? {} : { objects }),
    ...(external === undefined ? {} : { external }),
  }
}

/** What a turn adds to the sums: they are counted once, at its end. */
interface Sums {
  readonly gauges: Net
  readonly tally: Net
}

export const noSums = (): Sums => ({ gauges: new Map(), tally: new Map() })

export const withSums = (world: World, { gauges, tally }: Sums): World => ({
  ...world,
  gauges: count(world.gauges, gauges),
  tally: count(world.tally, tally),
})

/** Sums are added to last: what throws before has changed nothing. */
function exchange(world: World, { key, before, sums }: Deriving, after: Entry | undefined): World {
  if (after === before && after === world.entries.get(key)) return world
  const { settings } = world
  const [minus, plus] = [before, after].map((entry) => amountsOf(entry, settings))
  const pointed = exchangePointers(
    { pointers: world.pointers, rivals: world.rivals },
    { entry: before, ground: world },
    { entry: after, ground: world },
  )
  const entries = after === undefined ? world.entries.delete(key) : world.entries.set(key, after)
  const renamed = after === undefined ? world.renamed.delete(key) : world.renamed
  if (minus !== undefined) add(sums, minus, -1)
  if (plus !== undefined) add(sums, plus, 1)
  return { ...world, entries, renamed, ...pointed }
}

interface Amounts {
  readonly gauges: readonly (readonly [string, number])[]
  readonly tally: readonly (readonly [string, number])[]
}

const amountsOf = (entry: Entry | undefined, settings: ZoneSettings): Amounts | undefined =>
  entry && { gauges: [...gaugesOf(entry, settings)], tally: [...tallyOf(entry, settings)] }

function add(sums: Sums, { gauges, tally }: Amounts, sign: 1 | -1): void {
  addTo(sums.gauges, gauges, sign)
  addTo(sums.tally, tally, sign)
}
