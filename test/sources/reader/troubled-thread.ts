// A reading thread that runs into what stands in some texts: so that one cluster can be its end.
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { standStill } from '../../support/still.ts'

enableCompileCache()
const { runWorkerLoop } = await import('../../../src/sources/reader/worker-loop.ts')

const parse = JSON.parse
JSON.parse = (text: string, ...more: readonly never[]): unknown => {
  if (text.includes('out-of-memory')) for (const kept: unknown[] = []; ; ) kept.push({ kept: kept.length })
  if (text.includes('stand-still')) standStill()
  if (text.includes('crash')) process.exit(7)
  return parse(text, ...more)
}

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
runWorkerLoop(parentPort, workerData)
