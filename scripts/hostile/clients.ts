// A process of its own: `node clients.ts PORT ADMIN SEED [PARTY…]`. Everything that clients, and whoever reaches the admin port,
// can do to a server, from addresses that the good party does not have, all at once, until it is killed.
import { createSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import dnsPacket, { type OptAnswer } from 'dns-packet'
import { framed } from '../../test/support/sockets.ts'
import { below, oneOf, type Random, randomFrom } from '../soak/chance.ts'
import { LARGE_NAMES } from './tenant.ts'

interface Target {
  readonly port: number
  readonly admin: { readonly host: string; readonly port: number }
  readonly random: Random
}

/** Not the good party's, which asks from 127.0.0.1. */
const ADDRESSES = ['127.0.66.1', '127.0.66.2', '127.0.66.3'] as const

const OPT: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 4096,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}

const queryOf = (name: string, type: 'A' | 'SRV' | 'TXT'): Buffer =>
  dnsPacket.encode({ type: 'query', id: 7, questions: [{ type, name }], additionals: [OPT] })

/** A connection that goes away whatever happens to it; `ms` at most. */
function open(port: number, host: string, random: Random, ms: number, begin: (socket: Socket) => void): void {
  const socket = connect({ port, host, localAddress: oneOf(random, ADDRESSES) })
  const late = setTimeout(() => socket.destroy(), ms)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => clearTimeout(late))
  socket.once('connect', () => begin(socket))
}

/** What each does once, and how long it rests before it does it again. Milliseconds. */
const PARTIES: readonly (readonly [restMs: number, act: (target: Target) => void])[] = [
  [100, mutate],
  [100, askLarge],
  [2_000, pipelineLarge],
  [500, hold],
  [1_000, stall],
  [200, reset],
  [5_000, pipelinePages],
  [10_000, sitIdle],
  [3_000, headPages],
  [1_000, rebind],
  [4_000, transferAll],
]

const udp = ADDRESSES.map((address) => {
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  socket.bind(0, address)
  return socket
})

/** Two hundred datagrams, each a question with some octets changed, cut or repeated. */
function mutate({ port, random }: Target): void {
  for (let i = 0; i < 200; i++) {
    const query = Buffer.from(
      queryOf(oneOf(random, LARGE_NAMES), oneOf(random, ['A', 'SRV', 'TXT'] as const)),
    )
    for (let k = below(random, 4); k >= 0; k--) query[below(random, query.length)] = below(random, 256)
    oneOf(random, udp).send(query.subarray(0, 1 + below(random, query.length)), port, '127.0.0.1')
  }
}

/** 150 a second of the largest questions there are. */
function askLarge({ port, random }: Target): void {
  for (let i = 0; i < 15; i++)
    oneOf(random, udp).send(queryOf(oneOf(random, LARGE_NAMES), 'SRV'), port, '127.0.0.1')
}

/** Two hundred of them on one connection, read at the pace of the network. */
function pipelineLarge({ port, random }: Target): void {
  open(port, '127.0.0.1', random, 20_000, (socket) => {
    socket.resume()
    const query = framed(queryOf(oneOf(random, LARGE_NAMES), 'SRV'))
    for (let i = 0; i < 200; i++) socket.write(query)
  })
}

/** Twenty connections that announce as much as a length can say, and send nearly all of it. */
function hold({ port, random }: Target): void {
  for (let i = 0; i < 20; i++)
    open(port, '127.0.0.1', random, 30_000, (socket) => {
      socket.write(Buffer.from([0xff, 0xff]))
      socket.write(Buffer.alloc(oneOf(random, [1, 4_000, 65_000])))
    })
}

/** Questions without anybody who reads the answers. */
function stall({ port, random }: Target): void {
  open(port, '127.0.0.1', random, 60_000, (socket) => {
    socket.pause()
    const query = framed(queryOf(oneOf(random, LARGE_NAMES), 'SRV'))
    for (let i = 0; i < 50; i++) socket.write(query)
  })
}

function reset({ port, random }: Target): void {
  for (let i = 0; i < 20; i++)
    open(port, '127.0.0.1', random, 1_000, (socket) => {
      socket.write(framed(queryOf('good-1.default.svc.clusterset.local', 'A')))
      socket.resetAndDestroy()
    })
}

const requestOf = (method: string, path: string, host = 'localhost'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`

function page({ admin, random }: Target, text: string, ms: number): void {
  open(admin.port, admin.host, random, ms, (socket) => {
    socket.resume()
    socket.write(text)
  })
}

function pipelinePages(target: Target): void {
  page(target, requestOf('GET', '/metrics').repeat(1_000), 30_000)
  for (let i = 0; i < 20; i++) page(target, requestOf('GET', '/metrics').repeat(50), 10_000)
}

function sitIdle(target: Target): void {
  for (let i = 0; i < 256; i++) page(target, '', 9_000)
}

function headPages(target: Target): void {
  for (const path of [
    '/render',
    '/explain?name=good-1.default.svc.clusterset.local',
    '/readyz?verbose',
    '/nowhere',
  ])
    page(target, requestOf('HEAD', path), 10_000)
  page(target, `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n`, 5_000)
}

function rebind(target: Target): void {
  page(target, requestOf('GET', '/explain?name=good-1.default.svc.clusterset.local', 'evil.example'), 5_000)
}

function transferAll({ port, random }: Target): void {
  open(port, '127.0.0.1', random, 20_000, (socket) => {
    if (random() < 0.5) socket.pause()
    else socket.resume()
    for (let i = 0; i < 20; i++)
      socket.write(
        framed(
          dnsPacket.encode({ type: 'query', id: i, questions: [{ type: 'AXFR', name: 'clusterset.local' }] }),
        ),
      )
  })
}

const [port, admin = '', seed, ...only] = process.argv.slice(2)
const { hostname, port: adminPort } = new URL(`http://${admin}`)
const target = {
  port: Number(port),
  admin: { host: hostname, port: Number(adminPort) },
  random: randomFrom(Number(seed), 'hostile clients'),
}
const chosen = PARTIES.filter(([, act]) => only.length === 0 || only.includes(act.name))
for (const [restMs, act] of chosen)
  void (async () => {
    for (;;) {
      act(target)
      await pause(restMs)
    }
  })()
