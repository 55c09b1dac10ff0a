import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { someOf } from '../../support/runs.ts'
import { MERIDIAN } from '../../support/server.ts'
import { SHORT } from './deadlines.ts'

const closing: (() => unknown)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const DEMO = ['--config', 'fixtures/demo/meridian.yaml', '--address', '10.96.0.53'] as const

describe('the deadline of a command ends', () => {
  /** With standard input that never says a word and never ends. */
  async function piped(args: readonly string[], cwd?: string): Promise<{ status: number; err: string }> {
    const child = spawn(process.execPath, ['--import', SHORT, MERIDIAN, ...args], { cwd, stdio: 'pipe' })
    closing.push(() => child.kill('SIGKILL'))
    const err = text(child.stderr)
    child.stdout.resume()
    const [status] = await once(child, 'close')
    return { status, err: await err }
  }

  test.each(
    someOf(
      [
        [['corefile', ...DEMO, '--patch'], 'corefile did not end within 300 s: what is piped in'],
        [['corefile', ...DEMO, '--remove'], 'corefile did not end within 300 s: what is piped in'],
        [
          ['join', 'west', '--server', 'https://203.0.113.10', '--token-file', '-'],
          'join did not end within 300 s: what is piped in',
        ],
      ],
      2,
    ),
  )('%j to which nothing comes', async (args, said) => {
    const { status, err } = await piped(args)
    expect(err).toContain(`meridian: ${said}`)
    expect(status).toBe(1)
  })
})
