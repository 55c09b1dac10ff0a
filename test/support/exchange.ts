/** One query over the loopback from an address of the asker's choice, and what comes back. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { parseReply } from './client.ts'
import { framed, PATIENCE_MS, TcpClient, until } from './sockets.ts'

export async function exchangeUdp(port: number, from: string, query: Uint8Array): Promise<Uint8Array> {
  const socket = createSocket('udp4')
  try {
    socket.bind(0, from)
    await once(socket, 'listening')
    const reply = once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
    socket.send(query, port, '127.0.0.1')
    const [octets] = await reply
    return Uint8Array.from(octets)
  } finally {
    socket.close()
  }
}

/** All messages of the reply: one, or a transfer's up to the SOA that ends it. */
export async function exchangeTcp(
  port: number,
  from: string,
  query: Uint8Array,
  transfer: boolean,
): Promise<readonly Uint8Array[]> {
  const client = await TcpClient.connect({ host: '127.0.0.1', port }, { localAddress: from })
  try {
    client.socket.write(framed(query))
    await until(() => client.replies.length > 0 && (!transfer || isWhole(client.replies)), 'a reply over TCP')
    return client.replies
  } finally {
    client.socket.destroy()
  }
}

function isWhole(messages: readonly Uint8Array[]): boolean {
  const answers = messages.flatMap((message) => parseReply(message).answers)
  return answers.length === 0 || (answers.length > 1 && answers[0] === answers.at(-1))
}
