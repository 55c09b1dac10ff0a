// JavaScript's floor with the addon of native/: what bench/echo.ts does, received and sent in batches of up to 64 with
// one call into JavaScript for each. No events: it blocks where queries come from, as an answering thread does.
import { ADDON, loadAddon } from '../src/server/transport/index.ts'

const SLOTS = 64
const ROOM = 4096 + 64

/** The layout of a batch's memory, in words, as native/batch.c has it. */
const [HEAD, LENGTH, REPLY, SLOT] = [16, 0, 1, 8]

/** A pointer to the question, A, IN, TTL 5, 10.0.0.1. */
const RECORD = Buffer.from('c00c00010001000000050004' + '0a000001', 'hex')

const addon = loadAddon(ADDON)
const batch = new addon.Batch(SLOTS, ROOM, ROOM)
const words = new Int32Array(batch.memory, 0, HEAD + SLOTS * SLOT)
const octets = new Uint8Array(batch.memory)

function answer(i: number): void {
  const slot = HEAD + i * SLOT
  const length = words[slot + LENGTH] ?? 0
  if (length < 12 || length + RECORD.length > ROOM) return
  const query = words.byteLength + i * ROOM
  const reply = query + SLOTS * ROOM
  for (let at = 0; at < length; at++) octets[reply + at] = octets[query + at] ?? 0
  octets[reply + 2] = 0x84 | (octets[reply + 2] ?? 0)
  octets[reply + 6] = 0
  octets[reply + 7] = 1
  for (let at = 0; at < RECORD.length; at++) octets[reply + length + at] = RECORD[at] ?? 0
  words[slot + REPLY] = length + RECORD.length
}

const { fds, port } = addon.open('127.0.0.1', 0, 4 << 20, 1)
for (const fd of fds) batch.watch(fd, fd)
console.log(JSON.stringify({ bound: [{ port }] }))
for (;;) {
  const received = batch.next(true)
  for (let i = 0; i < received; i++) answer(i)
}
