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
  const octets = (field: string): number => {
    const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
    if (kibibytes === undefined) throw new Error(`/proc/PID/status has no ${field}`)
    return Number(kibibytes) * 1024
  }
  return { now: octets('VmRSS'), peak: octets('VmHWM') }
}

/** How much it may still move, in a window of so long, to count as settled; and how long that is waited for. */
const [STILL, WINDOW_MS, PATIENCE_MS] = [0.01, 5000, 60_000]

/** What is resident once it moves no more, or a minute is over. */
export async function settled(pid: number): Promise<Resident> {
  let before = residentOf(pid).now
  for (let waited = 0; waited < PATIENCE_MS; waited += WINDOW_MS) {
    await sleep(WINDOW_MS)
    const { now } = residentOf(pid)
    if (Math.abs(now - before) < STILL * before) break
    before = now
  }
  return residentOf(pid)
}
