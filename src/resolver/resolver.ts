import type { Name } from '../dns/index.ts'
import { ask, type Upstreams, upstreamsOf } from './ask.ts'
import { Line } from './line.ts'
import { placesFor } from './places.ts'
import {
  after,
  confirmedOf,
  type Standing,
  sameAddresses,
  standingOf,
  UNKNOWN,
  withoutExpired,
} from './standing.ts'
import type { Confirmed, Resolved, Resolver, ResolverOptions, Unresolved } from './types.ts'

/** Resolves the names that are wanted until it is stopped. Keeps no process alive. */
export function startResolver(options: ResolverOptions): Resolver {
  const resolving = new Resolving(options)
  return {
    want: (hostnames) => resolving.want(hostnames),
    known: () => resolving.known(),
    stop: () => resolving.stop(),
  }
}

const MAX_NAMES = 10_000
/** One party alone has half of them: sixteen names at a time. */
const PLACES = 32
const SWEEP_MS = 5_000

/** Answers come one by one, and each new map means work for whoever reads it. */
const GATHER_MS = 50

/** Of names that nobody says whose they are. */
const NO_PARTY = ['']

interface Wanted {
  readonly hostname: Name
  standing: Standing
  due: NodeJS.Timeout | undefined
}

class Resolving {
  readonly #options: ResolverOptions
  readonly #upstreams: Upstreams
  readonly #names = new Map<Name, Wanted>()
  /** Of names that nobody has wanted yet, what was known of them before. */
  readonly #before: Map<Name, Standing>
  readonly #line = new Line<Wanted>(PLACES, (wanted) => this.#lookUp(wanted))
  readonly #sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref()
  #refused: ReadonlyMap<Name, string> = new Map()
  #resolved: Resolved = new Map()
  #unresolved: Unresolved = new Map()
  #publishing: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: ResolverOptions) {
    this.#options = options
    const now = performance.now()
    const byName = Map.groupBy(options.known ?? [], ({ hostname }) => hostname)
    this.#before = new Map(
      [...byName].slice(0, MAX_NAMES).map(([hostname, known]) => [hostname, standingOf(known, now)]),
    )
    this.#upstreams =
      options.lookup === undefined
        ? upstreamsOf(options.upstreams)
        : { lookup: options.lookup, cancel: () => {} }
  }

  want(hostnames: ReadonlySet<Name>): void {
    if (this.#stopped) return
    const refusals = new Map<Name, string>()
    for (const hostname of hostnames) if (this.#options.isOwn(hostname)) refusals.set(hostname, OWN)
    const foreign = [...hostnames].filter((hostname) => !refusals.has(hostname))
    const known = foreign.filter((hostname) => this.#names.has(hostname))
    const others = foreign.filter((hostname) => !this.#names.has(hostname))
    const places = placesFor([...known, ...others], MAX_NAMES, (hostname) => this.#partiesOf(hostname))
    for (const wanted of this.#names.values())
      if (!hostnames.has(wanted.hostname) || !places.has(wanted.hostname)) this.#forget(wanted)
    for (const hostname of foreign) if (!places.has(hostname)) refusals.set(hostname, TOO_MANY)
    for (const hostname of others) if (places.has(hostname)) this.#begin(hostname)
    this.#refuse(refusals)
  }

  known(): readonly Confirmed[] {
    const now = performance.now()
    const standings = [...this.#names].map(([hostname, { standing }]) => [hostname, standing] as const)
    const others = [...this.#before].slice(0, MAX_NAMES - standings.length)
    return [...others, ...standings].flatMap(([hostname, standing]) =>
      confirmedOf(hostname, withoutExpired(standing, now), now),
    )
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#sweeping)
    for (const wanted of this.#names.values()) this.#forget(wanted)
    clearTimeout(this.#publishing)
    this.#upstreams.cancel()
  }

  #begin(hostname: Name): void {
    const before = this.#before.get(hostname)
    this.#before.delete(hostname)
    const standing = before === undefined ? UNKNOWN : withoutExpired(before, performance.now())
    const wanted: Wanted = { hostname, standing, due: undefined }
    this.#names.set(hostname, wanted)
    if (standing.addresses.length > 0) this.#publishSoon(0)
    this.#queue(wanted)
  }

  /** Those that did not resolve last are a party of their own: a name that nobody answers for takes long to say so. */
  #queue(wanted: Wanted): void {
    const isFailing = wanted.standing.failures > 0
    const parties = this.#partiesOf(wanted.hostname).map((party) => (isFailing ? `${party}, failing` : party))
    this.#line.join(wanted, parties)
  }

  #partiesOf(hostname: Name): readonly string[] {
    const parties = this.#options.partiesOf?.(hostname) ?? []
    return parties.length === 0 ? NO_PARTY : parties
  }

  #forget(wanted: Wanted): void {
    this.#names.delete(wanted.hostname)
    this.#line.leave(wanted)
    clearTimeout(wanted.due)
    if (wanted.standing !== UNKNOWN) this.#publishSoon()
  }

  #refuse(refusals: ReadonlyMap<Name, string>): void {
    const before = this.#refused
    this.#refused = refusals
    for (const [hostname, reason] of refusals) if (!before.has(hostname)) this.#report(hostname, reason)
    if (!isSameMap(before, refusals, Object.is)) this.#publishSoon()
  }

  async #lookUp(wanted: Wanted): Promise<void> {
    const { lookup } = this.#upstreams
    const [v4, v6] = await Promise.all([ask(lookup, wanted.hostname, 4), ask(lookup, wanted.hostname, 6)])
    if (this.#names.get(wanted.hostname) !== wanted) return
    const before = wanted.standing
    this.#stand(wanted, after(before, { 4: v4, 6: v6 }, performance.now()))
    const { pause, reason } = wanted.standing
    wanted.due = setTimeout(() => this.#queue(wanted), pause).unref()
    const isGivenUp = before.addresses.length > 0 && wanted.standing.addresses.length === 0
    if (isGivenUp) this.#report(wanted.hostname, `${reason}, twice: its last addresses are given up`)
    else if (reason !== null && reason !== before.reason) this.#report(wanted.hostname, reason)
  }

  /** Not left to the look-ups: while upstreams are silent, the line for them can take longer than an hour. */
  #sweep(): void {
    const now = performance.now()
    for (const [hostname, before] of this.#before)
      if (withoutExpired(before, now).addresses.length === 0) this.#before.delete(hostname)
    for (const wanted of this.#names.values()) {
      const before = wanted.standing
      this.#stand(wanted, withoutExpired(before, now))
      if (wanted.standing !== before) this.#report(wanted.hostname, EXPIRED)
    }
  }

  #stand(wanted: Wanted, standing: Standing): void {
    const { addresses, reason } = wanted.standing
    const changed = standing.addresses !== addresses || standing.reason !== reason
    wanted.standing = standing
    if (changed) this.#publishSoon()
  }

  #publishSoon(after = GATHER_MS): void {
    this.#publishing ??= setTimeout(() => this.#publish(), after).unref()
  }

  #publish(): void {
    this.#publishing = undefined
    const all = [...this.#names.values()]
    const known = all.filter(({ standing }) => standing.addresses.length > 0)
    const resolved = new Map(known.map(({ hostname, standing }) => [hostname, standing.addresses]))
    const troubled = all.flatMap(({ hostname, standing: { reason } }) =>
      reason === null ? [] : [[hostname, reason] as const],
    )
    const unresolved = new Map([...this.#refused, ...troubled])
    const isResolved = isSameMap(resolved, this.#resolved, sameAddresses)
    const isUnresolved = isSameMap(unresolved, this.#unresolved, Object.is)
    if (isResolved && isUnresolved) return
    if (!isResolved) this.#resolved = resolved
    if (!isUnresolved) this.#unresolved = unresolved
    this.#options.changed(this.#resolved, this.#unresolved)
  }

  #report(hostname: Name, reason: string): void {
    if (!this.#stopped) this.#options.failed(hostname, reason)
  }
}

const OWN =
  'lies in a zone that is answered here from clusters: give the load balancer or gateway another name'
const TOO_MANY = `not resolved: there are more than ${MAX_NAMES} host names`
const EXPIRED = 'not confirmed for an hour: its last addresses are given up'

function isSameMap<V>(
  a: ReadonlyMap<Name, V>,
  b: ReadonlyMap<Name, V>,
  isSame: (a: V, b: V) => boolean,
): boolean {
  if (a.size !== b.size) return false
  for (const [name, value] of a) {
    const other = b.get(name)
    if (other === undefined || !isSame(value, other)) return false
  }
  return true
}
