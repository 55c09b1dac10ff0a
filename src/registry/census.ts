import type { ClusterId } from '../clusterset/index.ts'
import { KnownClusters, type Suffixes } from '../config/index.ts'
import { ANNOTATE, isNamedByIstio } from './candidates.ts'
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
  const members = new Members(suffixes)
  for (const { id } of configured) members.add(memberOf(id, `cluster ${id}`, identityOf(keyOfConfigured(id))))
  const found: FoundCluster[] = []
  const refused: RegistryProblem[] = []
  for (const { key, good } of standings) {
    if (good === null) continue
    const { id, place } = good.cluster
    const member = memberOf(id, place, identityOf(key))
    const problems = members.objectionsTo(member, isNamedByIstio(good.cluster))
    refused.push(...problems.map((message): RegistryProblem => ({ about: 'cluster', place, message })))
    if (problems.length > 0) continue
    members.add(member)
    found.push(good.cluster)
  }
  const problems = [
    ...standings.flatMap(({ problems }) =>
      problems.map((problem): RegistryProblem => ({ about: 'cluster', ...problem })),
    ),
    ...refused,
    ...members.all.flatMap(remarkOn),
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

/** Those that are in, by what a further one may not share with any of them. */
class Members {
  readonly all: Member[] = []
  readonly #known: KnownClusters
  readonly #byUid = new Map<string, Member>()

  constructor(suffixes: Suffixes) {
    this.#known = new KnownClusters(suffixes)
  }

  add(member: Member): void {
    this.all.push(member)
    this.#known.add(member.id)
    const uid = member.identity?.uid ?? null
    if (uid !== null && !this.#byUid.has(uid)) this.#byUid.set(uid, member)
  }

  objectionsTo(member: Member, byIstio: boolean): readonly string[] {
    const where = byIstio ? ` ${ANNOTATE}` : ''
    const ids = this.#known
      .problemsOf(member.id)
      .map(({ problem, remedy }) => `id: ${problem}; ${remedy}${where}`)
    return [...ids, ...this.#twinProblems(member)]
  }

  #twinProblems({ id, identity }: Member): readonly string[] {
    const uid = identity?.uid ?? null
    const twin = uid === null ? undefined : this.#byUid.get(uid)
    if (twin === undefined || twin.id === id) return []
    const problem = `${id} and ${twin.id} (${twin.place}) are one cluster: its kube-system has the UID ${uid}`
    return [`id: ${problem}; keep one of the two, or correct the kubeconfig that leads to the wrong cluster`]
  }
}

function remarkOn({ id, place, identity }: Member): readonly RegistryProblem[] {
  if (identity === undefined || identity.forbidden === null) return []
  const message = `whether ${id} is a second id of another cluster is not checked: ${identity.forbidden}`
  return [{ about: 'identity', place, message }]
}
