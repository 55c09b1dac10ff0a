import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release } from 'node:os'

/**
 * CPU seconds that a process has used so far: all its threads (the collector's and the compiler's too), and the
 * kernel's work on its behalf.
 */
export const cpuSeconds = (pid: number): number =>
  parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) / ticksPerSecond()

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

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
