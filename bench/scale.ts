// `npm run bench:scale`: what a fleet's worth of clusters, services and endpoints costs. Loopback only, ends by itself.
import { machine } from './cpu.ts'
import { measureChanges } from './scale/change.ts'
import { measureMemory } from './scale/memory.ts'
import { type Plan, planOf, USAGE } from './scale/options.ts'
import { measureReady } from './scale/ready.ts'
import { count } from './scale/report.ts'

async function bench({ size, parts, heapMiB, isShort }: Plan): Promise<void> {
  const { clusters, services, endpoints, exporters } = size
  console.log(`${count(services)} services, each exported by ${exporters} of ${clusters} clusters, with ${count(endpoints)} endpoints in all
From stand-in API servers that generate what they list, in a process of their own: so many real ones do not fit a machine
Node ${process.version}; ${machine()}; nothing pinned; one answering thread; ${heapMiB === null ? "Node's own limit of the heap" : `heaps of at most ${heapMiB} MiB`}`)
  if (parts.has('memory')) await measureMemory(size, heapMiB)
  if (parts.has('ready')) await measureReady(size, heapMiB)
  if (parts.has('change')) await measureChanges(size, heapMiB, isShort)
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
const plan = planOf(process.argv.slice(2))
if (plan === undefined) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  await bench(plan).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  })
}
