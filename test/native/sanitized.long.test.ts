import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { wayOf } from '../../src/server/workers/way.ts'
import { CHECKOUT } from '../support/server.ts'
import { WAYS } from '../support/ways.ts'

const dir = mkdtempSync(join(tmpdir(), 'meridian-sanitized-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const BUILD = 'native/build.mjs'
const SANITIZE = ['-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']
const BATTERIES = [
  'test/native/queues.test.ts',
  'test/native/batch.test.ts',
  'test/native/bounds.test.ts',
  'test/server/workers/battery.test.ts',
  'test/server/workers/crash.test.ts',
]
const MINUTES = 60_000

/** AddressSanitizer has to be there before the program whose addon was compiled for it. */
function runtime(): string | undefined {
  if (!WAYS.includes('batches')) return undefined
  const name = execFileSync('cc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim()
  if (!isAbsolute(name)) throw new Error('cc has no libasan.so: install gcc with its sanitizers')
  return name
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
      // What V8 leaves behind at its end is not ours to find; a fault of memory tells where, whoever else catches signals.
      ASAN_OPTIONS: 'detect_leaks=0:handle_segv=2:handle_sigbus=2:handle_abort=1',
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

test(
  'no battery makes the addon touch what is not its own or do what C leaves undefined',
  async () => {
    const preload = runtime()
    if (preload === undefined) {
      // Nothing to test: what is there instead must say why.
      expect(wayOf({ udp: 'batches', workers: 4 })).toEqual({
        udp: { way: 'dgram', workers: 1, reason: expect.stringContaining('Cannot find module') },
        native: null,
      })
      return
    }
    const target = join(dir, 'batch.node')
    execFileSync(process.execPath, [BUILD, '--to', target, '--', ...SANITIZE], { cwd: CHECKOUT })
    const { status, said } = await batteries(target, preload)
    expect(said).not.toMatch(/AddressSanitizer|runtime error/)
    expect(status, said).toBe(0)
  },
  5 * MINUTES,
)
