import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../support/client.ts'
import { large } from '../support/large.ts'
import { exported } from '../support/manifests.ts'
import { page } from '../support/pages.ts'
import { type Command, command, listening, MERIDIAN, written } from '../support/server.ts'
import { askUdp, TcpClient, until } from '../support/sockets.ts'

// One client asks for all there is of large services, 150 times a second over UDP or as fast as it can over TCP. Another
// asks beside it as a resolver does, and a kubelet whether the server lives. Answers that never come are counted; nothing
// is timed.

const HOST = '127.0.0.49'
const [GREEDY, GOOD] = ['127.0.0.2', '127.0.0.3']
const WEB = 'web.default.svc.clusterset.local'
const SVC = 'default.svc.clusterset.local'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Endpoints of one host name, as the pods of a workload that sets `hostname` have. */
const alike = (endpoints: number): string =>
  JSON.stringify(
    JSON.parse(large({ name: 'alike', clusterIP: null, endpoints, hostname: 5 })),
    (key, value) => (key === 'hostname' ? 'web' : value),
  )

const LARGE = {
  'wide.json': large({ name: 'wide', clusterIP: null, endpoints: 900, ports: 24, network: 2 }),
  'alike.json': alike(1500),
  'huge.json': large({ name: 'huge', clusterIP: null, endpoints: 20_000, network: 100 }),
}

async function serving() {
  const web = exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })
  const directory = await written({ clusters: { east: { ...LARGE, 'web.json': web } } })
  closing.push(() => directory.close())
  const yaml = JSON.stringify({
    dns: { listen: [`${HOST}:0`], workers: 1 },
    admin: { listen: '127.0.0.1:0' },
    health: { listen: '127.0.0.1:0' },
    local: { cluster: 'east' },
    clusters: [{ id: 'east', network: 'flat', source: { manifests: './east' } }],
  })
  await directory.write('meridian.yaml', yaml)
  const server = command([MERIDIAN, 'serve', '--config', directory.at('meridian.yaml'), '--drain', '0s'])
  closing.push(() => end(server))
  const { port, ready } = await listening(server)
  await ready()
  const health = /"health":"([^"]+)"/.exec(server.err)?.[1] ?? ''
  return { port, health }
}

async function end({ child, ended }: Command): Promise<void> {
  child.kill('SIGKILL')
  await ended
}

/** The same question as often as it is asked, each time in other letters: nothing that is kept by its octets answers it. */
const inOtherLetters = (name: string, at: number): string =>
  [...name].map((letter, i) => ((at >> (i % 12)) & 1 ? letter.toUpperCase() : letter)).join('')

const greedy = (name: string, at: number): Uint8Array =>
  buildQuery({ name: inOtherLetters(name, at), type: 'SRV', edns: { udpPayloadSize: 4096 } })

/** 150 a second for as long as it is open; tells how many it sent. */
async function asking(name: string, port: number): Promise<{ sent: number }> {
  const socket: Socket = createSocket('udp4')
  socket.on('error', () => undefined)
  socket.bind(0, GREEDY)
  await once(socket, 'listening')
  const asked = { sent: 0 }
  const timer = setInterval(() => {
    for (let i = 0; i < 15; i++) socket.send(greedy(name, asked.sent++), port, HOST, () => undefined)
  }, 100)
  closing.push(() => {
    clearInterval(timer)
    socket.close()
  })
  return asked
}

/** A thousand at once, and again whenever all are answered. */
async function pipelining(name: string, port: number): Promise<{ sent: number }> {
  const asked = { sent: 0 }
  for (let i = 0; i < 4; i++) {
    const client = await TcpClient.connect({ host: HOST, port }, { localAddress: GREEDY })
    closing.push(() => client.socket.destroy())
    const send = () => client.send(...Array.from({ length: 250 }, () => greedy(name, asked.sent++)))
    send()
    client.socket.on('data', () => {
      if (client.replies.length < 250) return
      client.replies.length = 0
      send()
    })
  }
  return asked
}

/** What a resolver does: five seconds for an answer, three times. */
async function answered(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const query = buildQuery({ name: WEB, type: 'A', edns: {} })
    const reply = await askUdp({ host: HOST, port }, query, 5000, GOOD).catch(() => undefined)
    if (reply !== undefined) return parseReply(reply.octets).answers[0] === `${WEB}. 5 IN A 10.101.0.1`
  }
  return false
}

/** The good client's questions of which none came back, and the kubelet's, while the other one asks `count` times. */
async function lostWhile(asked: { sent: number }, count: number, port: number, health: string) {
  let [lost, dead, rounds] = [0, 0, 0]
  await until(async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => answered(port)))
    lost += all.filter((one) => !one).length
    const { status } = await page(health, '/healthz').catch(() => ({ status: 0 }))
    if (status !== 200) dead++
    return ++rounds >= 20 && asked.sent >= count
  }, 'the other client to have asked')
  return { lost, dead }
}

describe('a client that asks for all of a large service', { timeout: 120_000 }, () => {
  test.each(['wide', 'alike', 'huge'])(
    '%s, 150 times a second over UDP, costs nobody an answer',
    async (name) => {
      const { port, health } = await serving()
      const asked = await asking(`${name}.${SVC}`, port)
      expect(await lostWhile(asked, 600, port, health)).toEqual({ lost: 0, dead: 0 })
    },
  )

  test.each(['wide', 'alike', 'huge'])('%s, pipelined over TCP, costs nobody an answer', async (name) => {
    const { port, health } = await serving()
    const asked = await pipelining(`${name}.${SVC}`, port)
    expect(await lostWhile(asked, 1000, port, health)).toEqual({ lost: 0, dead: 0 })
    const client = await TcpClient.connect({ host: HOST, port }, { localAddress: GOOD })
    closing.push(() => client.socket.destroy())
    const reply = await client.ask(buildQuery({ name: WEB, type: 'A' }))
    expect(parseReply(reply).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
  })
})
