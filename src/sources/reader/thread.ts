// What a reading thread runs.
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

// A thread has its own: without it each start compiles everything anew.
enableCompileCache()
const { runReaderLoop } = await import('./worker-loop.ts')

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
runReaderLoop(parentPort, workerData)
