import { beforeAll, describe, expect, test } from 'vitest'
import { answer, replyOutcomeOf } from '../../../src/answer/records/index.ts'
import { Replica, wholeUpdate } from '../../../src/server/replica/index.ts'
import type { Peer } from '../../../src/server/replies/index.ts'
import { decodeQuery, encodeReply } from '../../../src/server/wire/index.ts'
import { parseAddress, TYPE } from '../../../src/values/dns/index.ts'
import { type Snapshot, withFreshness } from '../../../src/world/zone/index.ts'
import { asAnswered } from '../../support/answered.ts'
import { buildQuery, parseReply, type QuerySpec } from '../../support/client.ts'
import { large, podAddress, podHostname } from '../../support/large.ts'
import type { Written } from '../../support/manifests.ts'
import { recordsOfZone } from '../../support/render.ts'
import { whenLong } from '../../support/runs.ts'
import { identityOf } from '../../support/values.ts'
import { type Made, made, NOW } from '../../support/world.ts'
import { responder, TCP, UDP } from './responder.ts'

const HALF = (): number => 0.5
const ID = 'test'

interface Crossed {
  readonly made: Made
  readonly snapshot: Snapshot
}

/** A world as a thread answers from it: every entry was octets. */
function acrossThreads(written: Written, stale: readonly string[] = []): Crossed {
  const over = made(written)
  const { world } = over
  const { settings, clusterset, zones, serials } = stale.reduce(
    (one, id) => withFreshness(one, id, { kind: 'stale', heard: NOW }, NOW),
    world,
  )
  const replica = new Replica(structuredClone({ settings, clusterset, zones, serials, settled: true }))
  replica.apply(structuredClone({ ...wholeUpdate(world), parts: {} }))
  for (const [key, entry] of world.entries)
    expect(replica.snapshot.entries.get(key)).toEqual(asAnswered(entry))
  return { made: over, snapshot: replica.snapshot }
}

/** Asks as threads answer, once from nothing that is kept and then again, and as it is worked out. */
function asker({ made, snapshot }: Crossed) {
  const { octetsFor, bugs, config } = responder({ random: HALF, snapshot: () => snapshot }, made)
  const workedOut = (octets: Uint8Array, { transport }: Peer): Uint8Array => {
    const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
    const decoded = decodeQuery(view, 0, octets.length)
    if (decoded.kind !== 'query') throw new Error(decoded.kind)
    const who = {
      viewpoint: snapshot.clusterset.local,
      address: parseAddress('127.0.0.1') ?? '',
      mayExplain: true,
    }
    const found = answer(decoded.query.question, snapshot, who, identityOf(ID), HALF)
    const reply = { ...replyOutcomeOf(found, snapshot), subnetScope: 0, nsid: ID }
    const out = new DataView(new ArrayBuffer(65_535))
    const limits = { isStream: transport.isStream, udpSize: config.dns.udpSize }
    return new Uint8Array(out.buffer, 0, encodeReply(view, 0, decoded.query, reply, limits, out, 0))
  }
  return (query: QuerySpec, peer: Peer = UDP) => {
    const octets = buildQuery(query)
    const expected = workedOut(octets, peer)
    for (let times = 0; times < 2; times++) expect(Buffer.compare(octetsFor(octets, peer), expected)).toBe(0)
    expect(bugs).toEqual([])
    return { length: expected.length, ...parseReply(expected) }
  }
}

const WAYS = [
  { peer: UDP, limit: 512 },
  { peer: UDP, edns: { udpPayloadSize: 512 }, limit: 512 },
  { peer: UDP, edns: { udpPayloadSize: 1232 }, limit: 1232 },
  { peer: UDP, edns: { udpPayloadSize: 4096 }, limit: 4096 },
  { peer: TCP, limit: 65_535 },
  { peer: TCP, edns: {}, limit: 65_535 },
] as const

const CONFIG = { dns: { udpSize: 4096 } }
const OPT = 11

