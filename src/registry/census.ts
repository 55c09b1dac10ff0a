import type { ClusterId } from '../clusterset/index.ts'
import { clusterProblems, type Suffixes } from '../config/index.ts'
import type { Identity } from './identity.ts'
import type { Standing } from './standing.ts'
import type { Configured, FoundCluster, RegistryProblem } from './types.ts'

/** Who is a member, and why the others are not. */
export interface Census {
  readonly found: readonly FoundCluster[]
  readonly problems: readonly RegistryProblem[]
  /** How many clusters are left out. */
  readonly leftOut: number
}

/** All that a census is a function of. */
export interface Counted {
  readonly configured: readonly Configured[]
  /** In order of precedence. */
  readonly standings: readonly Standing[]
  readonly suffixes: Suffixes
  readonly identityOf: (key: string) => Identity | undefined
}

/** How the identity of a configured cluster is kept: no candidate's key begins so. */
export const keyOfConfigured = (id: ClusterId): string => `configured ${id}`

/** A cluster joins unless one before it has its id, or one that names would confuse with it, or is the same cluster. */
export function takeCensus({ configured, standings, suffixes, identityOf }: Counted): Census {
  const members: Member[] = configured.map(({ id }) =>
    memberOf(id, `cluster ${id}`, identityOf(keyOfConfigured(id))),
  )
  const found: FoundCluster[] = []
  const refused: RegistryProblem[] = []
  for (const { key, good } of standings) {
    if (good === null) continue
    const { id, place } = good.cluster
    const member = memberOf(id, place, identityOf(key))
    const problems = [...idProblems(id, members, suffixes), ...twinProblems(member, members)]
    refused.push(...problems.map((message): RegistryProblem => ({ about: 'cluster', place, message })))
    if (problems.length > 0) continue
    members.push(member)
    found.push(good.cluster)
  }
  const problems = [
    ...standings.flatMap(({ problems }) =>
      problems.map((problem): RegistryProblem => ({ about: 'cluster', ...problem })),
    ),
    ...refused,
    ...members.flatMap(remarkOn),
  ]
  return { found, problems, leftOut: standings.length - found.length }
}

interface Member {
  readonly id: ClusterId
  readonly place: string
  readonly identity: Identity | undefined
}

const memberOf = (id: ClusterId, place: string, identity: Identity | undefined): Member => ({
  id,
  place,
  identity,
})

const idProblems = (id: ClusterId, members: readonly Member[], suffixes: Suffixes): readonly string[] =>
  clusterProblems(
    id,
    members.map((member) => member.id),
    suffixes,
  ).map(({ problem, remedy }) => `id: ${problem}; ${remedy}`)

function twinProblems({ id, identity }: Member, members: readonly Member[]): readonly string[] {
  const uid = identity?.uid ?? null
  const twin = members.find((member) => uid !== null && member.identity?.uid === uid)
  if (twin === undefined || twin.id === id) return []
  const problem = `${id} and ${twin.id} (${twin.place}) are one cluster: its kube-system has the UID ${uid}`
  return [`id: ${problem}; keep one of the two, or correct the kubeconfig that leads to the wrong cluster`]
}

function remarkOn({ id, place, identity }: Member): readonly RegistryProblem[] {
  if (identity === undefined || identity.forbidden === null) return []
  const message = `whether ${id} is a second id of another cluster is not checked: ${identity.forbidden}`
  return [{ about: 'identity', place, message }]
}
