/** Programs of the machine, run to their end. */

import { execFile } from 'node:child_process'

const DEADLINE_MS = 30_000
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

/** What it prints. Throws with what it complains about. */
export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: DEADLINE_MS, env: { ...process.env, PATH }, maxBuffer: 2 ** 24 }
    const child = execFile(command, args, options, (error, out, err) => {
      if (error === null) return resolve(out)
      reject(new Error(`${command} ${args.join(' ')}: ${err.trim() || error.message}`))
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** Commands of `ip`, one per line, in a network namespace or in this process's. */
export async function ip(lines: readonly string[], netns?: string): Promise<void> {
  const where = netns === undefined ? [] : ['-netns', netns]
  await run('ip', [...where, '-batch', '-'], `${lines.join('\n')}\n`)
}
