// The floor: what Node's dgram costs when nothing is decoded, looked up or encoded. Every datagram comes back with
// QR set and one A record behind it, so that a reply is as long as Meridian's to an A query.
import { createSocket } from 'node:dgram'

/** A pointer to the question, A, IN, TTL 5, 10.0.0.1. */
const RECORD = Buffer.from('c00c00010001000000050004' + '0a000001', 'hex')

const reply = Buffer.alloc(65_535)
const socket = createSocket({ type: 'udp4', lookup: (host, _options, found) => found(null, host, 4) })
socket.on('message', (query, from) => {
  query.copy(reply)
  reply.writeUInt8(query.readUInt8(2) | 0x84, 2)
  reply.writeUInt16BE(1, 6)
  RECORD.copy(reply, query.length)
  socket.send(reply, 0, query.length + RECORD.length, from.port, from.address)
})
socket.bind(0, '127.0.0.1', () => {
  socket.setRecvBufferSize(4 << 20)
  console.log(JSON.stringify({ bound: [{ port: socket.address().port }] }))
})
process.once('SIGTERM', () => socket.close())
