import {
  type AdminServer,
  type RegistryStatus,
  standingOf,
  startAdmin,
  watchedOf,
} from './app/admin/index.ts'
import { assignmentOf, type Config, dutiesOf } from './app/config/index.ts'
import { type Stance, stanceOf, without } from './app/effective/index.ts'
import { Flow, type HostNames, Members, resolveHostNames, stopping } from './app/flow/index.ts'
import { type RunningRegistry, recall, startRegistry } from './app/registry/index.ts'
import { Controller, replicaName } from './controller/index.ts'
import { type Pulse, startPulse } from './server/health/index.ts'
import { type Listeners, listen, printEndpoint } from './server/transport/index.ts'
import { type Answering, listenersOn, PLAIN, startAnswering, type UdpWay } from './server/workers/index.ts'
import { startReader } from './sources/reader/index.ts'
import { careAt, NO_CUSTODY, openStore, type Store } from './sources/state/index.ts'
import { createTelemetry, type Log, type Telemetry } from './words/observe/index.ts'

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

/** The parts that the pages and sockets read as they are now. */
interface House {
  readonly log: Log
  readonly telemetry: Telemetry
  readonly flow: Flow
  readonly members: Members
  readonly answering: Answering
  readonly controller: Controller
  readonly registry: () => RegistryStatus | null
  readonly refused: () => string | null
  readonly stance: () => Stance
  /** What is to be in force: its world takes its time. */
  readonly wanted: () => Stance
}

/** Parts that earlier ones speak to. Pages are asked for while a start waits: one that is not open yet hears nobody. */
interface Late {
  answering?: Answering
  controller?: Controller
  resolver?: HostNames
  /** Tells probes how the server stands, where that changed. */
  stand?: () => void
  registry?: RunningRegistry
}

/**
 * The whole flow: clusters ─▶ members ─▶ views ─▶ world ─▶ answers ─▶ octets ─▶ sockets. This thread derives and serves
 * admin pages; others read clusters, and answer. Rejects, with nothing left running, when something cannot be opened.
 */
export async function startMeridian(first: Config, version: string, log: Log): Promise<Meridian> {
  const { dir } = first.state
  const store = dir === null ? null : await openStore({ dir, version, warn: (text) => log.warn(text) })
  const late: Late = {}
  const telemetry = createTelemetry(log)
  let { stance, isRecalled } = await firstStance(first, version, store)
  let wanted = stance
  const flow = new Flow(
    stance.plan,
    {
      world: (world) => {
        late.answering?.follow(world)
        late.controller?.follow(world)
      },
      names: () => late.resolver?.follow(),
      fault: telemetry.serviceFailed,
      noticed: telemetry.noticed,
    },
    Date.now(),
    careAt(store?.custody ?? NO_CUSTODY, 'services'),
    await store?.restoreSerials(),
  )
  const controller = new Controller({ world: flow.world, log, identity: replicaName() })
  late.controller = controller
  const { programmed, watchFailed: failed, bug } = telemetry
  const reader = startReader(dir, version, { log, lost: telemetry.readerLost })
  const members = new Members({ flow, store, log, reader, programmed, failed, bug })
  members.readAhead(stance.clusters.map(({ id }) => id))

  flow.await(first.registries.length > 0 && !isRecalled)
  const pulse = startPulse(() => late.stand?.())
  const answering = await openAnswering(first, stance, { flow, telemetry, log, pulse: pulse.pulse })
  telemetry.include(answering)
  late.answering = answering
  answering.follow(flow.world)
  let refused: string | null = null
  const house: House = {
    log,
    telemetry,
    flow,
    members,
    answering,
    controller,
    registry: () => late.registry?.status() ?? (first.registries.length > 0 ? NOT_READ : null),
    refused: () => refused,
    stance: () => stance,
    wanted: () => wanted,
  }
  const stand = () => answering.stand(standingOf(watchedOf(house)))
  late.stand = stand
  const healthAddress = await openHealth(first, answering)
  const admin = await openAdmin(first, house)
  const listeners = await openListeners(first, house, admin)
  const resolver = await resolveHostNames({ upstreams: first.dns.upstreams, flow, store, log })
  late.resolver = resolver

  const take = async (next: Stance, inForce: () => void = () => undefined): Promise<void> => {
    wanted = next
    let left: Stance['clusters'] = []
    await flow.adopt(next.plan, Date.now, () => {
      left = without(stance.clusters, next.clusters)
      stance = next
      answering.reconfigure(next)
    })
    inForce()
    if (stance !== next) return
    await Promise.all([
      members.assign(dutiesOf(next.config, next.clusters)),
      controller.assign(assignmentOf(next.config, next.clusters)),
    ])
    for (const { id } of without(left, wanted.clusters)) store?.forget(id)
  }
  const registry = openRegistry(first, house, store, take)
  if (registry !== null) late.registry = registry
  const startup = setTimeout(() => giveUpWaiting(house), first.startup.timeout).unref()
  await members.assign(dutiesOf(first, stance.clusters))
  await controller.assign(assignmentOf(first, stance.clusters))

  return {
    bound: listeners.bound,
    udp: answering.udp,
    adminAddress: admin.address,
    healthAddress,
    world: () => flow.world,
    reload: async (config) => {
      await take(stanceOf(config, version, wanted))
      registry?.reconsider()
    },
    reloaded: (why) => {
      refused = why
      telemetry.reloaded(why === null)
    },
    drain: () => {
      flow.draining = true
      stand()
      // Another replica writes from now on: nothing that is answered here depends on it.
      controller.stop().catch(telemetry.bug)
    },
    stop: async () => {
      clearTimeout(startup)
      flow.stop()
      resolver.stop()
      const stop = stopping(log)
      await stop(1000, { registries: registry?.stop() })
      const outside = { clusters: members.stop(), controller: controller.stop(), sockets: listeners.close() }
      await stop(5000, outside)
      pulse.stop()
      await stop(9000, { threads: answering.stop(), 'state.dir': store?.close(), admin: admin.stop() })
    },
  }
}

