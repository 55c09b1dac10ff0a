import { afterEach, describe, expect, test } from 'vitest'
import {
  type ListenEndpoint,
  type Listeners,
  listen,
  type StreamTransport,
  TCP,
  TRANSPORTS,
} from '../../../src/server/transport/index.ts'
import { listenersOn } from '../../../src/server/workers/index.ts'
import { StreamSupervisor } from '../../../src/server/workers/stream-supervisor.ts'
import { WorkerPool } from '../../../src/server/workers/worker-pool.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { MASKED } from '../../support/masked.ts'
import { someOf } from '../../support/runs.ts'
import { askUdp, canBind, TcpClient } from '../../support/sockets.ts'
import { WAYS } from '../../support/ways.ts'
import { program, startOptions } from './supervised.ts'

const HOST = '127.0.0.47'
const QUERY = buildQuery({ name: 'web.default.svc.clusterset.local', type: 'A', edns: {} })

const running: { readonly stop: () => Promise<unknown> }[] = []
const clients: TcpClient[] = []
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  for (const one of running.splice(0).reverse()) await one.stop()
})

async function connect(at: ListenEndpoint, transport: StreamTransport): Promise<TcpClient> {
  const client = await TcpClient.connect(at, {}, transport)
  clients.push(client)
  return client
}

/** UDP and TCP on one port, a transport that is made up on another. */
async function serve(udp: 'batches' | 'dgram') {
  const options = startOptions({ udp })
  const pool = await WorkerPool.start(program('real'), options)
  running.push(pool)
  const stream = await StreamSupervisor.start(program('masked'), options)
  running.push(stream)
  const threads = { makeUdp: pool.makeUdp, makeStream: stream.makeStream }
  const at = [{ host: HOST, port: 0 }]
  const wanted = [...listenersOn(at, TRANSPORTS.listen, threads), ...listenersOn(at, [MASKED], threads)]
  const listeners = await listen(wanted, { finish: stream.finish, warning: () => undefined })
  running.push({ stop: () => listeners.close({ drainMs: 50 }) })
  return { pool, stream, listeners }
}

function boundBy({ bound }: Listeners, wanted: string): ListenEndpoint {
  const found = bound.find(({ transport }) => transport.label === wanted)
  if (found === undefined) throw new Error(`nothing listens by ${wanted}`)
  return found
}

describe.each(someOf(WAYS, 2))('a transport that is made up, beside UDP by %s', (udp) => {
  test('has a port of its own, answers what the others answer, and is counted under its label', async () => {
    const { pool, stream, listeners } = await serve(udp)
    expect(listeners.bound.map(({ transport }) => transport.label)).toEqual(['udp', 'tcp', 'masked'])
    expect(new Set(listeners.bound.map(({ port }) => port)).size).toBe(2)
    const masked = await connect(boundBy(listeners, 'masked'), MASKED)
    const plain = await connect(boundBy(listeners, 'tcp'), TCP)
    const { octets } = await askUdp(boundBy(listeners, 'udp'), QUERY)
    const replies = [octets, await plain.ask(QUERY), await masked.ask(QUERY), await masked.ask(QUERY)]
    for (const reply of replies) expect(parseReply(reply)).toEqual(parseReply(octets))
    expect(parseReply(octets).answers).toHaveLength(1)
    await Promise.all([pool.refresh(), stream.refresh()])
    const counted = [...pool.sheets(), ...stream.sheets()].flatMap(({ requests }) =>
      requests.map(({ labels: { transport }, value }) => [transport, value]),
    )
    expect(counted).toEqual([
      ['udp', 1],
      ['tcp', 1],
      ['masked', 2],
    ])
    expect(stream.streams().connections).toBe(2)
  })

  test('is stopped with the others: connections end with FIN, and its port is free', async () => {
    const { listeners } = await serve(udp)
    const ends = await Promise.all(
      [TCP, MASKED].map((transport) => connect(boundBy(listeners, transport.label), transport)),
    )
    for (const one of ends) await one.ask(QUERY)
    await listeners.close({ drainMs: 30_000 })
    expect(await Promise.all(ends.map((one) => one.ended()))).toEqual(['fin', 'fin'])
    for (const { port } of listeners.bound) expect(await canBind(HOST, port)).toBe(true)
  })

  test('a port that somebody has is said by its label and its key of the configuration', async () => {
    const { stream, listeners } = await serve(udp)
    const { port } = boundBy(listeners, 'tcp')
    await expect(stream.makeStream(MASKED)(HOST).open(port)).rejects.toThrow(
      `cannot listen on ${HOST}:${port} (masked): the port is taken; stop the program that has it ("ss -lntup" lists them) or choose another address or port in dns.masked`,
    )
  })

  test('that a thread does not know cannot be opened, and costs the thread nothing', async () => {
    const { stream, listeners } = await serve(udp)
    const unknown = { ...MASKED, label: 'unknown' }
    await expect(stream.makeStream(unknown)(HOST).open(0)).rejects.toThrow('no transport is called unknown')
    const client = await connect(boundBy(listeners, 'masked'), MASKED)
    expect(parseReply(await client.ask(QUERY)).answers).toHaveLength(1)
    expect(stream.crashes()).toBe(0)
  })
})
