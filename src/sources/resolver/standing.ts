import {
  type Address,
  type Family,
  familyOf,
  type Name,
  parseAddress,
  printAddress,
  unusable,
} from '../../values/dns/index.ts'
import { doubled } from '../../words/threads/index.ts'
import type { Confirmed, FoundAddress } from './types.ts'

/** What one question for one family brought. */
export type LookupOutcome =
  | { readonly kind: 'found'; readonly addresses: readonly Address[]; readonly ttl: number }
  /** The DNS says that there are none: the whole answer, if the other family has some. */
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

type Outcomes = Readonly<Record<Family, LookupOutcome>>

/** What is known of a name after its last look-up. Times are those of one monotonic clock, in milliseconds. */
export interface NameStanding {
  readonly known: Readonly<Record<Family, Known>>
  /** Of both families, IPv4 first, each sorted: the same array until an address comes or goes. */
  readonly addresses: readonly Address[]
  /** Look-ups since the last one that found an address. */
  readonly failures: number
  /** Those of them in which the DNS said, for both families, that there is none. */
  readonly denials: number
  /** It had an address once. */
  readonly hasResolved?: true
  /** Why the last look-up found none; null: it found some, or there was none yet. */
  readonly reason: string | null
  /** Milliseconds from the last look-up to the next. */
  readonly pause: number
}

interface Known {
  readonly addresses: readonly Address[]
  readonly until: number
}

const NOTHING: Known = { addresses: [], until: 0 }

export const UNKNOWN_NAME: NameStanding = {
  known: { 4: NOTHING, 6: NOTHING },
  addresses: [],
  failures: 0,
  denials: 0,
  reason: null,
  pause: 0,
}

const SHORTEST_PAUSE = 5_000
const LONGEST_PAUSE = 60_000

/** For a name that never resolved: there may be thousands. No new one waits longer than it has waited already. */
const LONGEST_WITHOUT_ANY = 600_000
const LAST_GOOD = 3_600_000

/** A cloud's fresh load balancer comes and goes: one denial is not believed. */
const DENIALS = 2

/** Addresses kept of one family of one name: no reply is the better for more. */
const MAX_ADDRESSES = 64

/** Of one family of all names of one party. Load balancers have two or three, the largest eight. */
const MOST_OF_PARTY = 32_768

/** Between two look-ups of one party's names, on an average: a TTL of 0 on thousands is no flood of questions. */
const APART_MS = 5

/** What a name may have, of a party that has so many names. */
export interface NameAllowance {
  /** Of one family. */
  readonly addresses: number
  /** The shortest from one look-up to the next. */
  readonly pause: number
}

export const allowanceOf = (names: number): NameAllowance => ({
  addresses: Math.max(1, Math.min(MAX_ADDRESSES, Math.floor(MOST_OF_PARTY / names))),
  pause: Math.max(SHORTEST_PAUSE, Math.min(LONGEST_PAUSE, APART_MS * names)),
})

/** What address records amount to; `found` may be empty. */
export function lookupOutcomeOf(found: readonly FoundAddress[]): LookupOutcome {
  const parsed = found.flatMap(({ address }) => parseAddress(address) ?? [])
  const usable = [...new Set(parsed)].filter((address) => unusable(address) === undefined)
  if (usable.length === 0) return { kind: 'none', reason: whyNone(parsed) }
  const ttl = Math.min(...found.map((one) => one.ttl))
  return { kind: 'found', addresses: usable.sort().slice(0, MAX_ADDRESSES), ttl }
}

function whyNone([first]: readonly Address[]): string {
  return first === undefined
    ? NO_ADDRESS
    : `only addresses such as ${printAddress(first)} (${unusable(first)})`
}

export const NO_ADDRESS = 'no address'

/**
 * The standing once a look-up is over. A family that failed keeps its last good addresses, and so does a name of which
 * the DNS says for the first time that it has none.
 */
