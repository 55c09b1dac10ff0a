import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Octets of a process: resident now, and the most that was. */
export interface Resident {
  readonly now: number
  readonly peak: number
}

export const residentOf = (pid: number): Resident => parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'))

/** VmRSS and VmHWM (proc_pid_status(5)). */
export function parseStatus(text: string): Resident {
  const bytes = (field: string): number => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
    if (kibibytes === undefined) throw new Error(`/proc/PID/status has no ${field}`)
    return Number(kibibytes) * 1024
  }
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}

/** How much it may still move, in a window of so long, to count as settled; and how long that is waited for. */
const [STILL, WINDOW_MS, PATIENCE_WINDOWS] = [0.01, { whole: 5000, short: 1000 }, 12]

/** What is resident once it moves no more, or twelve windows are over. */
export async function settled(pid: number, isShort: boolean): Promise<Resident> {
  let before = residentOf(pid).now
  for (let windows = 0; windows < PATIENCE_WINDOWS; windows++) {
    await sleep(isShort ? WINDOW_MS.short : WINDOW_MS.whole)
    const { now } = residentOf(pid)
    if (Math.abs(now - before) < STILL * before) break
    before = now
  }
  return residentOf(pid)
}
