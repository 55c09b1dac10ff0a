// `npm test [-- ARGUMENTS OF VITEST]`: the tests that need only Node, and beside them the linter and the type checker.
// When one of these finds something, it is printed, and the tests end. Status 1 if anything failed.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))

const status = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))

/** What a script of package.json prints, which is nobody's business unless it fails. */
async function checked(script: string): Promise<string | undefined> {
  const child = spawn('npm', ['run', '--silent', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  return (await status(child)) === 0 ? undefined : `npm run ${script}:\n${printed.join('')}`
}

const args = [VITEST, 'run', '--project', '!long', ...process.argv.slice(2)]
const tests = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
const ended = status(tests)
const checks = ['lint', 'typecheck'].map(checked)
for (const check of checks) void check.then((found) => found !== undefined && tests.kill())

const found = (await Promise.all(checks)).filter((text) => text !== undefined)
const code = await ended
for (const text of found) console.error(text)
process.exitCode = found.length > 0 ? 1 : code
