/** A prober (prober.ts) at work in a cluster. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build, isFields, type Seat } from '../../ground/index.ts'
import type { Report } from './prober.ts'

/** Asks that address on port 53 for that name. Returns how to stop it, and what it has counted by then. */
export async function probe(seat: Seat, address: string, name: string): Promise<() => Promise<Report>> {
  const program = [process.execPath, join(import.meta.dirname, 'prober.ts'), address, name]
  const inside = ['/usr/bin/env', 'ip', 'netns', 'exec', seat.netns, ...program]
  const child = spawn(await build('tether'), [String(process.pid), ...inside], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  return async () => {
    const closed = once(child, 'close')
    child.stdin.end()
    await closed
    return reportOf(out)
  }
}

function reportOf(text: string): Report {
  const report: unknown = text === '' ? {} : JSON.parse(text)
  if (!isFields(report) || !Array.isArray(report['failed']))
    throw new Error(`no report of the prober: ${text}`)
  return { asked: Number(report['asked']), failed: report['failed'].map(String) }
}
