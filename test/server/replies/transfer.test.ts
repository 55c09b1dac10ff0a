import { describe, expect, test } from 'vitest'
import { printRecord } from '../../../src/values/dns/index.ts'
import { buildQuery } from '../../support/client.ts'
import { exported } from '../../support/manifests.ts'
import { recordsOfZone } from '../../support/render.ts'
import { made } from '../../support/world.ts'
import { responder, TCP, TWO_CLUSTERS, UDP } from './responder.ts'

const ZONE = 'clusterset.local'
const axfr = (name = ZONE) => buildQuery({ name, type: 'AXFR' })

const ixfr = (serial: number, name = ZONE) => buildQuery({ name, type: 'IXFR', serial })

describe('a zone transfer (RFC 5936)', () => {
  test.each([ZONE, 'global', 'east.local'])(
    'of %s is what render prints, between two copies of its SOA',
    (name) => {
      const { askTransfer, world } = responder()
      const zone = world.zones.get(name)
      if (zone === undefined) throw new Error(`no zone ${name}`)
      const lines = recordsOfZone(world, zone, world.clusterset.local).map((rr) => printRecord(rr))
      const answers = askTransfer(axfr(name))?.flatMap((reply) => reply.answers)
      expect(lines[0]).toContain('IN SOA')
      expect(lines.length).toBeGreaterThan(4)
      expect(answers).toEqual([...lines, lines[0]])
    },
  )

  test('is in the server’s own place, whoever asks, and tells no explanations', () => {
    const clients = { map: [{ cidr: '127.0.0.2/32', cluster: 'west' }] }
    const { askTransfer } = responder({}, made({ ...TWO_CLUSTERS, config: { clients } }))
    const [here, there] = ['127.0.0.1', '127.0.0.2'].map((host) => askTransfer(axfr(), { ...TCP, host }))
    expect(there).toEqual(here)
    expect(JSON.stringify(here)).not.toContain('_explain')
  })

  test('says AA and NOERROR in each of its messages, however many it takes', () => {
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => {
        const pods = [`10.1.${i >> 8}.${i & 255}`]
        return [`${i}.json`, exported({ name: `service-number-${i}`, clusterIP: 'None', pods })]
      }),
    )
    const replies = responder({}, made({ clusters: { east: files } })).askTransfer(axfr()) ?? []
    expect(replies.length).toBeGreaterThan(2)
    for (const reply of replies)
      expect(reply).toMatchObject({ rcode: 'NOERROR', flags: { aa: true, tc: false }, id: 0x1234 })
    const answers = replies.flatMap((reply) => reply.answers)
    expect(answers.filter((line) => line.includes(' SOA '))).toEqual([answers[0], answers[0]])
    expect(new Set(answers).size).toBe(answers.length - 1)
  })

  test('goes on without a service that brings out a bug of ours, which is told by its name', () => {
    const { world } = responder()
    const broken = {
      get exports(): never {
        throw new Error('of one service')
      },
    }
    const [, entry] = [...world.entries].find(([key]) => key === 'default/web') ?? []
    if (entry === undefined) throw new Error('no service')
    const bad = Object.defineProperties(
      { ...entry, key: 'default/bad', name: 'bad' },
      Object.getOwnPropertyDescriptors(broken),
    )
    const before = responder().askTransfer(axfr())
    const { askTransfer, bugs } = responder({
      snapshot: () => ({ ...world, entries: world.entries.set('default/bad', bad) }),
    })
    expect(askTransfer(axfr())).toEqual(before)
    expect(bugs.map(String)).toEqual([
      'Error: service default/bad is left out of a transfer: Error: of one service',
    ])
  })

  test('is counted as the query that it is', () => {
    const { askTransfer, samples } = responder()
    askTransfer(axfr())
    expect(samples('dns_requests_total')).toEqual(['clusterset.local AXFR NOERROR tcp 1'])
  })

  const STRANGER = { ...TCP, host: '203.0.113.9' }

  test.each([
    ['a client outside transfer.allow', ZONE, 'AXFR', STRANGER],
    ['IXFR of such a client', ZONE, 'IXFR', STRANGER],
    ['UDP', ZONE, 'AXFR', UDP],
    ['IXFR over UDP', ZONE, 'IXFR', UDP],
  ])('%s is REFUSED, with EDE 18', (_what, name, type, peer) => {
    const { askTransfer, ask } = responder()
    // Over UDP nobody offers it to the transfer seam.
    const query = { name, type, ...(type === 'IXFR' ? { serial: 1 } : {}) }
    if (peer !== UDP) expect(askTransfer(buildQuery(query), peer)).toBeUndefined()
    expect(ask({ ...query, edns: {} }, peer)).toMatchObject({
      rcode: 'REFUSED',
      flags: { aa: false },
      answers: [],
      edns: { ede: [{ code: 18 }] },
    })
  })

  test.each([
    ['a name outside every zone', 'example.com', 'AXFR', TCP],
    ['a name below an apex', 'web.default.svc.clusterset.local', 'AXFR', TCP],
    ['a name that does not exist', 'nosuch.clusterset.local', 'IXFR', TCP],
    ['a client outside transfer.allow', 'example.com', 'AXFR', STRANGER],
    ['UDP', 'example.com', 'IXFR', UDP],
  ])(
    'of what is no zone of ours is NOTAUTH, with EDE 20: %s (RFC 5936, 2.2.1)',
    (_what, name, type, peer) => {
      const { askTransfer, ask } = responder()
      const query = { name, type, ...(type === 'IXFR' ? { serial: 1 } : {}) }
      expect(askTransfer(buildQuery(query), peer)).toBeUndefined()
      expect(ask({ ...query, edns: {} }, peer)).toMatchObject({
        rcode: 'NOTAUTH',
        flags: { aa: false },
        edns: { ede: [{ code: 20, text: '' }] },
      })
    },
  )

  test('before every cluster has a view is SERVFAIL: half a zone must not be copied', () => {
    const { askTransfer, ask } = responder({}, made(TWO_CLUSTERS, ['west']))
    expect(askTransfer(axfr())).toBeUndefined()
    expect(ask({ name: ZONE, type: 'AXFR', edns: {} }, TCP)).toMatchObject({
      rcode: 'SERVFAIL',
      edns: { ede: [{ code: 14, text: 'starting: no view yet of west' }] },
    })
  })

  test('of a query that is none is left to the other seam', () => {
    const { askTransfer, bugs } = responder()
    expect(askTransfer(buildQuery({ name: ZONE, type: 'SOA' }))).toBeUndefined()
    expect(askTransfer(buildQuery({ name: ZONE, type: 'AXFR', class: 3 }))).toBeUndefined()
    expect(askTransfer(Uint8Array.from([1, 2, 3]))).toBeUndefined()
    expect(bugs).toEqual([])
  })

  test('that meets a bug is left to the other seam, which says SERVFAIL', () => {
    const { askTransfer, bugs } = responder({
      snapshot: () => {
        throw new Error('out of order')
      },
    })
    expect(askTransfer(axfr())).toBeUndefined()
    expect(bugs).toHaveLength(1)
  })
})

