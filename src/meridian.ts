import {
  type AdminServer,
  inspectedOf,
  serverStandingOf,
  startAdmin,
  type WatchedServer,
  watchedOf,
} from './app/admin/index.ts'
import {
  type Config,
  LISTEN_KEYS,
  searchedRegistries,
  tcpOf,
  threadsOf,
  watchSpecsOf,
} from './app/config/index.ts'
import {
  beginningOf,
  Clients,
  effectiveConfigOf,
  type First,
  InForce,
  searchIn,
} from './app/effective/index.ts'
import { Flow, Members, resolveHostNames, settleInTime } from './app/flow/index.ts'
import { type Closing, closingIn } from './app/parts/index.ts'
import type { ClusterSearch } from './app/registry/index.ts'
import { Controller, replicaName } from './controller/index.ts'
import { type Pulse, startPulse } from './server/health/index.ts'
import { type Listeners, listen, printEndpoint, TRANSPORTS } from './server/transport/index.ts'
import { type Answering, listenersOn, startAnswering, type UdpWay } from './server/workers/index.ts'
import { startReader } from './sources/reader/index.ts'
import { careAt, NO_CUSTODY, openStore, type StateStore } from './sources/state/index.ts'
import { createTelemetry, type Log, type Telemetry } from './words/observe/index.ts'
import { within } from './words/threads/index.ts'

/** A running server. */
export interface Meridian {
  readonly bound: Listeners['bound']
  readonly udp: UdpWay
  readonly adminAddress: string
  /** Where probes are answered besides; null: nowhere. */
  readonly healthAddress: string | null
  readonly world: () => Flow['world']
  /** Takes over all of another configuration that can change while sockets stay open. */
  readonly reload: (config: Config) => Promise<void>
  /** For pages and metrics: why what the configuration's file says now was refused; null: it is in force. */
  readonly reloaded: (refused: string | null) => void
  /** Not ready any more, but still answering: for the time that clients take to notice. */
  readonly drain: () => void
  readonly stop: () => Promise<void>
}

/**
 * Starts a server. Rejects, with nothing left running, when something cannot be opened: what was opened before it is
 * closed in reverse, as all of it is at the end.
 */
