import type { Name } from '../../values/dns/index.ts'
import { Table } from '../../values/table/index.ts'
import { lookUpOnce, type Upstreams, upstreamsOf } from './ask.ts'
import { Gathering } from './gathering.ts'
import { FairQueue } from './line.ts'
import { placesFor } from './places.ts'
import { Sizes } from './sizes.ts'
import {
  after,
  allowanceOf,
  confirmedOf,
  type NameAllowance,
  type NameStanding,
  nameStandingOf,
  sameAddresses,
  UNKNOWN_NAME,
  withoutExpired,
} from './standing.ts'
import type { Confirmed, Party, Resolved, Resolver, ResolverOptions, Unresolved } from './types.ts'

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

/** Of names that nobody says whose they are. */
const NO_PARTY: readonly Party[] = [{ name: '', part: '' }]

interface Wanted {
  readonly hostname: Name
  standing: NameStanding
  due: NodeJS.Timeout | undefined
}

class Resolving {
  readonly #options: ResolverOptions
  readonly #upstreams: Upstreams
  readonly #names = new Map<Name, Wanted>()
  /** Of names that nobody has wanted yet, what was known of them before. */
  readonly #before: Map<Name, NameStanding>
  readonly #line = new FairQueue<Wanted>(PLACES, (wanted) => this.#lookUp(wanted))
  readonly #sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref()
  readonly #gathering = new Gathering((names) => this.#publish(names))
  /** How many names each party has here. */
  #sizes = new Sizes([])
  #refused: ReadonlyMap<Name, string> = new Map()
  #resolved: Resolved = Table.empty()
  #unresolved: Unresolved = Table.empty()
  #stopped = false

  constructor(options: ResolverOptions) {
    this.#options = options
    const now = performance.now()
    const byName = Map.groupBy(options.known ?? [], ({ hostname }) => hostname)
    this.#before = new Map(
      [...byName].slice(0, MAX_NAMES).map(([hostname, known]) => [hostname, nameStandingOf(known, now)]),
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
    const placed = [...known, ...others].filter((hostname) => places.has(hostname))
    this.#sizes = new Sizes(placed.flatMap((hostname) => this.#partiesOf(hostname)))
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
    this.#gathering.stop()
    this.#upstreams.cancel()
  }

  #begin(hostname: Name): void {
    const before = this.#before.get(hostname)
    this.#before.delete(hostname)
    const standing = before === undefined ? UNKNOWN_NAME : withoutExpired(before, performance.now())
    const wanted: Wanted = { hostname, standing, due: undefined }
    this.#names.set(hostname, wanted)
    if (standing.addresses.length > 0) this.#changed(hostname, 0)
    this.#queue(wanted)
  }

  /** Those that did not resolve last are a party of their own: a name that nobody answers for takes long to say so. */
  #queue(wanted: Wanted): void {
    const isFailing = wanted.standing.failures > 0
    const parties = this.#partiesOf(wanted.hostname)
    this.#line.join(wanted, isFailing ? parties.map(failingOf) : parties)
  }

  #partiesOf(hostname: Name): readonly Party[] {
    const parties = this.#options.partiesOf?.(hostname) ?? []
    return parties.length === 0 ? NO_PARTY : parties
  }

  /** That of the smallest of its parties: no other makes it less by naming it too. */
  #allowanceOf(hostname: Name): NameAllowance {
    return allowanceOf(Math.min(...this.#partiesOf(hostname).map((party) => this.#sizes.of(party))))
  }

  #forget(wanted: Wanted): void {
    this.#names.delete(wanted.hostname)
    this.#line.leave(wanted)
    clearTimeout(wanted.due)
    if (wanted.standing !== UNKNOWN_NAME) this.#changed(wanted.hostname)
  }

  #refuse(refusals: ReadonlyMap<Name, string>): void {
    const before = this.#refused
    this.#refused = refusals
    for (const [hostname, reason] of refusals) if (!before.has(hostname)) this.#report(hostname, reason)
    for (const [hostname, reason] of refusals) if (before.get(hostname) !== reason) this.#changed(hostname)
    for (const hostname of before.keys()) if (!refusals.has(hostname)) this.#changed(hostname)
  }

  async #lookUp(wanted: Wanted): Promise<void> {
    const { lookup } = this.#upstreams
    const [v4, v6] = await Promise.all([
      lookUpOnce(lookup, wanted.hostname, 4),
      lookUpOnce(lookup, wanted.hostname, 6),
    ])
    if (this.#names.get(wanted.hostname) !== wanted) return
    const before = wanted.standing
    const outcomes = { 4: v4, 6: v6 }
    this.#stand(wanted, after(before, outcomes, performance.now(), this.#allowanceOf(wanted.hostname)))
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

  #stand(wanted: Wanted, standing: NameStanding): void {
    const { addresses, reason } = wanted.standing
    const changed = standing.addresses !== addresses || standing.reason !== reason
    wanted.standing = standing
    if (changed) this.#changed(wanted.hostname)
  }

  #changed(hostname: Name, after?: number): void {
    for (const party of this.#partiesOf(hostname)) this.#gathering.add(party, hostname, after)
  }

  #publish(names: ReadonlySet<Name>): void {
    const [before, reasons] = [this.#resolved, this.#unresolved]
    for (const hostname of names) {
      const { addresses, reason } = this.#names.get(hostname)?.standing ?? UNKNOWN_NAME
      this.#resolved = withAddresses(this.#resolved, hostname, addresses)
      this.#unresolved = withReason(this.#unresolved, hostname, reason ?? this.#refused.get(hostname))
    }
    if (before !== this.#resolved || reasons !== this.#unresolved)
      this.#options.changed(this.#resolved, this.#unresolved)
  }

  #report(hostname: Name, reason: string): void {
    if (!this.#stopped) this.#options.failed(hostname, reason)
  }
}

const failingOf = ({ name, part }: Party): Party => ({ name: `${name}, failing`, part })

const OWN =
  'lies in a zone that is answered here from clusters: give the load balancer or gateway another name'
const TOO_MANY = `not resolved: there are more than ${MAX_NAMES} host names`
const EXPIRED = 'not confirmed for an hour: its last addresses are given up'

const withReason = (before: Unresolved, hostname: Name, reason: string | undefined): Unresolved =>
  reason === undefined ? before.delete(hostname) : before.set(hostname, reason)

function withAddresses(before: Resolved, hostname: Name, addresses: NameStanding['addresses']): Resolved {
  if (addresses.length === 0) return before.delete(hostname)
  return sameAddresses(before.get(hostname) ?? [], addresses) ? before : before.set(hostname, addresses)
}