describe('IXFR (RFC 1995, 2)', () => {
  const { askTransfer, world } = responder()
  const serial = world.serials.get(ZONE) ?? 0
  const answersTo = (query: Uint8Array) => askTransfer(query)?.flatMap((reply) => reply.answers) ?? []
  const whole = answersTo(axfr())

  test('of a client that is current is one SOA', () => {
    expect(answersTo(ixfr(serial))).toEqual(whole.slice(0, 1))
  })

  test('of a client that is ahead of us is one SOA', () => {
    expect(answersTo(ixfr(serial + 5))).toEqual(whole.slice(0, 1))
  })

  test('of a client that is behind is the whole zone', () => {
    expect(answersTo(ixfr(serial - 1))).toEqual(whole)
  })

  test('of a client behind across the end of the circle too', () => {
    expect(answersTo(ixfr((serial + 0x8000_0001) >>> 0))).toEqual(whole)
  })

  test('of a client that does not say what it has is a format error, whoever asks', () => {
    const { askTransfer: transfer, ask } = responder()
    expect(transfer(buildQuery({ name: ZONE, type: 'IXFR' }))).toBeUndefined()
    for (const peer of [TCP, UDP, { ...TCP, host: '203.0.113.9' }])
      expect(ask({ name: ZONE, type: 'IXFR' }, peer).rcode).toBe('FORMERR')
  })
})
