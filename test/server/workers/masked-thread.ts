// An answering thread that knows one transport more.
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { STREAMS } from '../../../src/server/transport/index.ts'
import { MASKED } from '../../support/masked.ts'

// As the real one: what another has compiled is not compiled anew.
enableCompileCache()
const { runWorkerLoop } = await import('../../../src/server/workers/worker-loop.ts')

if (parentPort !== null) runWorkerLoop(parentPort, workerData, undefined, undefined, [...STREAMS, MASKED])
