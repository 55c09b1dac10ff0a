import { type AdminServer, startAdmin } from './admin/index.ts'
import { type Config, clientRulesOf, dutiesOf, planOf } from './config/index.ts'
import { isWithin } from './dns/index.ts'
import { Flow, Members } from './flow/index.ts'
import { createTelemetry, type Log, type Telemetry } from './observe/index.ts'
import { type Resolver, startResolver } from './resolver/index.ts'
import { createResponder } from './respond/index.ts'
import { openStore } from './state/index.ts'
import { type Listeners, listen } from './transport/index.ts'
import type { Plan, World } from './zone/index.ts'

/** A running server. */
export interface Meridian {
  readonly bound: Listeners['bound']
  readonly adminAddress: string
  readonly world: () => World
  /** Takes over all of another configuration that can change while sockets stay open. */
  readonly reload: (config: Config) => Promise<void>
  /** Not ready any more, but still answering: for the time that clients take to notice. */
  readonly drain: () => void
  readonly stop: () => Promise<void>
}

/**
 * The whole flow: clusters ─▶ members ─▶ views ─▶ world ─▶ answers ─▶ octets ─▶ sockets. Rejects, with nothing left
 * running, when the state directory or a socket cannot be opened.
 */
export async function startMeridian(first: Config, version: string, log: Log): Promise<Meridian> {
  const telemetry = createTelemetry(log)
  const store =
    first.state.dir === null
      ? null
      : await openStore({ dir: first.state.dir, warn: (text) => log.warn(text) })

  let plan = planOf(first)
  const flow = new Flow(plan, { world: () => undefined, names: (names) => resolver.want(names) }, Date.now())
  const members = new Members({
    flow,
    store,
    log,
    programmed: telemetry.programmed,
    failed: telemetry.watchFailed,
    bug: telemetry.bug,
  })

  let answering = answeringFor(first, plan, version, flow, telemetry)
  const admin = await openAdmin(first, flow, members, () => answering, telemetry, log)
  const listeners = await openListeners(first, () => answering, telemetry, admin, log)
  const resolver = openResolver(first, flow, log)
  resolver.want(flow.names())
  const startup = setTimeout(() => giveUpWaiting(flow, log), first.startup.timeout).unref()
  await members.assign(dutiesOf(first))

  return {
    bound: listeners.bound,
    adminAddress: admin.address,
    world: () => flow.world,
    reload: (config) => {
      plan = planOf(config)
      answering = answeringFor(config, plan, version, flow, telemetry)
      flow.adopt(plan, Date.now())
      return members.assign(dutiesOf(config))
    },
    drain: () => {
      flow.draining = true
    },
    stop: async () => {
      clearTimeout(startup)
      resolver.stop()
      await Promise.all([members.stop(), listeners.close()])
      await store?.close()
      await admin.stop()
    },
  }
}

/** Who asks and who answers, as one configuration has it. */
interface Answering extends ReturnType<typeof createResponder> {
  readonly identity: { readonly version: string; readonly id: string | null }
  readonly clients: ReturnType<typeof clientRulesOf>
}

function answeringFor(
  config: Config,
  plan: Plan,
  version: string,
  flow: Flow,
  telemetry: Telemetry,
): Answering {
  const clients = clientRulesOf(config, plan.clusterset.local)
  const identity = { version, id: config.dns.id }
  const responder = createResponder({
    snapshot: () => flow.world,
    identity,
    clients,
    udpSize: config.dns.udpSize,
    random: Math.random,
    clock: () => performance.now() / 1000,
    counters: telemetry.counts,
    bug: telemetry.bug,
  })
  return { ...responder, identity, clients }
}

function openAdmin(
  { admin }: Config,
  flow: Flow,
  members: Members,
  answering: () => Answering,
  telemetry: Telemetry,
  log: Log,
): Promise<AdminServer> {
  return startAdmin({
    listen: admin.listen,
    watched: watchedOf(flow, members),
    inspected: () => ({ snapshot: flow.world, map: answering().clients.map, identity: answering().identity }),
    mayInspect: () => answering().clients.explainAllow,
    telemetry,
    random: Math.random,
    log,
  })
}

/** The flow as the admin pages look at it, each time anew. */
const watchedOf = (flow: Flow, members: Members) => ({
  get world() {
    return flow.world
  },
  get views() {
    return flow.views
  },
  get problems() {
    return flow.problems
  },
  get draining() {
    return flow.draining
  },
  contacts: () =>
    members.all().map(({ id, health, expiresAt }) => {
      const { heard, roundTrip } = health()
      return { id, heard, roundTrip, expiresAt: expiresAt() }
    }),
})

async function openListeners(
  { dns }: Config,
  answering: () => Answering,
  telemetry: Telemetry,
  admin: AdminServer,
  log: Log,
): Promise<Listeners> {
  const { connections, perClient, idle: idleMs, message: messageMs } = dns.tcp
  const tcp = { connections, perClient, idleMs, messageMs, unreadBytes: 256 * 1024 }
  try {
    return await listen(
      { addresses: dns.listen, udpSize: dns.udpSize, tcp },
      (query, at, end, peer, reply, to) => answering().respond(query, at, end, peer, reply, to),
      (query, at, end, peer) => answering().transfer(query, at, end, peer),
      {
        dropped: telemetry.counts.dropped,
        connections: telemetry.connections,
        warning: (text) => log.warn(text),
      },
    )
  } catch (error) {
    await admin.stop()
    throw error
  }
}

const openResolver = ({ dns }: Config, flow: Flow, log: Log): Resolver =>
  startResolver({
    upstreams: dns.upstreams,
    isOwn: (name) => [...flow.world.zones.keys()].some((zone) => isWithin(name, zone)),
    changed: (resolved) => flow.resolved(resolved, Date.now()),
    failed: (hostname, reason) => log.warn({ hostname, reason }, 'host name does not resolve'),
  })

function giveUpWaiting(flow: Flow, log: Log): void {
  if (!flow.world.settled)
    log.warn('answering although some clusters have not been heard yet: startup.timeout is over')
  flow.settle()
}
