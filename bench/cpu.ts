import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, release } from 'node:os'

/**
 * CPU seconds that a process and its children have used so far: all their threads (the collector's and the compiler's
 * too), and the kernel's work on their behalf.
 */
export const cpuSeconds = (pid: number): number =>
  sum(family(pid).map((one) => parseStat(readFileSync(`/proc/${one}/stat`, 'utf8')))) / ticksPerSecond()

/** The CPU seconds of each thread that a process has now, by thread. */
export const threadSeconds = (pid: number): ReadonlyMap<string, number> =>
  new Map(
    readdirSync(`/proc/${pid}/task`).map((thread) => [
      thread,
      parseStat(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')) / ticksPerSecond(),
    ]),
  )

/** Resident bytes of a process and its children; what they share counts for each. */
export const residentOctets = (pid: number): number =>
  sum(family(pid).map((one) => parseResident(readFileSync(`/proc/${one}/status`, 'utf8'))))

export function parseResident(status: string): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  if (kib === undefined) throw new Error(`/proc/PID/status has no VmRSS: ${status}`)
  return Number(kib) * 1024
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0)

/** The process and those that it forked, and they. */
function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => family(Number(child))))]
}

/** utime + stime, in ticks (proc_pid_stat(5)). The second field is the command's name and may hold anything. */
export function parseStat(text: string): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  if (Number.isNaN(ticks)) throw new Error(`/proc/PID/stat has no CPU times: ${text}`)
  return ticks
}

let ticks: number | undefined

function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return ticks
}

const CORES = availableParallelism()

/** `AMD EPYC, 2 cores, Linux 6.12.1`. */
export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${CORES} ${CORES === 1 ? 'core' : 'cores'}, Linux ${release()}`

/** Commands that hold a process to a core of its own; empty where nothing can be pinned. */
export interface Pins {
  readonly server: readonly string[]
  readonly load: readonly string[]
}

export function pins(): Pins {
  if (CORES < 2 || !hasTaskset()) return { server: [], load: [] }
  return { server: ['taskset', '-c', '0'], load: ['taskset', '-c', '1'] }
}

/** Moves a process that runs already to where `pin` holds others. */
export function move(pid: number, [command = '', ...options]: readonly string[]): void {
  if (command !== '') execFileSync(command, ['-a', '-p', ...options, `${pid}`], { stdio: 'ignore' })
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
