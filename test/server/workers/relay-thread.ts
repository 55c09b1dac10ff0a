// An answering thread whose queries are answered by the test that started it (relay.ts).
import { enableCompileCache } from 'node:module'
import { BroadcastChannel, getEnvironmentData, parentPort, workerData } from 'node:worker_threads'
import type { Respond } from '../../../src/server/replies/index.ts'
import { HEAD, KEY, type Relay, type Relayed } from './relay.ts'

// As the real one: what another has compiled is not compiled anew.
enableCompileCache()
const { runWorkerLoop } = await import('../../../src/server/workers/worker-loop.ts')

const { channel, memory } = getEnvironmentData(KEY) as unknown as Relay
const test = new BroadcastChannel(channel)
const head = new Int32Array(memory, 0, 2)
const octets = new Uint8Array(memory, HEAD)

const relayed: Respond = (query, at, end, peer, reply, to) => {
  const copy = Uint8Array.from(new Uint8Array(query.buffer, query.byteOffset + at, end - at))
  Atomics.store(head, 0, 0)
  test.postMessage({ query: copy, peer } satisfies Relayed)
  if (Atomics.wait(head, 0, 0, 10_000) === 'timed-out') throw new Error('the test does not answer')
  const length = head[1] ?? 0
  new Uint8Array(reply.buffer, reply.byteOffset + to).set(octets.subarray(0, length))
  return length
}

if (parentPort !== null) runWorkerLoop(parentPort, workerData, () => relayed)
