import { describe, expect, test } from 'vitest'
import { type Cut, cutsOf, printCut } from '../../../src/answer/records/index.ts'
import { TYPE } from '../../../src/values/dns/index.ts'
import { responder, TCP } from '../../server/replies/responder.ts'
import { exported } from '../../support/manifests.ts'
import { type Made, made } from '../../support/world.ts'

const pods = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `10.1.${i >> 8}.${i & 255}`)

const headless = (count: number): Made =>
  made({ clusters: { east: { 'db.json': exported({ name: 'db', clusterIP: 'None', pods: pods(count) }) } } })

const SRV = '_http._tcp.db.default.svc.clusterset.local'

function cutsIn({ world }: Made): readonly Cut[] {
  const entry = world.entries.get('default/db')
  const found = entry === undefined ? [] : [...cutsOf(entry, world, world.clusterset.local)]
  return found.filter((one) => one !== undefined)
}

const answeredIn = (world: Made, name: string, type: number): number =>
  responder({}, world).ask({ name, type, edns: {} }, TCP).answers.length

/** The most endpoints of which no reply is cut. */
function mostWhole(name: string, type: string): number {
  let [whole, cut] = [1, 5000]
  while (cut - whole > 1) {
    const middle = (whole + cut) >> 1
    const found = cutsIn(headless(middle)).some((one) => one.name === name && one.type === type)
    if (found) cut = middle
    else whole = middle
  }
  return whole
}

describe('what no reply holds', () => {
  test.each([
    ['SRV', SRV, TYPE.SRV],
    ['A', 'db.default.svc.clusterset.local', TYPE.A],
  ] as const)('is told of %s from the first record on that is left out over TCP', (type, name, code) => {
    const most = mostWhole(name, type)
    expect(most).toBeGreaterThan(500)
    expect(answeredIn(headless(most), name, code)).toBe(most)
    for (const count of [most + 1, 5000]) {
      const world = headless(count)
      const found = cutsIn(world).find((one) => one.name === name && one.type === type)
      expect(found).toEqual({ name, type, records: count, answered: answeredIn(world, name, code) })
      expect(found?.answered).toBeLessThan(count)
    }
  })

  test('is told of every name that it concerns, in words', () => {
    const found = cutsIn(headless(1200))
    expect(found.map(({ name }) => name)).toContain('_http._tcp.db.default.svc.east.local')
    const [first] = found.filter(({ name }) => name === SRV)
    expect(first && printCut(first)).toMatch(
      /^SRV of _http\._tcp\.db\.default\.svc\.clusterset\.local: 1200 records, of which a reply holds the nearest \d+$/,
    )
  })

  test('is nothing for a service of which a reply has one cluster, however many clusters there are', () => {
    const clusters = Object.fromEntries(
      ['east', 'west', 'north'].map((id, i) => [
        id,
        { 'db.json': exported({ name: 'db', clusterIP: `10.96.0.${i}`, pods: pods(2000) }) },
      ]),
    )
    expect(cutsIn(made({ clusters }))).toEqual([])
  })

  test('is told of a cluster whose own name has more addresses than a reply', () => {
    const clusters = {
      east: {},
      west: { 'db.json': exported({ name: 'db', clusterIP: '10.96.0.1', pods: pods(5000) }) },
    }
    const found = cutsIn(made({ clusters }))
    expect(found.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'west.db.default.global A',
      'db.default.svc.west.local A',
    ])
  })

  describe('of endpoints that ServiceEntries list', () => {
    const config = { istio: { cluster: 'east' }, zones: { entries: ['corp.example'] } }
    const listed = (host: string, count: number, more: object = {}) =>
      JSON.stringify({
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { name: 'db', namespace: host.endsWith('.corp.example') ? 'istio-system' : 'default' },
        spec: {
          hosts: [host],
          ports: [{ number: 5432, name: 'pg', protocol: 'TCP' }],
          resolution: 'STATIC',
          endpoints: pods(count).map((address) => ({ address: address.replace('10.1.', '172.16.') })),
          ...more,
        },
      })
    const cutOf = (key: string, clusters: Parameters<typeof made>[0]['clusters']) => {
      const { world } = made({ config, clusters })
      const entry = world.entries.get(key)
      const found = entry === undefined ? [] : [...cutsOf(entry, world, world.clusterset.local)]
      return found.flatMap((one) => (one === undefined ? [] : [`${one.name} ${one.type} ${one.records}`]))
    }

    test.each([
      ['default/db', 'db.default.global', ['outside.db.default.global A 4500']],
      ['/db.corp.example', 'db.corp.example', ['outside.db.corp.example A 4500']],
      ['/*.corp.example', '*.corp.example', ['*.corp.example A 4500']],
    ])('is told of a place: %s', (key, host, told) => {
      expect(cutOf(key, { east: { 'a.json': listed(host, 4000) } })).toEqual([])
      expect(cutOf(key, { east: { 'a.json': listed(host, 4500) } })).toEqual(told)
    })

    test('is told of those that are the way to a cluster’s share', () => {
      const clusters = (count: number) => ({
        east: { 'a.json': listed('db.default.svc.west.local', count) },
        west: { 'db.json': exported({ name: 'db', clusterIP: '10.96.0.1', pods: pods(1) }) },
      })
      expect(cutOf('default/db', clusters(4000))).toEqual([])
      expect(cutOf('default/db', clusters(4500))).toEqual([
        'west.db.default.global A 4500',
        'db.default.svc.west.local A 4500',
      ])
    })
  })
})
