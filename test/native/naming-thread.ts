// A thread that answers each query with one octet, which says which thread it is, until it is ended. It tells where it is
// in /proc, then waits for queries and for nothing else.
import { readlinkSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { loadAddon } from '../../src/server/transport/index.ts'
import { ADDON_FILE } from '../support/ways.ts'

const [HEAD, SLOT, SLOTS, REPLY, ROOM] = [16, 8, 64, 1, 64]
const { fds, by, name } = workerData

const addon = loadAddon(ADDON_FILE)
const batch = new addon.Batch(SLOTS, ROOM, ROOM)
const words = new Int32Array(batch.memory, 0, HEAD + SLOTS * SLOT)
const replies = new Uint8Array(batch.memory, words.byteLength + SLOTS * ROOM)
for (const fd of fds) batch.watch(fd, by)
parentPort?.postMessage(readlinkSync('/proc/thread-self'))
for (;;) {
  const count = batch.next(true)
  for (let i = 0; i < count; i++) {
    replies[i * ROOM] = name
    words[HEAD + i * SLOT + REPLY] = 1
  }
}
