import { credentialsFrom } from '../../sources/apiserver/index.ts'
import { distinctProblems, printSourceProblem, type SourceProblem } from '../../sources/changes/index.ts'
import type { SavedCluster } from '../../sources/state/index.ts'
import { type Registry, registryName } from '../config/index.ts'
import { type ClusterCandidate, candidateOf } from './candidates.ts'
import { NONE_FOUND } from './clusters-with.ts'
import { type ClusterIdentity, Identities, type IdentityTarget, unasked } from './identity.ts'
import { REGISTRY_LIMITS, tooMany } from './limits.ts'
import { Looks, type LookTime } from './looks.ts'
import { keyOfConfigured, type Membership, membershipOf, uidsOfConfigured } from './membership.ts'
import { RegistryReading } from './reading.ts'
import { openRegistry } from './registries.ts'
import type { RegisteredCluster } from './row.ts'
import { byClaim, type CandidateStanding, candidateStandingOf, standingOfRecalled } from './standing.ts'
import type {
  FoundCluster,
  RegistryLimits,
  RegistryOptions,
  RegistryProblem,
  RegistryStatus,
  RunningRegistry,
} from './types.ts'

/**
 * The clusters that all registries hold, as one list. A cluster joins when what is written of it can be read, its id
 * clashes with none before it, and it is no other cluster's twin; each by itself, so that nothing that is
 * wrong with one is felt by the others.
 */
export function startRegistry(registries: readonly Registry[], options: RegistryOptions): RunningRegistry {
  const search = new ClusterSearch(registries, options)
  search.start()
  return search
}

/** The same, which begins when it is told to: how it stands can be asked before. */
export class ClusterSearch implements RunningRegistry {
  readonly #registries: readonly RegistryReading[]
  readonly #options: RegistryOptions
  readonly #limits: RegistryLimits
  readonly #identities: Identities
  /** What was read of clusters that are written as they were. */
  #read = new WeakMap<RegisteredCluster, ClusterCandidate>()
  /** Null until the first registry was read, if nothing is recalled. */
  #standings: ReadonlyMap<string, CandidateStanding> | null = null
  /** How many registries the standings are of. */
  #listed = 0
  /** How many clusters do not count because all registries together have too many. */
  #beyond = 0
  readonly #looks = new Looks((time) => this.#look(time))
  /** What is written may be other than when it was looked at, and not only who its clusters are. */
  #hasNews = false
  #membership: Membership
  #synced = false
  #saved = ''
  #problems: readonly RegistryProblem[] = []
  #stopped = false

  constructor(registries: readonly Registry[], options: RegistryOptions) {
    this.#options = options
    const { recalled = NONE_FOUND, held = new Map() } = options
    const { found, again } = recalled
    const whose = new Map([...held, ...heldSince(found)])
    this.#membership = { found, again, problems: [], leftOut: 0, spoilt: 0, held: whose }
    if (found.length + again.length > 0) this.#standings = byKey([...found, ...again].map(standingOfRecalled))
    this.#limits = { ...REGISTRY_LIMITS, ...options.limits }
    const { random = Math.random } = options
    const changed = () => this.#looks.want()
    this.#identities = new Identities({ limits: this.#limits, random, changed })
    this.#registries = registries.map((registry) => this.#readingOf(registry))
  }

  readonly start = (): void => {
    for (const registry of this.#registries) registry.start()
  }

  readonly status = (): RegistryStatus => ({
    synced: this.#synced,
    leftOut: this.#registries.reduce(
      (sum, one) => sum + one.leftOut,
      this.#membership.leftOut + this.#beyond,
    ),
    spoilt: this.#membership.spoilt,
    problems: this.#problems,
  })

