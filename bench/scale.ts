// `npm run bench:scale`: what a fleet's worth of clusters, services and endpoints costs. Loopback only, ends by itself.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { command } from './command.ts'
import { machine } from './cpu.ts'
import { measureChanges } from './scale/change.ts'
import { measureBesideCoreDns } from './scale/coredns.ts'
import { measureMemory } from './scale/memory.ts'
import { type Plan, planOf, USAGE } from './scale/options.ts'
import { measureReady } from './scale/ready.ts'
import { count } from './scale/report.ts'
import { build } from './scale/server.ts'

async function bench({ size, parts, heapMiB, isShort }: Plan): Promise<void> {
  const { clusters, services, endpoints, exporters } = size
  build()
  console.log(`${count(services)} services, each exported by ${exporters} of ${clusters} clusters, with ${count(endpoints)} endpoints in all
From stand-in API servers that generate what they list, in a process of their own: so many real ones do not fit a machine
Node ${process.version}; ${machine()}; nothing pinned; one answering thread; ${heapMiB === null ? "Node's own limit of the heap" : `a heap of at most ${heapMiB} MiB`}`)
  if (parts.has('memory')) await measureMemory(size, heapMiB, isShort)
  if (parts.has('ready')) await measureReady(size, heapMiB, isShort)
  if (parts.has('change')) await measureChanges(size, heapMiB, isShort)
  if (parts.has('relist')) await relist()
  if (parts.has('coredns')) await measureBesideCoreDns(heapMiB, isShort)
}

/** By itself: `npm run bench:relist`. */
async function relist(): Promise<void> {
  console.log('\nWhat a relist delays')
  const child = spawn(process.execPath, [fileURLToPath(new URL('relist.ts', import.meta.url))], {
    stdio: 'inherit',
  })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`bench/relist.ts ended with status ${status}`)
}

await command(planOf(process.argv.slice(2)), USAGE, bench)
