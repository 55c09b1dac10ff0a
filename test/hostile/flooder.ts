// A client that asks as fast as it can, from one address, and reads no replies: flooder.ts FROM TO PORT QUERY (hex).
import { createSocket } from 'node:dgram'

const [from = '', to = '', port = '', query = ''] = process.argv.slice(2)
const octets = Buffer.from(query, 'hex')
const socket = createSocket('udp4')
socket.on('error', () => process.exit(1))

function send(): void {
  for (let i = 0; i < 64; i++) socket.send(octets, Number(port), to)
  setImmediate(send)
}

socket.bind(0, from, () => {
  console.log('floods')
  send()
})
