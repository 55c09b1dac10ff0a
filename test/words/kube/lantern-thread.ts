// A reading thread that has the made-up kinds too.
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { WITH_LANTERNS } from './lantern.ts'

enableCompileCache()
const { runReaderLoop } = await import('../../../src/sources/reader/worker-loop.ts')

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
runReaderLoop(parentPort, workerData, WITH_LANTERNS)