export async function startMeridian(config: Config, version: string, log: Log): Promise<Meridian> {
  const parts = new AsyncDisposableStack()
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= parts.disposeAsync())
  try {
    const ground = await openGround(config, version, log, closingIn(parts, log))
    return { ...(await openServer(ground)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What every part stands on. */
interface Ground {
  readonly config: Config
  readonly version: string
  readonly log: Log
  readonly telemetry: Telemetry
  /** Null: nothing is kept over a restart. */
  readonly store: StateStore | null
  /** Where a part that is open says how it is closed. */
  readonly closing: Closing
}

async function openGround(config: Config, version: string, log: Log, closing: Closing): Promise<Ground> {
  const { dir } = config.state
  const store = dir === null ? null : await openStore({ dir, version, warn: (text) => log.warn(text) })
  closing.last.add('state.dir', store, (one) => one?.close())
  return { config, version, log, closing, store, telemetry: createTelemetry(log) }
}

/** The parts that pages and commands speak of. */
interface Parts {
  readonly flow: Flow
  readonly members: Members
  readonly answering: Answering
  readonly clients: Clients
  readonly controller: Controller
  readonly inForce: InForce
  /** Null: no registry is configured. */
  readonly search: ClusterSearch | null
}

/**
 * The whole flow: clusters ─▶ members ─▶ flow ─▶ world ─▶ answers ─▶ octets ─▶ sockets. This thread derives and serves
 * admin pages; others read clusters, and answer. Each part knows those before it alone, and follows them.
 */
async function openServer(ground: Ground): Promise<Omit<Meridian, 'stop'>> {
  const { config, log, store, closing } = ground
  const first = await beginningOf(config, ground.version, store)
  const flow = await openFlow(ground, first)
  const members = openMembers(ground, flow, first)
  const pulse = closing.last.add('pulse', startPulse(), (one) => one.stop())
  const answering = await openAnswering(ground, flow, first, pulse.pulse)
  const controller = openController(ground, flow)
  const clients = await openClients(ground, flow, first, answering)
  const inForce = new InForce(first.effective, { flow, answering: clients, members, controller, store })
  const search = openSearch(ground, first, flow, inForce)
  const parts: Parts = { flow, members, answering, clients, controller, inForce, search }
  const watched = watchedOf(parts)
  const tellProbes = () => answering.stand(serverStandingOf(watched))
  pulse.each(tellProbes)

  const healthAddress = await openHealth(config, answering)
  const admin = await openAdmin(ground, parts, watched)
  const listeners = await openListeners(ground, answering)
  const hostNames = await resolveHostNames({ upstreams: config.dns.upstreams, flow, store, log })
  closing.first.add('host names', hostNames, (one) => one.stop())
  search?.start()
  const startup = settleInTime(flow, config.startup.timeout, log)
  closing.first.add('startup.timeout', startup, (one) => one.stop())
  await inForce.begin()

  const { bound } = listeners
  const { udp } = answering
  const addresses = { bound, udp, adminAddress: admin.address, healthAddress }
  return { ...addresses, world: () => flow.world, ...commandsOf(ground, parts, tellProbes) }
}

/** What is told to a server that runs. */
function commandsOf(
  { version, telemetry }: Ground,
  { flow, controller, inForce, search }: Parts,
  tellProbes: () => void,
): Pick<Meridian, 'reload' | 'reloaded' | 'drain'> {
  return {
    reload: async (config) => {
      await inForce.take(effectiveConfigOf(config, version, inForce.wanted))
      search?.reconsider()
    },
    reloaded: (why) => {
      inForce.refused = why
      telemetry.reloaded(why === null)
    },
    drain: () => {
      flow.draining = true
      tellProbes()
      // Another replica writes from now on: nothing that is answered here depends on it.
      controller.stop().catch(telemetry.bug)
    },
  }
}

async function openFlow(
  { telemetry, store, closing }: Ground,
  { effective, isIncomplete }: First,
): Promise<Flow> {
  const { serviceFailed: fault, noticed } = telemetry
  const care = careAt(store?.custody ?? NO_CUSTODY, 'services')
  const serials = await store?.restoreSerials()
  const flow = new Flow(effective.plan, { fault, noticed }, Date.now(), care, serials)
  flow.await(isIncomplete)
  return closing.first.add('flow', flow, (one) => one.stop())
}

function openMembers(ground: Ground, flow: Flow, { effective }: First): Members {
  const { config, version, log, store, telemetry, closing } = ground
  const { programmed, watchFailed: failed, bug } = telemetry
  const reader = startReader(config.state.dir, version, { log, lost: telemetry.readerLost })
  const members = new Members({ flow, store, log, reader, programmed, failed, bug })
  members.readAhead(watchSpecsOf(config, effective.clusters))
  return closing.second.add('clusters', members, (one) => one.stop())
}

async function openAnswering(
  ground: Ground,
  flow: Flow,
  { effective }: First,
  pulse: Pulse,
): Promise<Answering> {
  const { config, log, telemetry, closing } = ground
  const { identity, clients } = effective
  const standing = { ready: false, state: 'starting', answers: true }
  const answering = await startAnswering({
    ...threadsOf(config),
    identity,
    clients,
    world: flow.world,
    streams: { tcp: tcpOf(config), pulse, standing },
    warning: (text) => log.warn(text),
    bug: (error) => log.error({ err: error }, 'bug: queries got SERVFAIL for it'),
    crashed: (error, pauseMs) => {
      telemetry.answeringLost()
      log.error({ err: error, pauseMs }, 'an answering thread is lost; another starts')
    },
  })
  closing.last.add('threads', answering, (one) => one.stop())
  telemetry.include(answering)
  flow.follow({ world: answering.follow })
  answering.follow(flow.world)
  return answering
}

/** What is answered first is answered with the database, if it is there and right. */
async function openClients(
  { log, closing }: Ground,
  flow: Flow,
  { effective }: First,
  answering: Answering,
): Promise<Clients> {
  const made = new Clients(effective, { answering, views: () => flow.views, log })
  const clients = closing.second.add('clients', made, (one) => one.stop())
  await within(MOST_FOR_GEO_MS, clients.begin())
  return clients
}

const MOST_FOR_GEO_MS = 10_000

function openController({ log, closing }: Ground, flow: Flow): Controller {
  const controller = new Controller({ world: flow.world, log, identity: replicaName() })
  flow.follow({ world: (world) => controller.follow(world) })
  return closing.second.add('controller', controller, (one) => one.stop())
}

/** Not started yet: pages say so meanwhile. */
function openSearch(
  { config, store, telemetry, closing }: Ground,
  { held }: First,
  flow: Flow,
  inForce: InForce,
) {
  const found = () => flow.await(false)
  const search = searchIn(searchedRegistries(config), { inForce, held, store, telemetry, found })
  return closing.first.add('registries', search, (one) => one?.stop())
}

/** Closed with the thread that answers there. */
async function openHealth({ health: { listen: at } }: Config, answering: Answering): Promise<string | null> {
  return at === null ? null : printEndpoint({ ...at, port: await answering.openHealth(at) })
}

async function openAdmin(ground: Ground, parts: Parts, watched: WatchedServer): Promise<AdminServer> {
  const { config, log, telemetry, closing } = ground
  const { answering, inForce } = parts
  const admin = await startAdmin({
    listen: config.admin.listen,
    watched,
    inspected: () => inspectedOf(parts),
    mayInspect: () => inForce.now.clients.explainAllow,
    refresh: async () => {
      await answering.refresh()
      const { connections, stalls } = answering.streams()
      telemetry.connections(connections)
      telemetry.stalls(stalls)
    },
    telemetry,
    random: Math.random,
    log,
  })
  return closing.last.add('admin', admin, (one) => one.stop())
}

async function openListeners({ config, log, closing }: Ground, answering: Answering): Promise<Listeners> {
  const wanted = LISTEN_KEYS.flatMap((key) => listenersOn(config.dns[key], TRANSPORTS[key], answering))
  const { finish } = answering
  const listeners = await listen(wanted, { finish, warning: (text) => log.warn(text) })
  return closing.second.add('sockets', listeners, (one) => one.close())
}
