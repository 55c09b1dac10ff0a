// A reading thread that runs into what stands in some texts: so that one cluster can be its end.
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { ReaderOrder } from '../../../src/sources/reader/protocol.ts'
import { standStill } from '../../support/still.ts'

enableCompileCache()
const { runReaderLoop } = await import('../../../src/sources/reader/worker-loop.ts')

/** What is counted of the cluster with this name: it is most of what there is when another is the end of the thread. */
const HEAVY = 'heavy'
const heavy: Int32Array[] = []
parentPort?.on('message', (order: ReaderOrder) => {
  if (order.kind === 'open' && order.order.id === HEAVY) heavy.push(order.load)
})

const parse = JSON.parse
JSON.parse = (text: string, ...more: readonly never[]): unknown => {
  if (text.includes('out-of-memory')) for (const load of heavy) Atomics.store(load, 0, 70 * 1024)
  if (text.includes('out-of-memory')) for (const kept: unknown[] = []; ; ) kept.push({ kept: kept.length })
  if (text.includes('stand-still')) standStill()
  if (text.includes('crash')) process.exit(7)
  return parse(text, ...more)
}

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
runReaderLoop(parentPort, workerData)
