#!/usr/bin/env node
import './require-node.mjs'
import { existsSync } from 'node:fs'
import * as module from 'node:module'

// Half of these threads look host names up, one each: src/sources/apiserver/names.ts leaves some to names that are answered.
process.env.UV_THREADPOOL_SIZE ??= '64'

// Compiling is most of what a start costs: what one start compiled, the next need not. Does nothing where the
// directory for temporary files cannot be written to.
module.enableCompileCache()

// A checkout runs its sources as they are; an installed package has only what was compiled.
const program = 'app/cli/main'
const source = new URL(`../src/${program}.ts`, import.meta.url)
try {
  await import(existsSync(source) ? source.href : `../dist/${program}.js`)
} catch (error) {
  if (error?.code !== 'EMFILE') throw error
  console.error(
    'meridian: the limit of open files is too low to start: raise it (ulimit -n; LimitNOFILE= of a systemd unit; ' +
      'the ulimits of the container runtime)',
  )
  process.exitCode = 1
}