export function after(
  before: NameStanding,
  outcomes: Outcomes,
  now: number,
  allowance = allowanceOf(1),
): NameStanding {
  const ttls = [outcomes[4], outcomes[6]].flatMap((one) => (one.kind === 'found' ? [one.ttl] : []))
  if (ttls.length === 0) return failed(before, outcomes, allowance)
  const { addresses } = allowance
  const learnt = (family: Family): Known => learn(before.known[family], outcomes[family], now, addresses)
  const known = { 4: learnt(4), 6: learnt(6) }
  const pause = Math.min(LONGEST_PAUSE, Math.max(allowance.pause, 1000 * Math.min(...ttls)))
  return {
    known,
    addresses: merge(known, before.addresses),
    failures: 0,
    denials: 0,
    hasResolved: true,
    reason: null,
    pause,
  }
}

/** The standing of a name of which this was known: nothing of it is older than it was. */
export function nameStandingOf(confirmed: readonly Confirmed[], now: number): NameStanding {
  const knownOf = (family: Family): Known => {
    const one = confirmed.find(({ addresses }) => addresses.some((address) => familyOf(address) === family))
    if (one === undefined) return NOTHING
    const addresses = one.addresses.filter((address) => familyOf(address) === family)
    return { addresses, until: now + LAST_GOOD - one.age }
  }
  const known = { 4: knownOf(4), 6: knownOf(6) }
  return withoutExpired({ ...UNKNOWN_NAME, known, addresses: merge(known, []), hasResolved: true }, now)
}

/** What of a name is known, by family. */
export const confirmedOf = (hostname: Name, { known }: NameStanding, now: number): readonly Confirmed[] =>
  [known[4], known[6]]
    .filter(({ addresses }) => addresses.length > 0)
    .map(({ addresses, until }) => ({ hostname, addresses, age: Math.max(0, now + LAST_GOOD - until) }))

/** The standing without addresses that are too old; itself when there are none. */
export function withoutExpired(standing: NameStanding, now: number): NameStanding {
  const keep = (known: Known): Known => (known.until > now ? known : NOTHING)
  const known = { 4: keep(standing.known[4]), 6: keep(standing.known[6]) }
  const addresses = merge(known, standing.addresses)
  return addresses === standing.addresses ? standing : { ...standing, known, addresses }
}

function failed(before: NameStanding, outcomes: Outcomes, allowance: NameAllowance): NameStanding {
  const failures = before.failures + 1
  const longest = before.hasResolved === true ? LONGEST_PAUSE : LONGEST_WITHOUT_ANY
  const pause = doubled([allowance.pause, longest], failures - 1)
  const denials = before.denials + (isDenied(outcomes) ? 1 : 0)
  const after = { ...before, failures, denials, reason: reasonOf(outcomes), pause }
  return denials < DENIALS || before.addresses.length === 0
    ? after
    : { ...after, known: UNKNOWN_NAME.known, addresses: UNKNOWN_NAME.addresses }
}

/** Only a failure to ask says nothing. */
const isDenied = (outcomes: Outcomes): boolean => outcomes[4].kind === 'none' && outcomes[6].kind === 'none'

function learn(known: Known, outcome: LookupOutcome, now: number, most: number): Known {
  if (outcome.kind === 'found') return { addresses: outcome.addresses.slice(0, most), until: now + LAST_GOOD }
  return outcome.kind === 'none' ? NOTHING : known
}

function merge(known: NameStanding['known'], before: readonly Address[]): readonly Address[] {
  const merged = [...known[4].addresses, ...known[6].addresses]
  return sameAddresses(merged, before) ? before : merged
}

export const sameAddresses = (a: readonly Address[], b: readonly Address[]): boolean =>
  a === b || (a.length === b.length && a.every((address, i) => address === b[i]))

function reasonOf(outcomes: Outcomes): string {
  const [v4, v6] = [reasonIn(outcomes[4]), reasonIn(outcomes[6])]
  return v4 === v6 ? v4 : `A: ${v4}; AAAA: ${v6}`
}

const reasonIn = (outcome: LookupOutcome): string => (outcome.kind === 'found' ? '' : outcome.reason)
