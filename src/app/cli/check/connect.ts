import { Resolver } from 'node:dns/promises'
import { CommandFailure } from '../failure.ts'
import { lookupProblem, resolverOf } from '../lookup.ts'
import type { Offline } from '../offline.ts'
import { goOnWith } from '../turns.ts'
import { isNameKnown, namesToTry } from './connection-targets.ts'
import { type ConnectOutcome, type ConnectReport, NOT_TRIED, type Target, type Tried } from './connections.ts'
import { type Dial, dialTCP, type Fetch, fetchStatus } from './dial.ts'

/** What is tried, and by whom. */
export interface ConnectOptions {
  /** Resolves and connects from here, for every service or the one that is named; in a matrix to samples of each pair. */
  readonly connect?: boolean | string
  /** The path to ask for over HTTP; true: `/`. */
  readonly http?: boolean | string
  /** Who resolves, in place of this host's resolvers. */
  readonly server?: string
  /** In place of the clock: milliseconds. */
  readonly now?: () => number
  /** In place of sockets. */
  readonly dial?: Dial
  readonly fetch?: Fetch
}

const AT_ONCE = 16
/** Of one name: enough of a Headless service's endpoints to know. */
const MOST_ADDRESSES = 20
/** Of one look-up, with its second try. */
const LIMITS = { timeout: 1000, tries: 2 } as const
/** For all; the command itself has a minute more. */
const LONGEST_MS = 180_000

/** null: nobody asked for it. Throws where the service that is named is none. */
export async function connectionsFor(
  { world }: Pick<Offline, 'world'>,
  options: ConnectOptions,
): Promise<ConnectReport | null> {
  const { connect = false, http = false } = options
  if (connect === false) return null
  const only = typeof connect === 'string' ? connect : null
  if (only !== null && !isNameKnown(world, only))
    throw new CommandFailure(
      `--connect ${only}: no cluster exports a service of that name, and no ServiceEntry makes one or is of that host\n    write NAMESPACE/NAME of one that \`meridian check\` counts, or a host below zones.entries`,
      2,
    )
  const path = http === true ? '/' : http === false ? null : http
  const { now = () => performance.now() } = options
  const until = now() + LONGEST_MS
  const isLate = () => now() >= until
  await goOnWith(null)
  const resolved = await resolveAll(namesToTry(world, only), await resolverFor(options), isLate)
  const tried = await connectAll(resolved, { ...options, path }, isLate)
  return { from: world.clusterset.local.cluster, server: options.server ?? null, http: path, tried }
}

async function resolverFor({ server }: ConnectOptions): Promise<Resolver> {
  const found = await resolverOf({ ...(server !== undefined && { server }) }, LIMITS)
  if (found instanceof Resolver) return found
  throw new CommandFailure(found.nowhere)
}

/** What is done to many, so many at once. */
async function eachOf<T>(things: readonly T[], look: (thing: T) => Promise<void>): Promise<void> {
  const queue = things.values()
  const worker = async () => {
    for (const thing of queue) await look(thing)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

type Resolved = Omit<Tried, 'connects'>

async function resolveAll(
  targets: readonly Target[],
  resolver: Resolver,
  isLate: () => boolean,
): Promise<readonly Resolved[]> {
  const found = new Map<Target, Resolved>()
  await eachOf(targets, async (target) => {
    const nothing = { ...target, addresses: [], more: 0 }
    const late = { ...nothing, unresolved: NOT_TRIED }
    found.set(target, isLate() ? late : await resolveOne(target, resolver))
  })
  return targets.flatMap((target) => found.get(target) ?? [])
}

async function resolveOne(target: Target, resolver: Resolver): Promise<Resolved> {
  // With its closing dot it is that name, whatever the host's resolvers search.
  const name = `${target.name}.`
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const all = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  const [first] = [four, six].flatMap((one) => (one.status === 'rejected' ? [lookupProblem(one.reason)] : []))
  const addresses = all.slice(0, MOST_ADDRESSES)
  const unresolved = all.length > 0 ? null : (first ?? 'it has no address')
  return { ...target, addresses, more: all.length - addresses.length, unresolved }
}

interface Ways extends Pick<ConnectOptions, 'dial' | 'fetch'> {
  readonly path: string | null
}

/** Each place once, however many names lead there; over HTTP once for each name. */
async function connectAll(
  resolved: readonly Resolved[],
  { dial = dialTCP, fetch = fetchStatus, path }: Ways,
  isLate: () => boolean,
): Promise<readonly Tried[]> {
  const places = new Map(
    resolved.flatMap((one) => placesOf(one).map((place) => [keyOf(place, path), place] as const)),
  )
  const outcomes = new Map<string, ConnectOutcome>()
  await eachOf([...places], async ([key, place]) => {
    const { host, port } = place
    const none = { host, port, failure: null, status: null }
    if (isLate()) outcomes.set(key, { ...none, failure: NOT_TRIED })
    else if (path === null) outcomes.set(key, { ...none, failure: await dial(host, port) })
    else outcomes.set(key, { ...none, ...(await fetch({ ...place, path })) })
  })
  return resolved.map((one) => ({
    ...one,
    connects: placesOf(one).flatMap((place) => outcomes.get(keyOf(place, path)) ?? []),
  }))
}

interface Place {
  readonly name: string
  readonly host: string
  readonly port: number
}

const placesOf = ({ name, port, addresses }: Resolved): readonly Place[] =>
  port === null ? [] : addresses.map((host) => ({ name, host, port }))

const keyOf = ({ name, host, port }: Place, path: string | null): string =>
  path === null ? `${host} ${port}` : `${host} ${port} ${name}`
