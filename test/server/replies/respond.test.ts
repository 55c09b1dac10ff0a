import { describe, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../../support/client.ts'
import { exported } from '../../support/manifests.ts'
import { mirroredFrom } from '../../support/mirrored.ts'
import { made } from '../../support/world.ts'
import { responder, TCP, TWO_CLUSTERS, UDP } from './responder.ts'

const WEB = 'web.default.svc.clusterset.local'

describe('what is counted of a query', () => {
  test('its zone, type, RCODE and transport, and the cluster that answers', () => {
    const { ask, samples } = responder()
    ask({ name: WEB, type: 'A' })
    ask({ name: WEB, type: 'A' })
    ask({ name: 'west.web.default.global', type: 'A' }, TCP)
    expect(samples('dns_requests_total')).toEqual([
      'clusterset.local A NOERROR udp 2',
      'global A NOERROR tcp 1',
    ])
    expect(samples('dns_answers_by_cluster_total')).toEqual(['clusterset.local east 2', 'global west 1'])
  })

  test('all clusters that are no members as one, whatever EndpointSlices call them', () => {
    const { ask, samples } = responder({}, made({ clusters: { east: { 'hl.json': mirroredFrom(3) } } }))
    for (const type of ['A', 'SRV'] as const) ask({ name: 'hl.default.svc.clusterset.local', type }, TCP)
    ask({ name: 'hl.default.svc.clusterset.local', type: 'A' })
    ask({ name: 'pod.c1.hl.default.global', type: 'A' })
    expect(samples('dns_answers_by_cluster_total')).toEqual(['clusterset.local other 3', 'global other 1'])
  })

  test('negative answers and refusals, the latter under no zone of ours', () => {
    const { ask, samples } = responder()
    ask({ name: 'nobody.default.svc.clusterset.local', type: 'A' })
    ask({ name: WEB, type: 'TXT' })
    ask({ name: 'example.com', type: 'A' })
    expect(samples('dns_requests_total').toSorted()).toEqual([
      'clusterset.local A NXDOMAIN udp 1',
      'clusterset.local TXT NOERROR udp 1',
      'other A REFUSED udp 1',
    ])
    expect(samples('dns_answers_by_cluster_total')).toEqual([])
  })

  test('an answer that is empty because nobody can be reached', () => {
    const { ask, samples } = responder()
    const reply = ask({ name: 'far.default.svc.clusterset.local', type: 'A', edns: {} })
    expect(reply.edns?.ede).toEqual([
      { code: 0, text: 'no route to west (endpoints: port 80 ≠ target 8080)' },
    ])
    expect(samples('dns_no_route_total')).toEqual(['clusterset.local 1'])
  })

  test('messages that are no answerable query, by the RCODE that they get', () => {
    const { octetsFor, samples } = responder()
    const query = buildQuery({ name: WEB, type: 'A' })
    const trailing = octetsFor(Uint8Array.from([...query, 0]))
    const status = octetsFor(query.with(2, 2 << 3), TCP)
    expect([parseReply(trailing).rcode, parseReply(status).rcode]).toEqual(['FORMERR', 'NOTIMP'])
    expect(samples('dns_requests_total').toSorted()).toEqual([
      'other other FORMERR udp 1',
      'other other NOTIMP tcp 1',
    ])
  })

  test('silence, by its reason, and nothing else', () => {
    const { octetsFor, samples, telemetry } = responder()
    expect(octetsFor(new Uint8Array(11))).toHaveLength(0)
    expect(octetsFor(buildQuery({ name: WEB, type: 'A' }).with(2, 0x80))).toHaveLength(0)
    expect(samples('dns_dropped_total')).toEqual(['short 1', 'response 1'])
    expect(samples('dns_requests_total')).toEqual([])
    expect([...telemetry.counts.duration.samples()].at(-1)?.value).toBe(0)
  })

  test('how long each reply took', () => {
    const { ask, telemetry } = responder()
    ask({ name: WEB, type: 'A' })
    ask({ name: 'example.com', type: 'A' })
    const samples = [...telemetry.counts.duration.samples()]
    expect(samples.slice(-2).map(({ suffix, value }) => [suffix, value])).toEqual([
      ['_sum', 2],
      ['_count', 2],
    ])
  })

  test('no series grows out of what clients invent', () => {
    const { ask, samples } = responder()
    for (let i = 0; i < 300; i++) {
      ask({ name: `x${i}.default.svc.clusterset.local`, type: 1000 + i })
      ask({ name: `x${i}.example`, type: 2000 + i, class: 4 + i })
    }
    expect(samples('dns_requests_total')).toEqual([
      'clusterset.local other NXDOMAIN udp 300',
      'other other REFUSED udp 300',
    ])
  })
})

describe('a bug of ours', () => {
  test('in the look-up is SERVFAIL for who met it, reported once; the next query is answered', () => {
    const fault = new TypeError('out of order')
    const { world } = made(TWO_CLUSTERS)
    let broken = true
    const { ask, bugs, samples } = responder({
      snapshot: () => {
        if (broken) throw fault
        return world
      },
    })
    const reply = ask({
      name: 'WEB.default.svc.clusterset.local',
      type: 'A',
      id: 77,
      rd: true,
      edns: { nsid: true },
    })
    expect(reply).toMatchObject({
      id: 77,
      rcode: 'SERVFAIL',
      flags: { qr: true, aa: false, rd: true },
      question: 'WEB.default.svc.clusterset.local. IN A',
      answers: [],
      edns: { udpSize: 1232 },
    })
    expect(bugs).toEqual([fault])
    expect(samples('dns_requests_total')).toEqual(['other A SERVFAIL udp 1'])
    broken = false
    expect(ask({ name: WEB, type: 'A' }).answers).toHaveLength(1)
    expect(bugs).toHaveLength(1)
  })

  test('in what is written into the reply is SERVFAIL too, not silence', () => {
    const identity = {
      version: '1',
      get id(): string {
        throw new Error('no identity')
      },
    }
    const { ask, bugs } = responder({ identity })
    expect(ask({ name: WEB, type: 'A', edns: { nsid: true } })).toMatchObject({
      rcode: 'SERVFAIL',
      answers: [],
    })
    expect(bugs).toHaveLength(1)
  })

  test('never reaches the socket, not even when there is no room for a reply', () => {
    const { respond, bugs } = responder()
    const query = buildQuery({ name: WEB, type: 'A' })
    const view = new DataView(query.buffer)
    expect(respond(view, 0, query.length, UDP, new DataView(new ArrayBuffer(12)), 0)).toBe(0)
    expect(bugs.length).toBeGreaterThan(0)
  })
})

describe('the server’s identity', () => {
  test('is told to who asks for it (RFC 5001)', () => {
    const { ask } = responder()
    expect(ask({ name: WEB, type: 'A', edns: { nsid: true } }).edns?.nsid).toBe('test')
    expect(ask({ name: WEB, type: 'A', edns: {} }).edns?.nsid).toBeNull()
    expect(ask({ name: 'id.server', type: 'TXT', class: 3 }).answers).toEqual(['id.server. 0 CH TXT "test"'])
  })

  test('dns.id none tells nobody, in NSID or class CH; the version it still tells', () => {
    const { ask } = responder({}, made({ ...TWO_CLUSTERS, config: { dns: { id: 'none' } } }))
    expect(ask({ name: WEB, type: 'A', edns: { nsid: true } })).toMatchObject({
      rcode: 'NOERROR',
      edns: { nsid: null },
    })
    for (const name of ['id.server', 'hostname.bind'])
      expect(ask({ name, type: 'TXT', class: 3 })).toMatchObject({ rcode: 'REFUSED', answers: [] })
    expect(ask({ name: 'version.bind', type: 'TXT', class: 3 }).answers).toEqual([
      'version.bind. 0 CH TXT "1.2.3"',
    ])
  })
})

describe('a client subnet (RFC 7871)', () => {
  const map = [
    { cidr: '10.2.0.0/16', cluster: 'west' },
    { cidr: '10.2.128.0/17', cluster: 'east' },
  ]
  const trusting = () =>
    responder({}, made({ ...TWO_CLUSTERS, config: { clients: { trustClientSubnet: true, map } } }))
  const A_WEB = { name: WEB, type: 'A' } as const
  const EAST = [`${WEB}. 5 IN A 10.101.0.1`]
  const WEST = [`${WEB}. 5 IN A 10.102.0.1`]

  test('that is not trusted changes nothing, and is echoed with scope 0', () => {
    const { ask } = responder({}, made({ ...TWO_CLUSTERS, config: { clients: { map } } }))
    const reply = ask({ ...A_WEB, edns: { subnet: '10.2.1.0/24' } })
    expect([reply.answers, reply.edns?.subnet]).toEqual([EAST, '10.2.1.0/24/0'])
  })

  test.each([
    ['10.2.1.0/24', WEST, 17],
    ['10.2.130.0/24', EAST, 17],
    ['10.3.0.0/16', EAST, 16],
    ['192.0.2.0/24', EAST, 1],
    ['10.2.0.0/16', WEST, 17],
    ['fd00::/32', EAST, 0],
  ])('%s that is trusted places the asker; the scope is how far that holds', (subnet, answers, scope) => {
    const reply = trusting().ask({ ...A_WEB, edns: { subnet } })
    expect([reply.answers, reply.edns?.subnet]).toEqual([answers, `${subnet}/${scope}`])
  })

  test('of no bits says nothing of the client: the peer’s own place counts', () => {
    const reply = trusting().ask({ ...A_WEB, edns: { subnet: '0.0.0.0/0' } }, { ...UDP, host: '10.2.1.1' })
    expect([reply.answers, reply.edns?.subnet]).toEqual([WEST, '0.0.0.0/0/0'])
  })

  test('negative answers, and those that are the same for everyone, hold for everyone', () => {
    const { ask } = trusting()
    const edns = { subnet: '10.2.1.0/24' }
    for (const query of [
      { name: 'nobody.default.svc.clusterset.local', type: 'A', edns },
      { name: WEB, type: 'TXT', edns },
      { name: 'clusterset.local', type: 'SOA', edns },
      { name: 'dns-version.clusterset.local', type: 'TXT', edns },
    ])
      expect(ask(query).edns?.subnet).toBe('10.2.1.0/24/0')
  })

  test('gives no rights: explanations are for the peer’s own address', () => {
    const name = 'web.default._explain.clusterset.local'
    const stranger = { ...TCP, host: '203.0.113.9' }
    expect(trusting().ask({ name, type: 'TXT', edns: { subnet: '127.0.0.1/32' } }, stranger)).toMatchObject({
      rcode: 'REFUSED',
      edns: { ede: [{ code: 18 }] },
    })
  })

  test('session affinity is to the client behind it', () => {
    const sticky = (cluster: number, pod: number) =>
      exported({
        name: 'sticky',
        clusterIP: `10.10${cluster}.0.2`,
        pods: [`10.${cluster}.0.${pod}`],
        affinity: 'ClientIP',
      })
    const world = made({
      clusters: { home: {}, east: { 's.json': sticky(1, 1) }, west: { 's.json': sticky(2, 1) } },
      config: { clients: { trustClientSubnet: true } },
    })
    const { ask } = responder({}, world)
    const answersTo = (i: number) =>
      ask({
        name: 'sticky.default.svc.clusterset.local',
        type: 'A',
        edns: { subnet: `10.9.${i}.0/24` },
      }).answers.join()
    const first = Array.from({ length: 40 }, (_, i) => answersTo(i))
    expect(new Set(first).size).toBe(2)
    expect(Array.from({ length: 40 }, (_, i) => answersTo(i))).toEqual(first)
  })
})
