// `node scripts/busy.ts [--times N] [--beside N] [FILTER…]`: the tests of `npm test` on a machine that does something else.
// A test that waits for a time in place of its event fails here. Status 1 as soon as a run fails; loopback only.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const options = {
  times: { type: 'string', default: '3' },
  beside: { type: 'string', default: '6' },
} as const
const { values, positionals } = parseArgs({ options, allowPositionals: true })

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const ROOT = fileURLToPath(new URL('../', import.meta.url))

const compute = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
const busy = Array.from({ length: Number(values.beside) }, compute)
const end = (): void => {
  for (const one of busy) one.kill('SIGKILL')
}
process.on('exit', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))

for (let i = 1; i <= Number(values.times); i++) {
  const began = performance.now()
  const args = [vitest, 'run', '--project', '!long', '--reporter=dot', ...positionals]
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  console.log(`run ${i}: status ${status}, ${Math.round((performance.now() - began) / 1000)} s`)
  if (status !== 0) process.exit(1)
}
process.exit(0)
