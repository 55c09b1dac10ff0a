import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import {
  type Distribute,
  type MinHealthy,
  matchesLocality,
  type Policy,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import { distributeIn } from './policy.ts'
import type { Candidate, Draws, Level, LevelMember, Placed, Routing } from './types.ts'

/** Candidates that go together before anyone asks who is usable, and how they divide draws. */
interface Group {
  readonly label: string
  /** Localities or clusters with a weight of their own inside the group; draws go by part first. */
  readonly parts: readonly LevelPart[]
}

interface LevelPart {
  /** Above 0, relative to the group's other parts; null: the group has one part. */
  readonly weight: number | null
  readonly members: readonly Placed[]
}

/** Who goes together: by the service's weights, else by the `distribute` in force, else by distance. */
export function groupsOf(candidates: readonly Placed[], policy: Policy, from: Viewpoint): readonly Group[] {
  if (policy.weights !== null) return groupsByWeights(candidates, policy.weights)
  const distribute = distributeIn(policy, from)
  return distribute === undefined ? groupsByDistance(candidates) : groupsByLocality(candidates, distribute)
}

/** Nearest first: one group for every distance. */
function groupsByDistance(candidates: readonly Placed[]): readonly Group[] {
  const byRank = Map.groupBy(candidates, ({ distance }) => distance.rank)
  return [...byRank]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => ({ label: members[0]?.distance.label ?? '', parts: [{ weight: null, members }] }))
}

/**
 * `distribute`: the localities listed share the first group by weight, the others follow, nearest first. One with
 * weight 0 has no part in the group; its clusters are drained.
 */
function groupsByLocality(candidates: readonly Placed[], { from, to }: Distribute): readonly Group[] {
  const rest = new Set(candidates)
  const parts = to.map(({ locality, weight }) => {
    const members = [...rest].filter(({ candidate }) => matchesLocality(locality, candidate.locality))
    for (const member of members) rest.delete(member)
    return { weight, members }
  })
  const drained = parts.filter(({ weight }) => weight === 0).flatMap(({ members }) => members)
  const sharing = parts.filter(({ weight }) => weight > 0)
  return [{ label: `distribute from ${from}`, parts: sharing }, ...groupsByDistance([...rest, ...drained])]
}

/** A service's own `weights`: the clusters listed form the first group, the others follow, nearest first. */
function groupsByWeights(
  candidates: readonly Placed[],
  listed: ReadonlyMap<string, number>,
): readonly Group[] {
  const [first, rest] = [true, false].map((want) =>
    candidates.filter(({ candidate }) => listed.has(candidate.id) === want),
  )
  const group = { label: 'weights of the service', parts: [{ weight: null, members: first ?? [] }] }
  return [group, ...groupsByDistance(rest ?? [])]
}

/** The levels that groups make when only some candidates may answer; slow clusters go behind their level's others. */
export function levelsOf(
  groups: readonly Group[],
  mayAnswer: (one: Placed) => boolean,
  minHealthy: MinHealthy | null,
): readonly Level[] {
  const levels = groups.flatMap((group) => {
    const quick = membersOf(group, (one) => mayAnswer(one) && !one.candidate.slow)
    const slow = hasSlow(group) ? membersOf(group, (one) => mayAnswer(one) && one.candidate.slow) : []
    return [
      { label: group.label, group, members: quick },
      { label: `${group.label}, slow`, group, members: slow },
    ].filter(({ members }) => members.length > 0)
  })
  return spill(levels, minHealthy)
}

const hasSlow = ({ parts }: Group): boolean =>
  parts.some(({ members }) => members.some(({ candidate }) => candidate.slow))

type Sharing = Pick<LevelMember, 'candidate' | 'share'>

/** The members that may answer, with their share of the group's draws. */
function membersOf(group: Group, mayAnswer: (one: Placed) => boolean): readonly Sharing[] {
  const parts = group.parts
    .map(({ weight, members }) => ({ weight: weight ?? 1, members: members.filter(mayAnswer) }))
    .filter(({ members }) => members.length > 0)
  const total = sum(parts.map(({ weight }) => weight))
  return parts.flatMap(({ weight, members }) =>
    sharesOf(members).map(({ candidate, share }) => ({ candidate, share: (share * weight) / total })),
  )
}