describe.each([0, 1, 100, 101, ...whenLong(1000, 5000)])(
  'a service of %i endpoints in each of two clusters',
  (size) => {
    const [SVC, HOSTNAME] = ['default.svc.clusterset.local', 33]
    const shapes = [
      { name: 'db', clusterIP: null },
      { name: 'named', clusterIP: null, hostname: HOSTNAME, perSlice: 1000 },
      { name: 'six', clusterIP: null, family: 6 as const },
      { name: 'web', clusterIP: '10.101.0.1' },
    ]
    const files = (network: number) =>
      Object.fromEntries(
        shapes.map((one) => [`${one.name}.json`, large({ ...one, endpoints: size, network })]),
      )
    let ask: ReturnType<typeof asker>
    beforeAll(() => {
      const far = files(2)
      // Of this one the server's own cluster has none, so that the other's endpoints are the answer.
      const near = { ...files(1), 'web.json': large({ name: 'x', clusterIP: '10.101.0.9', endpoints: 1 }) }
      ask = asker(acrossThreads({ clusters: { east: near, west: far }, config: CONFIG }))
    })

    const pods = (network: number, family: 4 | 6 = 4): readonly string[] =>
      Array.from({ length: size }, (_, i) => podAddress(network, i, family))
    const dataOf = (lines: readonly string[]): readonly string[] =>
      lines.map((line) => line.split(' ').at(-1) ?? '')

    test.each([
      ['db', 'A', () => [...pods(1), ...pods(2)]],
      ['web', 'A', () => pods(2)],
      ['db.west', 'A', () => pods(2)],
    ] as const)('%s %s: all of them, or as many as fit', (name, type, expected) => {
      const qname = name === 'db.west' ? 'db.default.svc.west.local' : `${name}.${SVC}`
      const all = new Set(expected())
      for (const { limit, peer, ...more } of WAYS) {
        const { answers, length, flags, rcode } = ask({ name: qname, type, ...more }, peer)
        const data = dataOf(answers)
        const exists = name === 'web' || size > 0
        expect(rcode).toBe(exists ? 'NOERROR' : 'NXDOMAIN')
        expect(new Set(data).size).toBe(data.length)
        expect(data.filter((one) => !all.has(one))).toEqual([])
        expect(length).toBeLessThanOrEqual(limit)
        if (data.length < all.size) expect(length + 16).toBeGreaterThan(limit)
        expect(flags.tc).toBe(data.length < all.size && peer === UDP)
      }
    })

    test('SRV of a Headless service: each by its own name, or as many as fit', () => {
      for (const { limit, peer, ...more } of WAYS) {
        const { answers, length, flags } = ask({ name: `_p0._tcp.named.${SVC}`, type: 'SRV', ...more }, peer)
        const targets = dataOf(answers)
        expect(new Set(targets).size).toBe(targets.length)
        const all = new Set(
          ['east', 'west'].flatMap((id) =>
            pods(1).map((_, i) => `${podHostname(HOSTNAME, i)}.${id}.named.${SVC}.`),
          ),
        )
        expect(targets.filter((one) => !all.has(one))).toEqual([])
        const one = 2 + 10 + 6 + `.${podHostname(HOSTNAME, 0)}.east.named.${SVC}.`.length
        if (targets.length < all.size) expect(length + one).toBeGreaterThan(limit)
        expect(length).toBeLessThanOrEqual(limit)
        expect(flags.tc).toBe(targets.length < all.size && peer === UDP)
      }
    })

    test('AAAA of another family, SRV at the name itself, and the name of the last endpoint', () => {
      for (const { limit, peer, ...more } of [WAYS[2], WAYS[5]]) {
        const { answers } = ask({ name: `six.${SVC}`, type: 'AAAA', ...more }, peer)
        expect(answers.length).toBeGreaterThanOrEqual(Math.min(2 * size, 16))
        expect(ask({ name: `db.${SVC}`, type: 'SRV', ...more }, peer).length).toBeLessThanOrEqual(limit)
        expect(ask({ name: 'web.default.global', type: 'SRV', ...more }, peer).answers).toHaveLength(
          Math.min(size, 1),
        )
        const last = ask(
          { name: `${podHostname(HOSTNAME, size - 1)}.west.named.${SVC}`, type: 'A', ...more },
          peer,
        )
        expect(dataOf(last.answers)).toEqual(size === 0 ? [] : [podAddress(2, size - 1)])
      }
    })
  },
)

/** A name of so many octets on the wire below `svc.clusterset.local`, and how many answers make a reply of `octets`. */
function replyOf(octets: number, record: number, opt: number) {
  for (let label = 1; label <= 63; label++) {
    const name = `${'n'.repeat(label)}.default.svc.clusterset.local`
    const rest = octets - (12 + name.length + 2 + 4 + opt)
    if (rest % record === 0) return { service: 'n'.repeat(label), name, count: rest / record }
  }
  throw new Error(`no name makes a reply of ${octets}`)
}

