import type { SourceProblem } from '../../sources/changes/index.ts'
import type { SavedUid } from '../../sources/state/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { KnownClusters, type Suffixes } from '../config/index.ts'
import type { ClusterIdentity } from './identity.ts'
import type { CandidateStanding } from './standing.ts'
import type { Configured, Found, FoundCluster, RegistryProblem } from './types.ts'

/** Who is a member, and why the others are not. */
export interface Membership extends Found {
  readonly problems: readonly RegistryProblem[]
  /** How many clusters are left out. */
  readonly leftOut: number
  /** How many of them by what their Secrets say alone, which never said it well. */
  readonly spoilt: number
  /** Whose each UID is, by the key of its identity. */
  readonly held: ReadonlyMap<string, string>
}

/** All that the membership is a function of. */
interface MembershipInput {
  readonly configured: readonly Configured[]
  /** In order of precedence. */
  readonly standings: readonly CandidateStanding[]
  readonly suffixes: Suffixes
  readonly identityOf: (key: string) => ClusterIdentity | undefined
  /** As the membership before had it. */
  readonly held: ReadonlyMap<string, string>
}

/** How the identity of a configured cluster is kept: no candidate's key begins so. */
export const keyOfConfigured = (id: string): string => `${CONFIGURED}${id}`

const CONFIGURED = 'configured '

/** The UIDs that clusters of the configuration hold. */
export const uidsOfConfigured = (held: Membership['held']): readonly SavedUid[] =>
  [...held].flatMap(([uid, key]) =>
    key.startsWith(CONFIGURED) ? [{ configured: key.slice(CONFIGURED.length), uid }] : [],
  )

/**
 * A cluster joins unless one before it has its id, or one that names would confuse with it, or is the same cluster. A UID
 * is everybody's to read, so it stays with who had it: whatever a cluster says of itself later puts out no other.
 */
export function membershipOf(counted: MembershipInput): Membership {
  const { configured, standings, suffixes, identityOf } = counted
  const fixed = configured.map(({ id }) => {
    const key = keyOfConfigured(id)
    return memberOf(id, key, `cluster ${id}`, identityOf(key))
  })
  const candidates = standings.flatMap(({ key, good }) => {
    if (good === null) return []
    const { id, place } = good.cluster
    return [{ ...memberOf(id, key, place, identityOf(key)), cluster: good.cluster }]
  })
  const owners = ownersAmong(
    [...fixed, ...admitted(fixed, candidates, suffixes, NO_OWNERS).members],
    counted.held,
  )
  const { members, again, refused } = admitted(fixed, candidates, suffixes, owners)
  const all = [...fixed, ...members]
  const spoilt = standings.flatMap(({ problems }) => problems.map(aboutCluster))
  return {
    found: members.map(({ cluster }) => cluster),
    again: again.map(({ cluster }) => cluster),
    problems: [
      ...spoilt,
      ...refused,
      ...fixed.flatMap((one) => twinsOf(one, owners).map(asRemark)),
      ...all.flatMap(remarksOn),
    ],
    leftOut: standings.length - members.length - again.length,
    spoilt: standings.filter(({ good }) => good === null).length,
    held: heldBy(all, owners),
  }
}

interface Member {
  readonly id: ClusterId
  /** Of its identity. */
  readonly key: string
  readonly place: string
  readonly identity: ClusterIdentity | undefined
}

interface Candidate extends Member {
  readonly cluster: FoundCluster
}

const memberOf = (
  id: ClusterId,
  key: string,
  place: string,
  identity: ClusterIdentity | undefined,
): Member => ({
  id,
  key,
  place,
  identity,
})

/** Whose each UID is. */
type Owners = ReadonlyMap<string, Member>

const NO_OWNERS: Owners = new Map()

interface Admitted {
  readonly members: readonly Candidate[]
  /** Those that are in already, by the same id, and need not be twice. */
  readonly again: readonly Candidate[]
  readonly refused: readonly RegistryProblem[]
}

