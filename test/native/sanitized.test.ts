import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { build, findCompiler } from '../../native/build.mjs.mts'
import { startAnswering } from '../../src/answering/index.ts'
import { startOptions } from '../answering/keeping.ts'
import { CHECKOUT } from '../support/server.ts'
import { ADDON_FILE, WAYS } from '../support/ways.ts'

const dir = mkdtempSync(join(tmpdir(), 'meridian-sanitized-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const SANITIZE = ['-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']
const BATTERIES = [
  'test/native/batch.test.ts',
  'test/answering/battery.test.ts',
  'test/answering/crash.test.ts',
]
const MINUTES = 60_000

/** AddressSanitizer has to be there before the program whose addon was compiled for it. */
function runtime(): string | undefined {
  if (!WAYS.includes('batches')) return undefined
  const name = execFileSync(findCompiler(), ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim()
  return isAbsolute(name) ? name : undefined
}

/** Vitest as started anew, not as part of this run. */
const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))

async function batteries(addon: string, preload: string) {
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...BATTERIES], {
    cwd: CHECKOUT,
    env: {
      ...ENV,
      ADDON_UNDER_TEST: addon,
      LD_PRELOAD: preload,
      // What V8 leaves behind at its end is not ours to find.
      ASAN_OPTIONS: 'detect_leaks=0',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const [status] = await once(child, 'close')
  return { status, said }
}

const preload = runtime()

test.runIf(preload !== undefined)(
  'no battery makes the addon touch what is not its own or do what C leaves undefined',
  async () => {
    const { target } = build(join(dir, 'batch.node'), SANITIZE)
    const { status, said } = await batteries(target, preload ?? '')
    expect(said).not.toMatch(/AddressSanitizer|runtime error/)
    expect(status, said).toBe(0)
  },
  5 * MINUTES,
)

test.runIf(!existsSync(ADDON_FILE))(
  'without a compiler UDP is answered by dgram, and the reason is told',
  async () => {
    const answering = await startAnswering({ ...startOptions(), udp: 'batches' })
    await answering.stop()
    expect(answering.udp).toMatchObject({
      way: 'dgram',
      workers: 1,
      reason: expect.stringMatching(/Cannot find module/),
    })
  },
)
