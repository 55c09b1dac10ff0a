import { setTimeout as sleep } from 'node:timers/promises'
import { type Meridian, startMeridian } from '../../meridian.ts'
import { ListenError } from '../../server/transport/index.ts'
import { StateDirError } from '../../sources/state/index.ts'
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
import { CommandFailure } from './failure.ts'
import { leastFiles } from './least-files.ts'
import { expectFiles } from './open-files.ts'
import { reloadOnChange } from './reload.ts'
import { printTries } from './tries.ts'
import { VERSION } from './version.ts'

export interface ServeOptions {
  readonly config?: string
  /** Milliseconds to go on answering after SIGTERM. */
  readonly drain: number
  /** Print `dig` lines to try. */
  readonly try?: boolean
}

/** Runs the server until it is told to stop. */
export async function serve({ config: file, drain, try: tries }: ServeOptions, flags: Flags): Promise<void> {
  // Until there is something to reload it would be the end of the process.
  process.on('SIGHUP', waitForStart)
  leaveFlagsToMain()
  const read = () => configFrom(file, flags)
  const config = read()
  expectFiles(leastFiles(config))
  const log = createLog(config.log.level)
  for (const warning of config.warnings) log.warn(printProblem(warning))
  const stopped = stopSignal()
  const meridian = await startedBefore(stopped, config, log)
  if (meridian === undefined) return
  surviveBugs(log)
  tellOf(meridian, config, log)
  const used = () => process.memoryUsage().heapUsed
  collectWhenCalm({ gc: globalThis.gc, used, busy: busyHere() })
  const stopReloading = reloadOnChange(config, read, meridian, log)
  process.off('SIGHUP', waitForStart)
  if (tries === true) await Promise.race([printTries(meridian), stopped])
  await stopped
  stopReloading()
  await leaveClients(meridian, drain, log)
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
      throw new CommandFailure(error.message)
    throw error
  }
}

/** Undefined when it is told to stop while it starts. */
async function startedBefore(
  stopped: Promise<void>,
  config: Config,
  log: Log,
): Promise<Meridian | undefined> {
  const starting = start(config, log)
  const meridian = await Promise.race([starting, stopped])
  if (meridian !== undefined) return meridian
  starting.catch(() => undefined)
  log.info('stopped before it had started')
  return undefined
}

/** What there is, and what it may cost. */
function tellOf(
  { bound, udp, adminAddress: admin, healthAddress: health }: Meridian,
  config: Config,
  log: Log,
) {
  const listening = bound.map(({ transport: { label }, host, port }) => ({ transport: label, host, port }))
  const more = health === null ? {} : { health }
  log.info({ bound: listening, udp, admin, ...more, version: VERSION }, 'listening')
  log.info(budgetOf(config), 'what one cluster may cost')
  log.info(heapLimits(), 'what the heap of each thread may hold, in MiB')
}

/** Stops once clients have had that many milliseconds to notice. */
async function leaveClients(meridian: Meridian, drain: number, log: Log): Promise<void> {
  meridian.drain()
  log.info({ drain }, 'stopping: not ready any more, still answering')
  await sleep(drain)
  await meridian.stop()
  log.info('stopped')
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
