import { type Resolver, type ResolverOptions, startResolver } from '../../sources/resolver/index.ts'
import type { StateStore } from '../../sources/state/index.ts'
import { type Log, Sparing } from '../../words/observe/index.ts'
import { zoneOf } from '../../world/zone/index.ts'
import type { Flow } from './flow.ts'

interface HostNamesOptions extends Pick<ResolverOptions, 'upstreams' | 'lookup'> {
  readonly flow: Flow
  readonly store: StateStore | null
  readonly log: Log
}

/** How often the addresses of host names are noted for a next process. */
const NOTED_MS = 10_000

/**
 * A start, or a cluster that comes, brings names in many turns, and each time all of them are looked through: for one
 * part in so many of the time, however many they are and whoever changes them.
 */
const GATHER_MS = 20
const PARTS = 20

interface HostNameResolution {
  readonly stop: () => void
}

/** Resolves the host names that the flow wants, beginning with what the process before knew of them. */
export async function resolveHostNames(options: HostNamesOptions): Promise<HostNameResolution> {
  const { flow, store, log, ...how } = options
  flow.resolves()
  const resolver = startResolver({
    ...how,
    known: (await store?.restoreHostNames()) ?? [],
    isOwn: (name) => zoneOf(flow.world.zones, name) !== undefined,
    partiesOf: (name) => flow.partiesOf(name),
    changed: (resolved, unresolved) => flow.resolved({ resolved, unresolved }, Date.now()),
    failed: telling(flow, log),
  })
  const wanting = wantFor(resolver, flow)
  const noting = noteIn(store, resolver)
  return {
    stop: () => {
      wanting.stop()
      noting.stop()
      resolver.stop()
    },
  }
}

/** Why a host name does not resolve, in the log: those of the same clusters sparingly. */
function telling(flow: Flow, log: Log): ResolverOptions['failed'] {
  const sparing = new Sparing()
  return (hostname, reason) => {
    const clusters = [...new Set(flow.partiesOf(hostname).map(({ name }) => name))]
    sparing.say(
      `${clusters.toSorted().join()} ${reason}`,
      () => log.warn({ hostname, reason }, 'host name does not resolve'),
      (count) =>
        log.warn({ clusters, count, reason }, 'more host names do not resolve: `meridian check` names them'),
    )
  }
}

/** Wants what the flow does, now and from now on. */
function wantFor(resolver: Resolver, flow: Flow): HostNameResolution {
  let gathering: NodeJS.Timeout | undefined
  let stopped = false
  let tookMs = 0
  const want = (): void => {
    gathering = undefined
    const began = performance.now()
    resolver.want(flow.names())
    tookMs = performance.now() - began
  }
  want()
  flow.follow({
    names: () => {
      if (!stopped) gathering ??= setTimeout(want, Math.max(GATHER_MS, (PARTS - 1) * tookMs)).unref()
    },
  })
  return {
    stop: () => {
      stopped = true
      clearTimeout(gathering)
    },
  }
}

/** Notes what is known of host names for a next process, now and then and at the end. */
function noteIn(store: StateStore | null, resolver: Resolver): HostNameResolution {
  let noted = 0
  const note = (): void => {
    const known = resolver.known()
    if (known.length > 0 || noted > 0) store?.saveHostNames(known)
    noted = known.length
  }
  const noting = setInterval(note, NOTED_MS).unref()
  return {
    stop: () => {
      clearInterval(noting)
      note()
    },
  }
}
