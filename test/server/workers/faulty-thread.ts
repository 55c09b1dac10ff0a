// An answering thread that fails as the first label of a query says.
import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Respond } from '../../../src/server/replies/index.ts'
import { standStill } from '../../support/still.ts'

// As the real one: what another has compiled is not compiled anew.
enableCompileCache()
const { runWorkerLoop } = await import('../../../src/server/workers/worker-loop.ts')

const FAULTS: Readonly<Record<string, () => void>> = {
  throw: () => {
    throw new Error('thrown on purpose')
  },
  exit: () => process.exit(3),
  hang: standStill,
}

const labelOf = (query: DataView, at: number): string =>
  Buffer.from(query.buffer, query.byteOffset + at + 13, query.getUint8(at + 12)).toString('latin1')

const faulty =
  (respond: Respond): Respond =>
  (query, at, end, peer, reply, to) => {
    const length = respond(query, at, end, peer, reply, to)
    FAULTS[labelOf(query, at)]?.()
    return length
  }

if (parentPort !== null) runWorkerLoop(parentPort, workerData, faulty)