describe.each([
  { peer: UDP, limit: 512, edns: undefined },
  { peer: UDP, limit: 512, edns: { udpPayloadSize: 512 } },
  { peer: UDP, limit: 1232, edns: { udpPayloadSize: 1232 } },
  { peer: UDP, limit: 4096, edns: { udpPayloadSize: 4096 } },
  { peer: TCP, limit: 65_535, edns: undefined },
  ...whenLong({ peer: TCP, limit: 65_535, edns: {} }),
  // Where replies are no longer kept: by their number of octets, and by their own.
  { peer: TCP, limit: 4096, edns: {} },
  ...whenLong({ peer: TCP, limit: 60_000, edns: {} }),
])('a reply about $limit octets ($peer.transport, OPT: $edns)', ({ peer, limit, edns }) => {
  test.each([-1, 0, 1, 2])('%i more', (more) => {
    const opt = edns === undefined ? 0 : OPT
    const { service, name, count } = replyOf(limit + more, 16, opt)
    const most = peer === UDP ? limit : 65_535
    for (const stale of [[], ['east']]) {
      const written = {
        clusters: { east: { 'db.json': large({ name: service, clusterIP: null, endpoints: count }) } },
        config: CONFIG,
      }
      const ask = asker(acrossThreads(written, stale))
      const query = { name, type: 'A', ...(edns && { edns }) }
      const { answers, additionals, authorities, flags, length, edns: said } = ask(query, peer)
      const isCut = limit + more > most
      expect(answers).toHaveLength(isCut ? count - 1 : count)
      expect([authorities, additionals]).toEqual([[], []])
      expect(flags.tc).toBe(isCut && peer === UDP)
      expect(said === null).toBe(edns === undefined)
      // The reason needs more room than a record, which goes first.
      const room = most - (limit + more - (isCut ? 16 : 0))
      const told = stale.length > 0 && edns !== undefined && room > 60
      expect(said?.ede.length ?? 0).toBe(told ? 1 : 0)
      if (!told) expect(length).toBe(limit + more - (isCut ? 16 : 0))
    }
  })
})

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 40])(
  'additional records of %i targets come as far as they fit, and never cause TC',
  (size) => {
    const files = { 'db.json': large({ name: 'db', clusterIP: null, endpoints: size, hostname: 20 }) }
    const ask = asker(acrossThreads({ clusters: { east: files }, config: CONFIG }))
    for (const { limit, peer, ...more } of WAYS) {
      const query = { name: '_p0._tcp.db.default.svc.clusterset.local', type: 'SRV', ...more }
      const { answers, additionals, flags, length } = ask(query, peer)
      expect(flags.tc).toBe(answers.length < size)
      expect(length).toBeLessThanOrEqual(limit)
      if (answers.length < size) expect(additionals).toEqual([])
      else if (additionals.length < size) expect(length + 16).toBeGreaterThan(limit)
    }
  },
)

test.each([1, 99, 100, 101, ...whenLong(1000)])('a service of %i ports has each of them', (ports) => {
  const files = {
    'web.json': large({ name: 'web', clusterIP: '10.101.0.1', endpoints: 3, ports }),
    'db.json': large({ name: 'db', clusterIP: null, endpoints: 3, ports }),
  }
  const ask = asker(acrossThreads({ clusters: { east: files, west: files }, config: CONFIG }))
  for (const i of [0, Math.floor(ports / 2), ports - 1]) {
    const [web] = ask({ name: `_p${i}._tcp.web.default.svc.clusterset.local`, type: 'SRV' }).answers
    expect(web?.split(' ').at(-2)).toBe(`${8000 + i}`)
    const db = ask({ name: `_p${i}._tcp.db.default.global`, type: 'SRV' }, TCP).answers
    expect(db.map((line) => line.split(' ').at(-2))).toEqual(Array.from({ length: 6 }, () => `${8000 + i}`))
  }
  expect(ask({ name: `_p${ports}._tcp.web.default.svc.clusterset.local`, type: 'SRV' }).rcode).toBe(
    'NXDOMAIN',
  )
  for (const { peer, limit, ...more } of WAYS)
    for (const name of ['web', 'db'])
      expect(
        ask({ name: `${name}.default.svc.clusterset.local`, type: 'SRV', ...more }, peer).length,
      ).toBeLessThanOrEqual(limit)
})

test.each([1, 100, ...whenLong(20_000)])(
  'a host name that %i pods have is one SRV record with all their addresses',
  (size) => {
    const pods = JSON.parse(
      large({ name: 'db', clusterIP: null, endpoints: size, hostname: 5, perSlice: 1000 }),
    )
    const alike = JSON.stringify(pods, (key, value) => (key === 'hostname' ? 'web' : value))
    const ask = asker(acrossThreads({ clusters: { east: { 'db.json': alike } }, config: CONFIG }))
    for (const name of ['_p0._tcp.db.default.svc.clusterset.local', 'db.default.global'])
      for (const { peer, ...more } of WAYS) {
        const { answers, additionals, flags } = ask({ name, type: 'SRV', ...more }, peer)
        expect(answers).toHaveLength(1)
        expect(flags.tc).toBe(false)
        // Of a name's addresses all are sent, or none.
        expect([0, size]).toContain(additionals.length)
        if (size === 1) expect(additionals).toHaveLength(1)
        if (size === 100 && peer === TCP) expect(additionals).toHaveLength(size)
      }
  },
)