  readonly reconsider = (): void => {
    this.#read = new WeakMap()
    if (this.#standings !== null || this.#registries.some(({ isListed }) => isListed)) this.#changed()
  }

  readonly stop = async (): Promise<void> => {
    this.#stopped = true
    this.#looks.stop()
    await Promise.all([...this.#registries.map((one) => one.stop()), this.#identities.stop()])
  }

  #readingOf(registry: Registry): RegistryReading {
    const { credentials, home = { kind: 'inCluster' }, rows, now, random } = this.#options
    const { server } = registry
    return new RegistryReading({
      name: registryName(registry),
      registry: openRegistry(registry, rows),
      server: server ?? home,
      credentials: server === undefined ? credentials : credentialsFrom(server),
      limits: this.#limits,
      now,
      random,
      changed: () => this.#changed(),
      complained: () => this.#looks.want(),
    })
  }

  #changed(): void {
    this.#hasNews = true
    this.#looks.want()
  }

  /** Reads what is new, and sees what that makes of the clusters. */
  async #look(time: LookTime): Promise<void> {
    if (this.#hasNews) await this.#lookAtAll(time)
    await time.do(() => {
      if (!this.#stopped && !this.#settle()) this.#reportProblems()
    })
  }

  async #lookAtAll(time: LookTime): Promise<void> {
    this.#hasNews = false
    const read = this.#read
    const heard = this.#registries.filter(({ isListed }) => isListed)
    for (const registry of heard) await registry.look(time)
    const all = new Map(
      heard.flatMap((registry) => registry.written.map((one) => [one.key, { registry, one }])),
    )
    const candidates: ClusterCandidate[] = []
    for (const { registry, one } of all.values()) {
      const known = read.get(one) ?? (await time.do(() => this.#candidate(one, registry.name)))
      read.set(one, known)
      candidates.push(known)
    }
    // What was read by suffixes of before is read again.
    if (!this.#stopped && read === this.#read) await time.do(() => this.#stand(candidates, heard))
  }

  #stand(read: readonly ClusterCandidate[], heard: readonly RegistryReading[]): void {
    const before = this.#standings
    const seen = read.map((candidate) =>
      candidateStandingOf(candidate, before?.get(candidate.key)?.good ?? null),
    )
    const standings = [...seen, ...this.#unheard(new Set(seen.map(({ key }) => key)), heard)]
    const counted = standings.toSorted(byClaim).slice(0, this.#limits.clusters)
    this.#beyond = standings.length - counted.length
    this.#standings = byKey(counted)
    this.#listed = heard.length
    this.#identities.follow(this.#toAsk(counted, before))
  }

  /** Recalled clusters of which no registry has spoken yet, though one may. */
  #unheard(seen: ReadonlySet<string>, heard: readonly RegistryReading[]): readonly CandidateStanding[] {
    const silent = this.#registries.filter((one) => !heard.includes(one))
    return [...(this.#standings?.values() ?? [])].filter(
      ({ key, good }) =>
        good?.credentials === null && !seen.has(key) && silent.some((one) => one.mayHold(key)),
    )
  }

  #candidate(written: RegisteredCluster, registry: string): Promise<ClusterCandidate> {
    return candidateOf(written, registry, this.#options.suffixes())
  }

  #toAsk(
    standings: readonly CandidateStanding[],
    before: ReadonlyMap<string, CandidateStanding> | null,
  ): ReadonlyMap<string, IdentityTarget> {
    const uids = new Map(
      uidsOfConfigured(this.#membership.held).map(({ configured, uid }) => [configured, uid]),
    )
    const configured = this.#options.configured().flatMap(({ id, credentials }) => {
      if (credentials === null) return []
      // Its source may have been changed while nobody ran.
      return [[keyOfConfigured(id), { credentials, uid: uids.get(id) ?? null, mayBeAnother: true }] as const]
    })
    const found = standings.flatMap(({ key, good }) => {
      if (good === null || good.credentials === null) return []
      return [
        [
          key,
          { credentials: good.credentials, uid: uidSaved(before?.get(key)), mayBeAnother: false },
        ] as const,
      ]
    })
    return new Map<string, IdentityTarget>([...configured, ...found])
  }

  /**
   * Who is in: a newcomer waits for word of who it is, though not for long; who is in already does not. false: nobody
   * knows yet.
   */
  #settle(): boolean {
    if (this.#stopped || this.#standings === null) return false
    if (!this.#synced && this.#identities.waiting) return false
    const identityOf = (key: string) => this.#identityOf(key)
    const standings = [...this.#standings.values()].filter(
      ({ key, good }) => good === null || good.credentials === null || identityOf(key)?.asked,
    )
    const [configured, suffixes] = [this.#options.configured(), this.#options.suffixes()]
    this.#report(membershipOf({ configured, standings, suffixes, identityOf, held: this.#membership.held }))
    return true
  }

  #identityOf(key: string): ClusterIdentity | undefined {
    return this.#identities.of(key) ?? identitySaved(this.#standings?.get(key))
  }

  #report(membership: Membership): void {
    const synced = this.#listed === this.#registries.length
    const { found, again } = this.#membership
    const isAsBefore = isSame(membership.found, found) && isSame(membership.again, again)
    const news = synced !== this.#synced || !isAsBefore
    this.#membership = membership
    this.#synced = synced
    this.#reportProblems()
    this.#save()
    if (news) this.#options.changed({ found: membership.found, again: membership.again })
  }

  /** What the next start is to know of them. */
  #save(): void {
    const { found, again, held } = this.#membership
    const uids = new Map([...held].map(([uid, key]) => [key, uid]))
    const saved = [
      ...found.map((one) => savedOf(one, uids.get(one.saved.key))),
      ...again.map((one) => ({
        ...savedOf(one, this.#identityOf(one.saved.key)?.uid ?? undefined),
        again: true,
      })),
      ...uidsOfConfigured(held),
    ]
    const text = JSON.stringify(saved)
    if (text === this.#saved) return
    this.#saved = text
    this.#options.save?.(saved)
  }

  #reportProblems(): void {
    const before = new Set(this.#problems.map(printSourceProblem))
    const complaints = distinctProblems(this.#registries.flatMap((one) => one.complaints))
    const ofObjects = this.#registries.flatMap((one) => one.problems)
    const together = tooMany(this.#beyond, this.#limits.clusters)
    this.#problems = [
      ...complaints.map(aboutRegistry),
      ...ofObjects,
      ...together,
      ...this.#membership.problems,
    ]
    for (const text of new Set(this.#problems.map(printSourceProblem)))
      if (!before.has(text)) this.#options.problem(text)
  }
}

const byKey = (standings: readonly CandidateStanding[]): ReadonlyMap<string, CandidateStanding> =>
  new Map(standings.map((standing) => [standing.key, standing]))

function savedOf({ saved }: FoundCluster, uid: string | undefined): SavedCluster {
  const { uid: _before, again: _was, ...same } = saved
  return { ...same, ...(uid !== undefined && { uid }) }
}

const uidSaved = (standing: CandidateStanding | undefined): string | null =>
  standing?.good?.cluster.saved.uid ?? null

function identitySaved(standing: CandidateStanding | undefined): ClusterIdentity | undefined {
  const uid = uidSaved(standing)
  return uid === null ? undefined : unasked(uid)
}

const heldSince = (recalled: readonly FoundCluster[]): ReadonlyMap<string, string> =>
  new Map(recalled.flatMap(({ saved: { key, uid } }) => (uid === undefined ? [] : [[uid, key] as const])))

const isSame = (a: readonly FoundCluster[], b: readonly FoundCluster[]): boolean =>
  a.length === b.length && a.every((cluster, i) => cluster === b[i])

const aboutRegistry = (problem: SourceProblem): RegistryProblem => ({ about: 'registry', ...problem })
