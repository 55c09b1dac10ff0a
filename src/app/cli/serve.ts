import { setTimeout as sleep } from 'node:timers/promises'
import { type Meridian, startMeridian } from '../../meridian.ts'
import { ListenError } from '../../server/transport/index.ts'
import { StateDirError } from '../../sources/state/index.ts'
import { printName } from '../../values/dns/index.ts'
import {
  busyHere,
  collectWhenCalm,
  createLog,
  heapLimits,
  type Log,
  leaveFlagsToMain,
  oncePerKind,
} from '../../words/observe/index.ts'
import { AdminError } from '../admin/index.ts'
import { budgetOf, type Config, type Flags, printProblem } from '../config/index.ts'
import { configFrom } from './configuration.ts'
import { leave } from './end.ts'
import { Failure } from './failure.ts'
import { leastFiles } from './least-files.ts'
import { expectFiles } from './open-files.ts'
import { reloadOnChange } from './reload.ts'
import { VERSION } from './version.ts'

export interface ServeOptions {
  readonly config?: string
  /** Milliseconds to go on answering after SIGTERM. */
  readonly drain: number
  /** Print `dig` lines to try. */
  readonly try?: boolean
}

/** Runs the server until it is told to stop. */
export async function serve(options: ServeOptions, flags: Flags): Promise<void> {
  // Until there is something to reload it would be the end of the process.
  process.on('SIGHUP', waitForStart)
  leaveFlagsToMain()
  const config = configFrom(options.config, flags)
  expectFiles(leastFiles(config))
  const log = createLog(config.log.level)
  for (const warning of config.warnings) log.warn(printProblem(warning))
  const stopped = stopSignal()
  const starting = start(config, log)
  const meridian = await Promise.race([starting, stopped])
  if (meridian === undefined) {
    starting.catch(() => undefined)
    log.info('stopped before it had started')
    return
  }
  surviveBugs(log)
  const { udp, adminAddress: admin, healthAddress: health } = meridian
  const bound = meridian.bound.map(({ transport: { label }, host, port }) => ({
    transport: label,
    host,
    port,
  }))
  log.info({ bound, udp, admin, ...(health === null ? {} : { health }), version: VERSION }, 'listening')
  log.info(budgetOf(config), 'what one cluster may cost')
  log.info(heapLimits(), 'what the heap of each thread may hold, in MiB')
  const used = () => process.memoryUsage().heapUsed
  collectWhenCalm({ gc: globalThis.gc, used, busy: busyHere() })
  const stopReloading = reloadOnChange(config, () => configFrom(options.config, flags), meridian, log)
  process.off('SIGHUP', waitForStart)
  if (options.try === true) await printTries(meridian)
  await stopped
  stopReloading()
  meridian.drain()
  log.info({ drain: options.drain }, 'stopping: not ready any more, still answering')
  await sleep(options.drain)
  await meridian.stop()
  log.info('stopped')
}

/** What changed meanwhile is looked at then. */
const waitForStart = (): void => undefined

/** What the place that it starts in refuses: told in a line, where a bug of ours has its stack. */
const OF_THE_PLACE = [ListenError, AdminError, StateDirError]

async function start(config: Config, log: Log): Promise<Meridian> {
  try {
    return await startMeridian(config, VERSION, log)
  } catch (error) {
    if (OF_THE_PLACE.some((kind) => error instanceof kind) && error instanceof Error)
      throw new Failure(error.message)
    throw error
  }
}

/** A bug somewhere costs what it was about; the server lives on and says so once. Not before it has started: that must fail. */
function surviveBugs(log: Log): void {
  const report = oncePerKind((kind, err) => log.error({ err }, `bug: ${kind}`))
  const survive = (error: unknown) => report(error instanceof Error ? error.message : String(error), error)
  process.on('uncaughtException', survive).on('unhandledRejection', survive)
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => {
      process.once('SIGINT', () => leave(130))
      resolve()
    })
  })
}

/** `dig` lines for a service that is there, once the clusters have been read. */
async function printTries({ bound, world }: Meridian): Promise<void> {
  for (let waited = 0; waited < 100 && !world().settled; waited++) await sleep(50)
  const { settings, entries } = world()
  const exported = [...entries]
    .map(([, entry]) => entry)
    .filter((entry) => entry.import?.type === 'ClusterSetIP')
  const entry = exported.find(({ key }) => key === 'default/web') ?? exported[0]
  const socket = bound.find(({ transport }) => !transport.isStream)
  if (entry === undefined || socket === undefined) return
  const dig = `dig @${socket.host} -p ${socket.port}`
  const { name, namespace } = entry
  const global =
    settings.global === null ? [] : [`${dig} ${printName(`${name}.${namespace}.${settings.global}`)} SRV`]
  const lines = [
    `${dig} ${printName(`${name}.${namespace}.svc.${settings.clusterset}`)}`,
    ...global,
    `${dig} +tcp ${printName(`${name}.${namespace}._explain.${settings.clusterset}`)} TXT`,
  ]
  console.log(`Meridian ${VERSION} is answering. Try:\n${lines.map((line) => `  ${line}\n`).join('')}`)
}
