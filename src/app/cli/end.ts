import { attendRuns, endGroups } from '../../sources/apiserver/index.ts'
import { redact } from '../../words/observe/index.ts'
import { complain } from './output.ts'
import { whatIsDone } from './turns.ts'

/** How a command ends: when its work is done, whatever else is pending. */

/** What is pending at the end of a command may take so long to end by itself. */
const GRACE_MS = 1000

/** From now on nothing is waited for any more: the process ends by itself, or else soon. */
export function endSoon(): void {
  // Does not keep the process alive: comes only when something else does.
  setTimeout(() => leave(Number(process.exitCode ?? 0)), GRACE_MS).unref()
}

/** No command takes longer, whatever it waits for never answers: all but a server, which runs. */
const LONGEST_MS: Readonly<Record<string, number>> = {
  ask: 60_000,
  explain: 60_000,
  // All zones of a fleet: who sends them is waited for as long as something comes.
  render: 600_000,
  check: 60_000,
  diff: 90_000,
  lookup: 60_000,
  // Who pipes something in may have to log in first.
  corefile: 300_000,
  join: 300_000,
  // A fleet's objects, one after the other in each cluster.
  cleanup: 600_000,
}

/** What a command waited for, where that is not what most do. */
const REASONS: Readonly<Record<string, string>> = {
  corefile: 'what is piped in never ends; see whether the command before it does',
  join: 'what is piped in never ends; see whether the command before it does',
  cleanup: 'not all that Meridian wrote is removed; give the command again, it goes on from there',
}

/** Options that say how long a command takes. */
interface Lengthening {
  readonly wait?: number
  readonly connect?: boolean | string
  /** Makes `serve` a `diff`. */
  readonly dryRun?: boolean
}

/** The command ends by its deadline, with a status that says that it failed. Returns how to call that off. */
export function endInTime(
  command: string,
  { wait = 0, connect = false, dryRun = false }: Lengthening,
): () => void {
  const longest = LONGEST_MS[command === 'serve' && dryRun ? 'diff' : command]
  endPluginsToo(longest === undefined)
  if (longest === undefined) return () => undefined
  const ms = longest + wait + (connect === false ? 0 : 240_000)
  const timer = setTimeout(() => {
    complain(`meridian: ${command} did not end within ${ms / 1000} s: ${whyLate(command, whatIsDone())}`)
    leave(1)
  }, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** `at`: what it computes, if it does not wait. */
export function whyLate(command: string, at: string | null): string {
  if (at !== null)
    return `it was still ${at}; give it more of a CPU, or a configuration with some of the clusters`
  return (
    REASONS[command] ??
    'something that it reads or asks never answers; see whether files and resolvers (/etc/resolv.conf) do'
  )
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * What a command runs for credentials ends with it, however that ends. `isServer`: it knows what to do at a signal.
 * Others end at one by themselves, whatever they compute; while a plugin runs, one waits for a turn of theirs.
 */
function endPluginsToo(isServer: boolean): void {
  process.on('exit', () => endGroups())
  if (isServer) return
  // Before one begins: a signal may come as soon as it runs.
  attendRuns((some) => {
    for (const signal of SIGNALS) {
      if (some) process.on(signal, endBy)
      else process.off(signal, endBy)
    }
  })
}

/** As if nobody listened to the signal. */
function endBy(signal: NodeJS.Signals): void {
  endGroups()
  for (const one of SIGNALS) process.off(one, endBy)
  process.kill(process.pid, signal)
}

/** A bug for the one who may report it. What an error carries along may be secret, so that it is not Node that prints it. */
export const bugText = (error: unknown): string =>
  redact(error instanceof Error ? (error.stack ?? error.message) : String(error))

/**
 * Ends this process at once. `process.exit` waits for the work of threads, and with it for a name that no resolver
 * answers or for a file on a dead mount; another program in this one's place waits for nothing.
 */
export function leave(status: number): never {
  endGroups()
  try {
    process.execve?.(process.execPath, [process.execPath, '-e', `process.exit(${status})`], {})
  } catch {
    // Its experimental state ends, or it is forbidden here.
  }
  process.kill(process.pid, 'SIGKILL')
  process.exit(status)
}
