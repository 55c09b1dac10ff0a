import { type ResolverOptions, startResolver } from '../../sources/resolver/index.ts'
import type { Store } from '../../sources/state/index.ts'
import { type Log, Sparing } from '../../words/observe/index.ts'
import { zoneOf } from '../../world/zone/index.ts'
import type { Flow } from './flow.ts'

export interface HostNamesOptions extends Pick<ResolverOptions, 'upstreams' | 'lookup'> {
  readonly flow: Flow
  readonly store: Store | null
  readonly log: Log
}

/** How often the addresses of host names are noted for a next process. */
const NOTED_MS = 10_000

/** A start, or a cluster that comes, brings names in many turns, and each time all of them are looked through. */
const GATHER_MS = 20

export interface HostNames {
  /** The names that are wanted are others now. */
  readonly follow: () => void
  readonly stop: () => void
}

/** Resolves the host names that the flow wants, beginning with what the process before knew of them. */
export async function resolveHostNames({
  flow,
  store,
  log,
  ...options
}: HostNamesOptions): Promise<HostNames> {
  flow.resolves()
  const sparing = new Sparing()
  const complain = (parties: readonly string[], hostname: string, reason: string): void =>
    sparing.say(
      `${parties.toSorted().join()} ${reason}`,
      () => log.warn({ hostname, reason }, 'host name does not resolve'),
      (count) =>
        log.warn(
          { clusters: parties, count, reason },
          'more host names do not resolve: `meridian check` names them',
        ),
    )
  const resolver = startResolver({
    ...options,
    known: (await store?.restoreHostNames()) ?? [],
    isOwn: (name) => zoneOf(flow.world.zones, name) !== undefined,
    partiesOf: (name) => flow.partiesOf(name),
    changed: (resolved, unresolved) => flow.resolved({ resolved, unresolved }, Date.now()),
    failed: (hostname, reason) => complain(flow.partiesOf(hostname), hostname, reason),
  })
  let noted = 0
  const note = (): void => {
    const known = resolver.known()
    if (known.length > 0 || noted > 0) store?.saveHostNames(known)
    noted = known.length
  }
  const noting = setInterval(note, NOTED_MS).unref()
  let gathering: NodeJS.Timeout | undefined
  const want = (): void => {
    gathering = undefined
    resolver.want(flow.names())
  }
  want()
  return {
    follow: () => {
      gathering ??= setTimeout(want, GATHER_MS).unref()
    },
    stop: () => {
      clearInterval(noting)
      clearTimeout(gathering)
      note()
      resolver.stop()
    },
  }
}
