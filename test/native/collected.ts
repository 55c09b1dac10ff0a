// A program that lets go of all it can of batches and collects garbage, while the kernel writes queries into one.
import { createSocket } from 'node:dgram'
import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { loadAddon } from '../../src/server/transport/index.ts'
import { ADDON_FILE } from '../support/ways.ts'

const HOST = '127.0.0.44'
const SIZES = [64, 512, 512] as const

const addon = loadAddon(ADDON_FILE)
const { fds, port } = addon.open(HOST, 0, 1 << 20, 1)
const [fd = -1] = fds
const batch = new addon.Batch(...SIZES)
Object.assign(batch, { memory: null })
batch.watch(fd, fd)

/** All that is left of a batch: who has that has the batch. */
const { next } = (() => {
  const other = new addon.Batch(...SIZES)
  other.watch(fd, fd)
  return other
})()

const client = createSocket('udp4')
const send = () => new Promise((done) => client.send('query', port, HOST, done))
/** What is collected is closed in a later turn. */
const collect = async () => {
  if (globalThis.gc === undefined) throw new Error('start it with --expose-gc')
  globalThis.gc()
  await turn()
}

let received = 0
let most = 0
for (let i = 0; i < 300; i++) {
  await send()
  new addon.Batch(...SIZES).watch(fd, fd)
  if (i % 20 === 0) await collect()
  // What was freed is written over.
  new Uint8Array(new ArrayBuffer(70_000)).fill(255)
  received += batch.next(false)
  most = Math.max(most, readdirSync('/proc/self/fd').length)
}
await send()
const alone = next(false)
client.close()
batch.unwatch(fd)
addon.close(fd)
if (most > 200) throw new Error(`${most} descriptors were open: batches that are gone keep theirs`)
console.log(`received ${received}, and ${alone} by what was left of a batch`)
