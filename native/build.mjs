// Compiles the batched UDP addon where that can be done; `npm ci` runs it. Without the addon Meridian answers UDP by
// Node's dgram, so this never fails: it prints one line. JavaScript, since it runs on whichever Node npm runs on.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const TARGET = join(HERE, 'build', `batch-${process.platform}-${process.arch}.node`)
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden']

/** Compiles `batch.c` to `target`; throws an error that says what is missing. */
export function build(target = TARGET, flags = []) {
  if (process.platform !== 'linux') throw new Error(`recvmmsg is Linux's, and this is ${process.platform}`)
  const compiler = findCompiler()
  mkdirSync(dirname(target), { recursive: true })
  // A server that runs has the old one mapped: it is replaced, not written over.
  const fresh = `${target}.${process.pid}`
  const args = [...FLAGS, ...flags, `-I${findHeaders()}`, '-o', fresh, join(HERE, 'batch.c')]
  execFileSync(compiler, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  renameSync(fresh, target)
  return { target, compiler }
}

/** The first of CC, cc, gcc and clang that is there. */
export function findCompiler() {
  const names = [process.env['CC'], 'cc', 'gcc', 'clang'].filter((name) => name !== undefined && name !== '')
  const found = names.find(answers)
  if (found === undefined) throw new Error('no C compiler (cc, gcc or clang)')
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

/** Headers of the pinned Node, else of the one that runs this. Node-API is the same in both. */
function findHeaders() {
  const bins = [pinnedNode(), process.execPath].filter((path) => path !== undefined)
  const found = bins
    .map((bin) => join(dirname(bin), '../include/node'))
    .find((dir) => existsSync(join(dir, 'node_api.h')))
  if (found === undefined) throw new Error(`no node_api.h beside ${bins.join(' or ')}`)
  return found
}

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`)
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { target, compiler } = build()
    console.log(`batched UDP: built by ${compiler}: ${target}`)
  } catch (error) {
    const reason = error.stderr === undefined ? error.message : String(error.stderr).trim() || error.message
    console.log(`batched UDP: not built, so UDP is answered by dgram: ${reason}`)
  }
}
