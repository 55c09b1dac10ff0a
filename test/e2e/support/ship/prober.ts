/**
 * Asks one server the same name over and over, over UDP from one port, over UDP from a new port each time, and over
 * TCP, until its input ends; then it prints a Report. A program, to be run where the server is reached:
 * `node prober.ts ADDRESS NAME`.
 */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { buildQuery, parseReply } from '../../../support/client.ts'
import { askUdp, TcpClient } from '../../../support/sockets.ts'

export interface Report {
  readonly asked: number
  readonly failed: readonly string[]
}

const PAUSE_MS = 10
/** As long as a stub resolver waits. Nothing is asked twice. */
const PATIENCE_MS = 5_000

const [, , host = '', name = ''] = process.argv
const query = buildQuery({ name, type: 'A', rd: true })
const failed: string[] = []
let asked = 0
let isOver = false

async function loop(title: string, ask: () => Promise<Uint8Array>): Promise<void> {
  while (!isOver) {
    asked++
    const start = new Date().toISOString()
    const problem = await ask().then(problemOf, String)
    if (problem !== undefined) failed.push(`${start} ${title}: ${problem}`)
    await pause(PAUSE_MS)
  }
}

function problemOf(octets: Uint8Array): string | undefined {
  const { rcode, answers } = parseReply(octets)
  return rcode === 'NOERROR' && answers.length > 0 ? undefined : `${rcode}, ${answers.length} answers`
}

async function askFrom(socket: Socket): Promise<Uint8Array> {
  const reply = once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
  socket.send(query, 53, host)
  const [octets] = await reply
  return Uint8Array.from(octets)
}

async function askByTcp(): Promise<Uint8Array> {
  const client = await TcpClient.connect({ host, port: 53 })
  try {
    return await client.ask(query)
  } finally {
    client.socket.destroy()
  }
}

const lasting = createSocket('udp4')
lasting.on('error', (error) => failed.push(`one port: ${error.message}`))
process.stdin.once('end', () => {
  isOver = true
})
process.stdin.resume()
await Promise.all([
  loop('UDP from one port', () => askFrom(lasting)),
  loop('UDP from a new port', async () => (await askUdp({ host, port: 53 }, query, PATIENCE_MS)).octets),
  loop('TCP', askByTcp),
])
lasting.close()
const report: Report = { asked, failed }
console.log(JSON.stringify(report))
