// Compiles the batched UDP addon, for this machine or, with `--to FILE --arch ARCH`, for another; what follows goes to
// the compiler. `npm ci` runs it: without the addon Meridian answers UDP by Node's dgram, so that never fails, and
// prints one line. JavaScript, since it runs on whichever Node npm runs on.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const HERE = dirname(fileURLToPath(import.meta.url))
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden']
/** An overrun ends the process instead of running on, and nothing that is linked can be pointed elsewhere. */
const HARDENED = [
  '-fstack-protector-strong',
  '-U_FORTIFY_SOURCE',
  '-D_FORTIFY_SOURCE=2',
  '-Wl,-z,relro,-z,now,-z,noexecstack',
]
/** What compilers for another machine are called after. */
const TRIPLES = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }

function build(target, arch, flags) {
  if (process.platform !== 'linux') throw new Error(`recvmmsg is Linux's, and this is ${process.platform}`)
  const compiler = findCompiler(arch)
  mkdirSync(dirname(target), { recursive: true })
  // A server that runs has the old one mapped: it is replaced, not written over.
  const fresh = `${target}.${process.pid}`
  const args = [...FLAGS, ...HARDENED, ...flags, `-I${findHeaders()}`, '-o', fresh, join(HERE, 'batch.c')]
  execFileSync(compiler, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  renameSync(fresh, target)
  return compiler
}

function findCompiler(arch) {
  const own = [process.env['CC'], 'cc', 'gcc', 'clang'].filter((name) => name !== undefined && name !== '')
  const names = arch === process.arch ? own : [`${TRIPLES[arch]}-gcc`]
  const found = names.find(answers)
  if (found === undefined) throw new Error(`no C compiler for ${arch} (${names.join(', ')})`)
  return found
}

function answers(compiler) {
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Headers of the pinned Node, else of the one that runs this. Node-API is the same in both, and on every machine. */
function findHeaders() {
  const bins = [pinnedNode(), process.execPath].filter((path) => path !== undefined)
  const folders = bins.map((bin) => join(dirname(bin), '../include/node'))
  const found = folders.find((folder) => existsSync(join(folder, 'node_api.h')))
  if (found === undefined) throw new Error(`no node_api.h in ${folders.join(' or ')}`)
  return found
}

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`)
  } catch {
    return undefined
  }
}

const reasonOf = (error) => String(error.stderr ?? '').trim() || error.message

const { values, positionals } = parseArgs({
  options: { to: { type: 'string' }, arch: { type: 'string', default: process.arch } },
  allowPositionals: true,
})
const target = values.to ?? join(HERE, 'build', `batch-${process.platform}-${values.arch}.node`)
try {
  console.log(`batched UDP: built by ${build(target, values.arch, positionals)}: ${target}`)
} catch (error) {
  console.log(`batched UDP: not built, so UDP is answered by dgram: ${reasonOf(error)}`)
  // Who says where it goes wants it.
  if (values.to !== undefined) process.exitCode = 1
}
