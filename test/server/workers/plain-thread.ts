// An answering thread that works each reply out.
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

// As the real one: what another has compiled is not compiled anew.
enableCompileCache()
const { runWorkerLoop } = await import('../../../src/server/workers/worker-loop.ts')

if (parentPort !== null) runWorkerLoop(parentPort, workerData, undefined, undefined, undefined, false)
