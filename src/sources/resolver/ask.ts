import { Resolver } from 'node:dns/promises'
import type { Family } from '../../values/dns/index.ts'
import { type LookupOutcome, lookupOutcomeOf, NO_ADDRESS } from './standing.ts'
import type { AddressLookup, FoundAddress, ResolverOptions } from './types.ts'

/** Three upstreams that do not answer are asked twice each within the deadline. */
const LIMITS = { timeout: 1500, maxTimeout: 1500, tries: 2 } as const
const DEADLINE = 10_000
const RENEW_AFTER = 60_000

/** Questions to upstreams, and the end of those still open. */
export interface Upstreams {
  readonly lookup: AddressLookup
  readonly cancel: () => void
}

/** Throws when an upstream is not an IP address. */
export function upstreamsOf(upstreams: ResolverOptions['upstreams']): Upstreams {
  const servers = upstreams.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
  let resolver = open(servers)
  let renewAt = performance.now() + RENEW_AFTER
  return {
    lookup: (hostname, family) => {
      if (performance.now() >= renewAt) {
        // It reads /etc/resolv.conf only once, when it is made.
        resolver = open(servers)
        renewAt = performance.now() + RENEW_AFTER
      }
      return query(resolver, hostname, family)
    },
    cancel: () => resolver.cancel(),
  }
}

function open(servers: readonly string[]): Resolver {
  const resolver = new Resolver(LIMITS)
  if (servers.length > 0) resolver.setServers(servers)
  return resolver
}

const query = (resolver: Resolver, hostname: string, family: Family): Promise<readonly FoundAddress[]> =>
  family === 4 ? resolver.resolve4(hostname, { ttl: true }) : resolver.resolve6(hostname, { ttl: true })

/** One question and what came of it, at the latest when the deadline is over. Never rejects. */
export async function lookUpOnce(
  lookup: AddressLookup,
  hostname: string,
  family: Family,
): Promise<LookupOutcome> {
  try {
    return lookupOutcomeOf(await inTime(lookup(hostname, family)))
  } catch (error) {
    return explain(error)
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(NO_ANSWER)), DEADLINE).unref()
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const NO_ANSWER = 'no answer in time'

function explain(error: unknown): LookupOutcome {
  if (!(error instanceof Error)) return { kind: 'failed', reason: String(error) }
  const code = 'code' in error ? String(error.code) : ''
  const none = NONE.get(code)
  if (none !== undefined) return { kind: 'none', reason: none }
  return { kind: 'failed', reason: FAILED.get(code) ?? error.message }
}

const NONE: ReadonlyMap<string, string> = new Map([
  ['ENODATA', NO_ADDRESS],
  ['ENOTFOUND', 'no such name (NXDOMAIN)'],
])

const FAILED: ReadonlyMap<string, string> = new Map([
  ['ETIMEOUT', NO_ANSWER],
  ['ECONNREFUSED', 'no upstream can be reached'],
  ['ESERVFAIL', 'the upstream failed (SERVFAIL)'],
  ['EREFUSED', 'the upstream refused'],
])
