import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection to an admin listener, and what has come on it so far. */
export interface Guest {
  readonly socket: Socket
  readonly heard: { text: string; isOver: boolean }
}

/** `address`: `host:port`; `from`: the client's. */
export async function guestOf(address: string, from = '127.0.0.1'): Promise<Guest> {
  const port = Number(address.slice(address.lastIndexOf(':') + 1))
  const socket = connect({ host: '127.0.0.1', port, localAddress: from })
  const heard = { text: '', isOver: false }
  socket
    .on('error', () => undefined)
    .on('data', (chunk) => {
      heard.text += chunk
    })
  socket.on('close', () => {
    heard.isOver = true
  })
  await once(socket, 'connect')
  return { socket, heard }
}
