// A client that connects from one address, so many times at once: connector.ts FROM TO PORT CONNECTIONS [ENOUGH]. Until it is
// killed it resets each as soon as it is there and connects anew; with ENOUGH it leaves them open, and says when so many are.
import { connect } from 'node:net'

const [from = '', to = '', port = '', connections = '', enough = ''] = process.argv.slice(2)
let open = 0

function begin(): void {
  const socket = connect({ host: to, port: Number(port), localAddress: from })
  socket
    .on('error', () => undefined)
    .on('connect', () => {
      if (enough === '') socket.resetAndDestroy()
      else if (++open === Number(enough)) console.log('fills')
    })
  if (enough === '') socket.on('close', () => setImmediate(begin))
}

for (let i = 0; i < Number(connections); i++) begin()
if (enough === '') console.log('connects')
