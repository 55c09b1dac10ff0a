// A program whose loopback passes 1280 octets at a time: it sends short replies, then also such as do not fit, and prints
// what of them came and how many of them were sent in fragments.
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { loadAddon } from '../../src/server/transport/index.ts'
import { PATIENCE_MS } from '../support/sockets.ts'
import { ADDON_FILE } from '../support/ways.ts'

const HOST = '127.0.0.44'
const [HEAD, SLOT, SLOTS, REPLY, ROOM] = [16, 8, 64, 1, 65_536]

execFileSync('ip', ['link', 'set', 'lo', 'up', 'mtu', '1280'])
const addon = loadAddon(ADDON_FILE)
const { fds, port } = addon.open(HOST, 0, 1 << 20, 1)
const [fd = -1] = fds
const batch = new addon.Batch(SLOTS, 512, ROOM)
batch.watch(fd, fd)
const words = new Int32Array(batch.memory, 0, HEAD + SLOTS * SLOT)
const client = createSocket('udp4')

/** Of the system's own counts: datagrams that became fragments. */
function fragmented(): number {
  const [names = '', counts = ''] = readFileSync('/proc/net/snmp', 'utf8').split('\n')
  return Number(counts.split(' ')[names.split(' ').indexOf('FragOKs')])
}

async function exchange(lengths: readonly number[]): Promise<void> {
  const before = fragmented()
  for (let i = 0; i < lengths.length; i++) await new Promise((done) => client.send('query', port, HOST, done))
  batch.next(false)
  for (const [i, length] of lengths.entries()) words[HEAD + i * SLOT + REPLY] = length
  const came: number[] = []
  const all = new Promise<void>((done) => {
    client.on('message', ({ length }) => came.push(length) === lengths.length && done())
  })
  batch.next(false)
  await Promise.race([all, once(client, 'error', { signal: AbortSignal.timeout(PATIENCE_MS) })])
  client.removeAllListeners('message')
  console.log(JSON.stringify({ came, fragmented: fragmented() - before, refused: words[0] }))
}

await exchange([40, 1252])
await exchange([40, 1253, 4000, 40, 1252])
await exchange([1252, 4000])
client.close()
batch.unwatch(fd)
addon.close(fd)
