import { isWithin } from '../dns/index.ts'
import type { Log } from '../observe/index.ts'
import { type Resolver, type ResolverOptions, startResolver } from '../resolver/index.ts'
import type { Store } from '../state/index.ts'
import type { Flow } from './flow.ts'

export interface HostNamesOptions extends Pick<ResolverOptions, 'upstreams' | 'lookup'> {
  readonly flow: Flow
  readonly store: Store | null
  readonly log: Log
}

/** How often the addresses of host names are noted for a next process. */
const NOTED_MS = 10_000

/** Resolves the host names that the flow wants, beginning with what the process before knew of them. */
export async function resolveHostNames({
  flow,
  store,
  log,
  ...options
}: HostNamesOptions): Promise<Resolver> {
  const resolver = startResolver({
    ...options,
    known: (await store?.restoreHostNames()) ?? [],
    isOwn: (name) => [...flow.world.zones.keys()].some((zone) => isWithin(name, zone)),
    changed: (resolved, unresolved) => flow.resolved({ resolved, unresolved }, Date.now()),
    failed: (hostname, reason) => log.warn({ hostname, reason }, 'host name does not resolve'),
  })
  let noted = 0
  const note = (): void => {
    const known = resolver.known()
    if (known.length > 0 || noted > 0) store?.saveHostNames(known)
    noted = known.length
  }
  const noting = setInterval(note, NOTED_MS).unref()
  resolver.want(flow.names())
  return {
    ...resolver,
    stop: () => {
      clearInterval(noting)
      note()
      resolver.stop()
    },
  }
}
