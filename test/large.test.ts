import { createSocket } from 'node:dgram'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildQuery, parseReply } from './support/client.ts'
import { exchangeTcp } from './support/exchange.ts'
import { large, podAddress } from './support/large.ts'
import { someOf } from './support/runs.ts'
import { type InProcess, startServer } from './support/server.ts'
import { framed, TcpClient, until } from './support/sockets.ts'
import { WAYS } from './support/ways.ts'

const DB = 'db.default.svc.clusterset.local'
const db = (endpoints: number, hostname = 32) => large({ name: 'db', clusterIP: null, endpoints, hostname })

const dataOf = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.split(' ').at(-1) ?? '').toSorted()
const pods = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => podAddress(1, i)).toSorted()

// From files to sockets, with the threads that answer in between.
describe.each(someOf(WAYS, 2))('a server by %s', (udp) => {
  let server: InProcess
  beforeAll(async () => {
    server = await startServer({
      clusters: {
        east: {
          'db.json': db(400),
          'web.json': large({ name: 'web', clusterIP: '10.101.0.1', endpoints: 1 }),
        },
      },
      config: { dns: { udp } },
    })
    await server.ready()
  })
  afterAll(async () => {
    await server.meridian.stop()
    await server.directory.close()
  })

  const overTcp = async (type = 'A', name = DB) => {
    const [octets = new Uint8Array()] = await exchangeTcp(
      server.port,
      '127.0.0.1',
      buildQuery({ name, type }),
      false,
    )
    return { length: octets.length, ...parseReply(octets) }
  }

  // 32 octets of a host name grow a codec's buffer just where one octet used to be lost.
  test.each([
    [500, 32],
    [99, 33],
    [100, 33],
    [101, 33],
    [0, 33],
    [1, 63],
    [1000, 63],
    [5000, 0],
    [4090, 63],
  ])(
    'follows a service as it is scaled to %i endpoints with host names of %i octets',
    async (count, hostname) => {
      await server.directory.replace('east/db.json', db(count, hostname))
      const all = pods(count)
      const fits = Math.min(count, Math.floor((65_535 - 12 - DB.length - 2 - 4) / 16))
      await until(async () => {
        const { answers, flags } = await overTcp()
        const data = dataOf(answers)
        expect(flags.tc).toBe(false)
        return data.length === fits && (fits < count || data.join() === all.join())
      }, `${count} endpoints`)
      const cut = await server.ask(DB)
      expect(cut.rcode).toBe(count === 0 ? 'NXDOMAIN' : 'NOERROR')
      expect(cut.flags.tc).toBe(cut.answers.length < count)
      const known = new Set(all)
      expect(dataOf(cut.answers).filter((one) => !known.has(one))).toEqual([])
      expect((await overTcp('SRV', `_p0._tcp.${DB}`)).length).toBeLessThanOrEqual(65_535)
      expect((await server.ask('web.default.svc.clusterset.local')).answers).toHaveLength(1)
      expect(await server.get('/readyz')).toMatchObject({ status: 200 })
    },
    30_000,
  )

  // In batches there is room for so many octets of a query.
  test('answers a query of 4,160 octets, and others after longer ones', async () => {
    const web = 'web.default.svc.clusterset.local'
    const head = buildQuery({ name: web, type: 'A', edns: { options: [{ code: 65_001, data: [] }] } }).length
    const padded = (octets: number) => ({
      edns: { options: [{ code: 65_001, data: Array.from({ length: octets - head }, () => 0) }] },
    })
    for (const octets of [4159, 4160])
      expect((await server.ask(web, 'A', padded(octets))).answers).toHaveLength(1)
    const socket = createSocket('udp4')
    for (const octets of [4161, 41_600]) {
      const query = buildQuery({ name: web, type: 'A', ...padded(octets) })
      await new Promise((done) => socket.send(query, server.port, '127.0.0.1', done))
    }
    socket.close()
    expect((await server.ask(web)).answers).toHaveLength(1)
  })

  test('twenty questions at once over one connection, each of a reply as long as can be, are all answered', async () => {
    const client = await TcpClient.connect({ host: '127.0.0.1', port: server.port })
    try {
      const queries = Array.from({ length: 20 }, (_, id) => buildQuery({ name: DB, type: 'A', id }))
      client.socket.write(framed(...queries))
      await until(() => client.replies.length === queries.length, 'all replies')
      const ids = client.replies.map((reply) => (reply[0] ?? 0) * 256 + (reply[1] ?? 0))
      expect(ids.toSorted((a, b) => a - b)).toEqual(queries.map((_, id) => id))
      expect(client.replies.every(({ length }) => length > 65_000)).toBe(true)
    } finally {
      client.socket.destroy()
    }
  })
})
