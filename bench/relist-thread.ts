// An answering thread that tells its turns: from having received queries to having answered them, whatever else it did
// in between. A turn without queries counts as well: one might have come.
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads'
import { runWorkerLoop } from '../src/server/workers/worker-loop.ts'
import { CHANNEL, type Turn, WORTH_MS } from './relist-turns.ts'

const told = new BroadcastChannel(CHANNEL)
let [begun, ordered, cpu] = [0, 0, 0]

if (parentPort === null) throw new Error('this is no program: it is started as a worker thread')
runWorkerLoop(parentPort, workerData, undefined, (point) => {
  const now = performance.now()
  switch (point) {
    case 'received':
      begun = now
      cpu = cpuMs()
      break
    case 'ordered':
      ordered = now
      break
    case 'answered':
      if (now - begun >= WORTH_MS) tell(now)
  }
})

function tell(now: number): void {
  const turn: Turn = {
    took: now - begun,
    cpu: cpuMs() - cpu,
    orders: ordered - begun,
    answers: now - ordered,
  }
  told.postMessage(turn)
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
