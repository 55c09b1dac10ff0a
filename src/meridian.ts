import { type AdminServer, startAdmin } from './admin/index.ts'
import type { ClusterId } from './clusterset/index.ts'
import { type Config, clientRulesOf, clustersetOf, rulesOf, settingsOf } from './config/index.ts'
import { isWithin } from './dns/index.ts'
import type { ServiceKey } from './kube/index.ts'
import { createTelemetry, type Log, type Telemetry } from './observe/index.ts'
import { type Resolver, startResolver, WantedNames } from './resolver/index.ts'
import { createResponder } from './respond/index.ts'
import {
  applyChanges,
  type Change,
  type ClusterView,
  EMPTY_VIEW,
  type Problem,
  type Source,
  type SourceListener,
  sourceOf,
} from './source/index.ts'
import { type Listeners, listen } from './transport/index.ts'
import {
  emptyWorld,
  hostnamesOf,
  settle,
  step,
  type World,
  withClusterset,
  withFreshness,
} from './zone/index.ts'

/** A running server. */
export interface Meridian {
  readonly bound: Listeners['bound']
  readonly adminAddress: string
  readonly world: () => World
  /** Not ready any more, but still answering: for the time that clients take to notice. */
  readonly drain: () => void
  readonly stop: () => Promise<void>
}

/** What the flow holds while it runs: everything else is a function of it. */
interface State {
  world: World
  views: ReadonlyMap<ClusterId, ClusterView>
  problems: ReadonlyMap<ClusterId, readonly Problem[]>
  draining: boolean
}

/**
 * The whole flow: clusters ─▶ sources ─▶ views ─▶ world ─▶ answers ─▶ octets ─▶ sockets. Rejects, with nothing
 * left running, when a socket cannot be opened.
 */
export async function startMeridian(config: Config, version: string, log: Log): Promise<Meridian> {
  const clusterset = clustersetOf(config)
  const state: State = {
    world: emptyWorld(settingsOf(config), clusterset, rulesOf(config), Date.now()),
    views: new Map(config.clusters.map(({ id }) => [id, EMPTY_VIEW])),
    problems: new Map(),
    draining: false,
  }
  const telemetry = createTelemetry(log)
  const clients = clientRulesOf(config, clusterset.local)
  const identity = { version, id: config.dns.id }
  const responder = createResponder({
    snapshot: () => state.world,
    identity,
    clients,
    udpSize: config.dns.udpSize,
    random: Math.random,
    clock: () => performance.now() / 1000,
    counters: telemetry.counts,
    bug: telemetry.bug,
  })
  const admin = await startAdmin({
    listen: config.admin.listen,
    watched: state,
    inspected: () => ({ snapshot: state.world, map: clients.map, identity }),
    telemetry,
    mayInspect: clients.explainAllow,
    random: Math.random,
    log,
  })
  const listeners = await listenOrStop(config, responder, telemetry, admin, log)
  const resolver = startResolver({
    upstreams: config.dns.upstreams,
    isOwn: (name) => [...state.world.zones.keys()].some((zone) => isWithin(name, zone)),
    changed: (resolved) => {
      state.world = withClusterset(state.world, { ...state.world.clusterset, resolved }, Date.now())
    },
    failed: (hostname, reason) => log.warn({ hostname, reason }, 'host name does not resolve'),
  })
  const wanted = new WantedNames()
  wanted.exchange([], gatewayNames(config))
  resolver.want(wanted.names())
  const sources = config.clusters.map(({ id, source }) =>
    sourceOf(source, (kind, file) => log.info({ cluster: id, kind, file }, 'kind is not read'))(
      watch(id, state, telemetry, wanted, resolver, log),
    ),
  )
  const startup = setTimeout(() => giveUpWaiting(state, log), config.startup.timeout).unref()
  return {
    bound: listeners.bound,
    adminAddress: admin.address,
    world: () => state.world,
    drain: () => {
      state.draining = true
    },
    stop: () => stop(startup, sources, resolver, listeners, admin),
  }
}

async function listenOrStop(
  { dns }: Config,
  { respond, transfer }: ReturnType<typeof createResponder>,
  telemetry: Telemetry,
  admin: AdminServer,
  log: Log,
): Promise<Listeners> {
  const { connections, perClient, idle: idleMs, message: messageMs } = dns.tcp
  const tcp = { connections, perClient, idleMs, messageMs, unreadBytes: 256 * 1024 }
  try {
    return await listen({ addresses: dns.listen, udpSize: dns.udpSize, tcp }, respond, transfer, {
      dropped: telemetry.counts.dropped,
      connections: telemetry.connections,
      warning: (text) => log.warn(text),
    })
  } catch (error) {
    await admin.stop()
    throw error
  }
}

/** What one cluster says, turned into the next world. */
function watch(
  id: ClusterId,
  state: State,
  telemetry: Telemetry,
  wanted: WantedNames,
  resolver: Resolver,
  log: Log,
): SourceListener {
  let first = true
  return {
    changed: (changes) => {
      const now = Date.now()
      const { view, dirty } = applyChanges(state.views.get(id) ?? EMPTY_VIEW, changes)
      state.views = new Map(state.views).set(id, view)
      const before = state.world
      state.world = step(before, state.views, dirty, now)
      if (renamed(wanted, before, state.world, dirty)) resolver.want(wanted.names())
      if (!first) for (const at of triggers(changes)) telemetry.programmed((Date.now() - at) / 1000)
      first = false
      log.debug({ cluster: id, changes: changes.length, services: dirty.size }, 'objects changed')
    },
    freshness: (freshness) => {
      state.world = withFreshness(state.world, id, freshness, Date.now())
      log.info({ cluster: id, state: freshness.kind }, 'cluster state')
    },
    problems: (problems) => {
      state.problems = new Map(state.problems).set(id, problems)
      for (const { place, message } of problems) log.warn({ cluster: id, place }, message)
    },
  }
}

/** Whether the host names that services want resolved changed with some services. */
function renamed(wanted: WantedNames, before: World, after: World, dirty: Iterable<ServiceKey>): boolean {
  let changed = false
  for (const key of dirty) {
    const [old, now] = [before.entries.get(key), after.entries.get(key)]
    if (old !== now && wanted.exchange(hostnamesOf(old), hostnamesOf(now))) changed = true
  }
  return changed
}

const triggers = (changes: readonly Change[]): readonly number[] =>
  changes.flatMap((one) =>
    one.op === 'put' && one.object.kind === 'EndpointSlice' ? (one.object.triggeredAt ?? []) : [],
  )

const gatewayNames = ({ clusters }: Config): readonly string[] =>
  clusters.flatMap(({ gateway }) =>
    gateway.addresses.flatMap((one) => (typeof one === 'string' ? [] : [one.hostname])),
  )

function giveUpWaiting(state: State, log: Log): void {
  if (!state.world.settled)
    log.warn('answering although some clusters have not been heard yet: startup.timeout is over')
  state.world = settle(state.world)
}

async function stop(
  startup: NodeJS.Timeout,
  sources: readonly Source[],
  resolver: Resolver,
  listeners: Listeners,
  admin: AdminServer,
): Promise<void> {
  clearTimeout(startup)
  resolver.stop()
  await Promise.all([...sources.map((source) => source.stop()), listeners.close()])
  await admin.stop()
}