/** Weights where somebody set one, 100 for those who did not; nobody did: ready endpoints (answers.md 4.4). */
function sharesOf(members: readonly Placed[]): readonly Sharing[] {
  const anyWeight = members.some(({ weight }) => weight !== null)
  const amounts = members.map(({ candidate, weight }) => (anyWeight ? (weight ?? 100) : readyIn(candidate)))
  const total = sum(amounts)
  return members.map(({ candidate }, i) => ({
    candidate,
    share: total === 0 ? 1 / members.length : (amounts[i] ?? 0) / total,
  }))
}

const readyIn = (one: Candidate): number => one.endpoints.count

interface Unspilled {
  readonly label: string
  readonly group: Group
  readonly members: readonly Sharing[]
}

/** With `minHealthy` a level of h < m ready endpoints keeps h/m of the draws that reach it; the next takes the rest. */
function spill(levels: readonly Unspilled[], minHealthy: MinHealthy | null): readonly Level[] {
  let left = 1
  const spilled = levels.map(({ label, group, members }, i) => {
    const keeps = i === levels.length - 1 ? 1 : health(group, members, minHealthy)
    const draws = left * keeps
    left -= draws
    return { label, draws, members }
  })
  const common = commonFamilies(spilled.flatMap(({ draws, members }) => (draws > 0 ? members : [])))
  return spilled.map(({ label, draws, members }) => ({
    label,
    draws,
    members: members.map(withAddresses(draws > 0 ? common : commonFamilies(members))),
  }))
}

function health(group: Group, members: readonly Sharing[], minHealthy: MinHealthy | null): number {
  if (minHealthy === null) return 1
  const ready = sum(members.map(({ candidate }) => readyIn(candidate)))
  const all = group.parts.flatMap((part) => part.members)
  const wanted =
    'count' in minHealthy
      ? minHealthy.count
      : minHealthy.share * sum(all.map(({ candidate }) => candidate.endpoints.total))
  return ready > wanted - ROUNDING ? 1 : ready / wanted
}

/** 55 % of 20 endpoints are 11.000000000000002 of them. */
const ROUNDING = 1e-6

/** A family is answered when all can that draws may come to (answers.md 4.5). */
const commonFamilies = (members: readonly Sharing[]): readonly Family[] =>
  FAMILIES.filter((family) =>
    members.every(({ candidate, share }) => share === 0 || familiesOf(candidate).includes(family)),
  )

const FAMILIES: readonly Family[] = [4, 6]

/**
 * Where those that draws may come to have no family in common: by family, the draws among those that have it. Else a
 * look-up of either family draws from all of them.
 */
export function apartOf(levels: readonly Level[]): Routing['apart'] {
  const drawing = levels.filter(({ draws }) => draws > 0)
  const members = drawing.flatMap((level) => level.members)
  if (members.length < 2 || commonFamilies(members).length > 0) return null
  return { 4: among(drawing, 4), 6: among(drawing, 6) }
}

/** The same levels for those that have a family; in proportion as before, chances sum to 1. */
function among(levels: readonly Level[], family: Family): Draws {
  const having = levels
    .map((level) => ({ ...level, members: level.members.filter((one) => familiesAt(one).includes(family)) }))
    .map((level) => ({ ...level, part: sum(level.members.map(({ share }) => share)) }))
    .filter(({ part }) => part > 0)
  const total = sum(having.map(({ draws, part }) => draws * part))
  return {
    levels: having.map(({ label, draws, part, members }) => ({
      label,
      draws: (draws * part) / total,
      members: members.map(({ candidate, share, families }) => memberOf(candidate, share / part, families)),
    })),
  }
}

const withAddresses =
  (families: readonly Family[]) =>
  ({ candidate, share }: Sharing): LevelMember =>
    memberOf(candidate, share, families)

/** Its addresses are read when it is drawn: there may be thousands. */
function memberOf(candidate: Candidate, share: number, families: readonly Family[]): LevelMember {
  let addresses: readonly Address[] | undefined
  return {
    candidate,
    share,
    families,
    get addresses() {
      addresses ??= addressesOf(candidate, families)
      return addresses
    },
  }
}

function addressesOf({ route }: Candidate, families: readonly Family[]): readonly Address[] {
  if (route.kind === 'none') return []
  const isAll = families.length === 0 || route.families.every((family) => families.includes(family))
  return isAll ? route.addresses : route.addresses.filter((address) => families.includes(familyOf(address)))
}

const familiesOf = ({ route }: Candidate): readonly Family[] => (route.kind === 'none' ? [] : route.families)

/** Those that a member answers. */
const familiesAt = ({ candidate, families }: LevelMember): readonly Family[] =>
  familiesOf(candidate).filter((family) => families.length === 0 || families.includes(family))

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