/** Of registries before their Secrets were listed. */
const NOT_READ: RegistryStatus = { synced: false, leftOut: 0, problems: [] }

/** With the clusters that were found before this start, if that is known: then nobody need wait to find them again. */
async function firstStance(
  config: Config,
  version: string,
  store: Store | null,
): Promise<{ readonly stance: Stance; readonly isRecalled: boolean }> {
  const stance = stanceOf(config, version)
  const saved = config.registries.length === 0 ? undefined : await store?.restoreFound()
  if (saved === undefined) return { stance, isRecalled: false }
  return { stance: stance.with(recall(saved, stance.configured, stance.suffixes)), isRecalled: true }
}

interface Watching extends Pick<House, 'flow' | 'telemetry' | 'log'> {
  readonly pulse: Pulse
}

function openAnswering(
  { dns }: Config,
  { identity, clients }: Stance,
  { flow, telemetry, log, pulse }: Watching,
): Promise<Answering> {
  const { connections, perClient, idle: idleMs, message: messageMs } = dns.tcp
  const tcp = { connections, perClient, idleMs, messageMs, unreadBytes: 256 * 1024, heldBytes: 64 * 2 ** 20 }
  return startAnswering({
    world: flow.world,
    identity,
    clients,
    udpSize: dns.udpSize,
    udp: dns.udp,
    workers: dns.workers,
    addresses: dns.listen.length,
    streams: { tcp, pulse, standing: { ready: false, state: 'starting', answers: true } },
    warning: (text) => log.warn(text),
    bug: (error) => log.error({ err: error }, 'bug: queries got SERVFAIL for it'),
    crashed: (error, pauseMs) => {
      telemetry.answeringLost()
      log.error({ err: error, pauseMs }, 'an answering thread is lost; another starts')
    },
  })
}

async function openHealth({ health: { listen: at } }: Config, answering: Answering): Promise<string | null> {
  if (at === null) return null
  const port = await answering
    .openHealth(at)
    .catch((error) => answering.stop().then(() => Promise.reject(error)))
  return printEndpoint({ ...at, port })
}

async function openListeners({ dns }: Config, house: House, admin: AdminServer): Promise<Listeners> {
  const { answering, log } = house
  const wanted = listenersOn(dns.listen, PLAIN, answering)
  try {
    return await listen(wanted, { finish: answering.finish, warning: (text) => log.warn(text) })
  } catch (error) {
    await Promise.all([answering.stop(), admin.stop()])
    throw error
  }
}

async function openAdmin({ admin }: Config, house: House): Promise<AdminServer> {
  const { flow, stance, telemetry, answering, controller, log } = house
  try {
    return await startAdmin({
      listen: admin.listen,
      watched: watchedOf(house),
      inspected: () => ({
        snapshot: flow.world,
        map: stance().clients.map,
        identity: stance().identity,
        problems: flow.problems,
        written: (key) => controller.look(key),
      }),
      mayInspect: () => stance().clients.explainAllow,
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
  } catch (error) {
    await answering.stop()
    throw error
  }
}

function openRegistry(
  { registries }: Config,
  { flow, wanted, telemetry }: House,
  store: Store | null,
  take: (next: Stance, inForce: () => void) => Promise<void>,
): RunningRegistry | null {
  if (registries.length === 0) return null
  return startRegistry(registries, {
    credentials: wanted().home,
    configured: () => wanted().configured,
    suffixes: () => wanted().suffixes,
    recalled: wanted().found,
    save: (saved) => store?.saveFound(saved),
    changed: (found) => {
      telemetry.say('info', 'found', { clusters: found.map(({ id }) => id) }, 'clusters found')
      take(wanted().with(found), () => flow.await(false)).catch(telemetry.bug)
    },
    problem: (text) => telemetry.say('warn', 'registries', {}, text),
  })
}

function giveUpWaiting({ flow, log }: House): void {
  if (!flow.world.settled)
    log.warn('answering although some clusters have not been heard yet: startup.timeout is over')
  flow.settle()
}