test.each([
  ['10.101.0.1', 1, 1],
  ['10.101.0.1', 100, 100],
  ...whenLong<[string, number, number]>(['10.101.0.1', 500, 500]),
  [null, 1, 1],
  [null, 100, 100],
])(
  'a service (ClusterIP %s) of %i ports at each of %i endpoints is rendered, port by port',
  (clusterIP, ports, endpoints) => {
    const files = { 'web.json': large({ name: 'web', clusterIP, endpoints, ports }) }
    const { snapshot } = acrossThreads({ clusters: { east: {}, west: files }, config: CONFIG })
    const answered = clusterIP === null ? endpoints : 1
    for (const zone of snapshot.zones.values()) {
      const records = recordsOfZone(snapshot, zone, snapshot.clusterset.local)
      const srv = records.filter(({ data }) => data.type === TYPE.SRV)
      // The service's own name has as many as all its ports; in the global zone it is there by its short name too.
      const names = zone.kind === 'global' ? 2 : zone.name === 'east.local' ? 0 : 1
      expect(srv, zone.name).toHaveLength(2 * ports * answered * names)
    }
  },
)

test.each([0, 1, 149, 150, 1500])(
  '%i exported labels are those of the import, and stay where imports are written',
  (count) => {
    const labels = Object.fromEntries(Array.from({ length: count }, (_, i) => [`example.com/l${i}`, `v${i}`]))
    const files = { 'web.json': large({ name: 'web', clusterIP: '10.101.0.1', endpoints: 1, labels }) }
    const clusters = { east: files, west: files }
    expect(made({ clusters }).world.entries.get('default/web')?.import?.labels).toEqual(labels)
    expect(acrossThreads({ clusters }).snapshot.entries.get('default/web')?.import?.labels).toEqual({})
  },
)

test.each([1, 2, 29, ...whenLong(100, 300)])('of %i clusters each has its names and its turn', (count) => {
  const ids = Array.from({ length: count }, (_, i) => `c${i}`)
  const clusters = Object.fromEntries(
    ids.map((id, i) => {
      const [network, clusterIP] = [i % 250, `10.${250 + Math.floor(i / 250)}.${i % 250}.1`]
      const db = large({ name: 'db', clusterIP: null, endpoints: 2, hostname: 12, network })
      return [id, { 'db.json': db, 'web.json': large({ name: 'web', clusterIP, endpoints: 1, network }) }]
    }),
  )
  for (const stale of [[], ids]) {
    const ask = asker(acrossThreads({ clusters, config: CONFIG }, stale))
    for (const { peer, limit, ...more } of [WAYS[2], WAYS[5]]) {
      for (const name of ['web.default.global', 'db.default.global', '_p0._tcp.web.default.global'])
        for (const type of ['A', 'AAAA', 'SRV'])
          expect(ask({ name, type, ...more }, peer).length).toBeLessThanOrEqual(limit)
      const last = ids.at(-1)
      expect(ask({ name: `web.default.svc.${last}.local`, type: 'A', ...more }, peer).answers).toHaveLength(1)
    }
    const [said] = ask({ name: 'db.default.global', type: 'A', edns: {} }, TCP).edns?.ede ?? []
    const named = stale.slice(0, 3).length
    expect((said?.text ?? '').split('last heard from')).toHaveLength(named + 1)
    expect(said?.text.endsWith(` and ${count - 3} more`) ?? false).toBe(stale.length > 3)
    const explained = ask({ name: 'web.default._explain.global', type: 'TXT', edns: {} }, TCP)
    expect(explained.answers).toHaveLength(count)
    const all = ask({ name: '_p0._tcp.web.default.global', type: 'SRV', edns: {} }, TCP)
    expect(all.answers).toHaveLength(count)
  }
})

test.each([0, 1, 100, 101, 1000, 5000])('a zone transfer has each of %i endpoints, once', (size) => {
  const files = { 'db.json': large({ name: 'db', clusterIP: null, endpoints: size, hostname: 33 }) }
  const { askTransfer, bugs } = responder({}, made({ clusters: { east: files } }))
  const messages = askTransfer(buildQuery({ name: 'clusterset.local', type: 'AXFR', edns: {} })) ?? []
  const lines = messages.flatMap(({ answers }) => answers)
  expect(lines.filter((line) => line.startsWith('db.default.svc.clusterset.local. 5 IN A '))).toHaveLength(
    size,
  )
  expect(
    lines.filter((line) => / IN SRV .*\.east\.db\.default\.svc\.clusterset\.local\.$/.test(line)),
  ).toHaveLength(
    // At the port's name and at the service's own.
    2 * size,
  )
  expect(new Set(lines.slice(1)).size).toBe(lines.length - 1)
  expect(lines.at(-1)).toBe(lines[0])
  expect(bugs).toEqual([])
})