/** Those of the candidates, in order, that may be beside the fixed ones and beside each other. */
function admitted(
  fixed: readonly Member[],
  candidates: readonly Candidate[],
  suffixes: Suffixes,
  owners: Owners,
): Admitted {
  const known = new KnownClusters(suffixes)
  for (const { id } of fixed) known.add(id)
  const uids = new Map(fixed.map((one) => [one.id, uidOf(one)]))
  const members: Candidate[] = []
  const again: Candidate[] = []
  const refused: RegistryProblem[] = []
  for (const one of candidates) {
    if (one.cluster.mayBeIn === true && uidOf(one) !== null && uids.get(one.id) === uidOf(one)) {
      again.push(one)
      continue
    }
    const problems = [...idProblems(one, known), ...twinsOf(one, owners)]
    refused.push(...problems)
    if (problems.length > 0) continue
    known.add(one.id)
    members.push(one)
    uids.set(one.id, uidOf(one))
  }
  return { members, again, refused }
}

function idProblems({ id, place, cluster }: Candidate, known: KnownClusters): readonly RegistryProblem[] {
  const where = cluster.renaming === undefined ? '' : ` ${cluster.renaming}`
  return known
    .problemsOf(id)
    .map(({ problem, remedy }) =>
      aboutCluster({ place, message: `id: ${problem}`, remedy: `${remedy}${where}` }),
    )
}

const uidOf = ({ identity }: Member): string | null => identity?.uid ?? null

/** Who had it before; else the first that says it and has not said another before; else the first. */
function ownersAmong(members: readonly Member[], held: ReadonlyMap<string, string>): Owners {
  const owners = new Map<string, Member>()
  for (const member of members) {
    const uid = uidOf(member)
    if (uid === null) continue
    const owner = owners.get(uid)
    if (owner === undefined || rankOf(member, held.get(uid)) < rankOf(owner, held.get(uid)))
      owners.set(uid, member)
  }
  return owners
}

const rankOf = ({ key, identity }: Member, holder: string | undefined): number =>
  key === holder ? 0 : identity?.was == null ? 1 : 2

/** What one that was another before says is not kept: a cluster that comes, and has always been this one, has it. */
function heldBy(members: readonly Member[], owners: Owners): ReadonlyMap<string, string> {
  const owning = members.filter((one) => one.identity?.was === null && owners.get(uidOf(one) ?? '') === one)
  return new Map(owning.map((one) => [uidOf(one) ?? '', one.key]))
}

function twinsOf(member: Member, owners: Owners): readonly RegistryProblem[] {
  const { id, key, place } = member
  const uid = uidOf(member)
  const owner = uid === null ? undefined : owners.get(uid)
  if (owner === undefined || owner.key === key || owner.id === id) return []
  const problem = `${id} and ${owner.id} (${owner.place}) are one cluster: its kube-system has the UID ${uid}`
  const remedy = 'keep one of the two, or correct the kubeconfig that leads to the wrong cluster'
  return [aboutCluster({ place, message: `id: ${problem}`, remedy })]
}

const aboutCluster = (problem: SourceProblem): RegistryProblem => ({ about: 'cluster', ...problem })

/** One that stays in all the same. */
const asRemark = (problem: RegistryProblem): RegistryProblem => ({ ...problem, about: 'identity' })

function remarksOn({ id, place, identity }: Member): readonly RegistryProblem[] {
  const remarks: RegistryProblem[] = []
  const remark = (message: string, remedy: string): void =>
    void remarks.push({ about: 'identity', place, message, remedy })
  const { uid = null, was = null, forbidden = null } = identity ?? {}
  if (was !== null)
    remark(
      `the UID of kube-system was ${was} and is ${uid}, which no cluster's changes: another answers for ${id}`,
      'see who answers at its API server, and write its kubeconfig anew',
    )
  if (forbidden !== null)
    remark(
      `whether ${id} is a second id of another cluster is not checked: ${forbidden.problem}`,
      forbidden.remedy,
    )
  return remarks
}
