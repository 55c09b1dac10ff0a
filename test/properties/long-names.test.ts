import { describe, expect, test } from 'vitest'
import { answer } from '../../src/answer/records/index.ts'
import { parseConfig } from '../../src/app/config/index.ts'
import { TYPE, wireLength } from '../../src/values/dns/index.ts'
import { responder, TCP } from '../server/replies/responder.ts'
import { large, podAddress } from '../support/large.ts'
import { meridianYaml } from '../support/manifests.ts'
import { recordsOfZone } from '../support/render.ts'
import { identityOf, question } from '../support/values.ts'
import { made } from '../support/world.ts'

/** A label, or two where one may not be so long. */
const idOf = (octets: number): string =>
  octets <= 63 ? 'c'.repeat(octets) : `${'c'.repeat(octets - 64)}.${'d'.repeat(63)}`

const [SVC, NS] = ['s'.repeat(63), 'n'.repeat(63)]

describe.each([1, 62, 63, 65, 66, 127])('a cluster id of %i octets', (octets) => {
  const id = idOf(octets)
  test('with names of every length up to the longest and beyond: those that fit are made, and no others', () => {
    const lengths = [1, 39, 40, 41, 62, 63]
    const files = Object.fromEntries(
      lengths.map((hostname, i) => [
        `${i}.json`,
        large({
          name: `${i}`.padEnd(63, 's'),
          namespace: NS,
          clusterIP: null,
          endpoints: 1,
          hostname,
          network: i,
        }),
      ]),
    )
    const over = made({ clusters: { [id]: files, east: files } })
    const { ask, bugs } = responder({}, over)
    for (const [i, hostname] of lengths.entries()) {
      const base = `${`${i}`.padEnd(63, 's')}.${NS}`
      for (const zone of ['svc.clusterset.local', 'global']) {
        const target = `${'0'.padStart(hostname, 'p')}.${id}.${base}.${zone}`
        const fits = wireLength(target) <= 255
        const service = ask({ name: `${base}.${zone}`, type: 'A' }).answers
        expect(service.map((line) => line.split(' ').at(-1))).toEqual([podAddress(i, 0)])
        if (fits) expect(ask({ name: target, type: 'A' }).answers).toHaveLength(1)
        else expect(wireLength(target)).toBeGreaterThan(255)
        const srv = ask({ name: `_p0._tcp.${base}.${zone}`, type: 'SRV' }, TCP).answers
        expect(srv.some((line) => line.endsWith(` ${target}.`))).toBe(fits)
      }
    }
    expect(bugs).toEqual([])
  })
})

// The longest name of a service that has one octet left, none, and one too few: 63 + 63 and what stands around them.
test.each([
  [102, true],
  [103, true],
  [104, false],
  [126, false],
])('host name and cluster of %i octets together below names of 63: made %s', (together, isMade) => {
  const [hostname, id] = [63, idOf(together - 63)]
  const files = { 'a.json': large({ name: SVC, namespace: NS, clusterIP: null, endpoints: 1, hostname }) }
  const { world, config } = made({ clusters: { [id]: files } })
  const name = `${'0'.padStart(hostname, 'p')}.${id}.${SVC}.${NS}.svc.clusterset.local`
  expect(wireLength(name) <= 255).toBe(isMade)
  const who = { viewpoint: world.clusterset.local, address: '', mayExplain: false }
  const found = answer(question(name, TYPE.A), world, who, identityOf(), () => 0)
  expect(found.kind).toBe(isMade ? 'records' : 'nameError')
  const port = question(`_p0._tcp.${SVC}.${NS}.svc.clusterset.local`, TYPE.SRV)
  // Nobody is left who has the port by a name.
  const srv = answer(port, world, who, identityOf(), () => 0)
  expect(srv.kind).toBe(isMade ? 'records' : 'nameError')
  const { bugs } = responder({}, { config, world, views: new Map() })
  expect(bugs).toEqual([])
})

test.each([
  [63, true],
  [64, false],
])('labels of %i octets in Services, namespaces and host names: taken %s', (octets, isTaken) => {
  const label = 'x'.repeat(octets)
  const spec = { clusterIP: null, endpoints: 1 }
  for (const [file, name] of [
    [large({ ...spec, name: label }), `${label}.default`],
    [large({ ...spec, name: 'web', namespace: label }), `web.${label}`],
  ] as const) {
    const { world } = made({ clusters: { east: { 'a.json': file } } })
    expect(world.entries.get(name.split('.').toReversed().join('/')) !== undefined).toBe(isTaken)
  }
  const over = made({ clusters: { east: { 'a.json': large({ ...spec, name: 'web', hostname: octets }) } } })
  const [exported] = over.world.entries.get('default/web')?.exports ?? []
  expect(exported).toMatchObject({ endpoints: { count: isTaken ? 1 : 0 } })
  const { answers } = responder({}, over).ask({ name: '_p0._tcp.web.default.global', type: 'SRV' })
  expect(answers.map((line) => line.includes(` ${'0'.padStart(63, 'p')}.east.`))).toEqual(
    isTaken ? [true] : [],
  )
})

test.each([
  [63, true],
  [64, false],
  [127, true],
  [128, false],
])('a cluster id of %i octets is taken: %s', (octets, isTaken) => {
  const id =
    octets === 128 ? `${'c'.repeat(64)}.${'d'.repeat(63)}` : octets === 64 ? 'c'.repeat(64) : idOf(octets)
  const parse = () => parseConfig(meridianYaml({ clusters: { [id]: {} } }), 'meridian.yaml')
  if (isTaken) expect(parse().clusters[0]?.id).toBe(id)
  else expect(parse).toThrow('meridian.yaml')
})

describe.each([
  [true, [60, 60]],
  [false, [60, 61]],
  [false, [60, 60, 58]],
] as const)('%s: a clusterset zone of labels of %j octets', (isMade, labels) => {
  const zone = labels.map((octets) => 'z'.repeat(octets)).join('.')
  test('has the name of the longest service, or does not, and in transfers and PTR records none that is too long', () => {
    const files = { 'a.json': large({ name: SVC, namespace: NS, clusterIP: '10.101.0.1', endpoints: 1 }) }
    const short = { 'b.json': large({ name: 'b', namespace: 'c', clusterIP: '10.101.0.2', endpoints: 1 }) }
    const over = made({
      clusters: { east: { ...files, ...short }, west: {} },
      config: {
        local: { cluster: 'west' },
        zones: { clusterset: zone, reverse: true },
        clusters: [
          { id: 'west', network: 'a', source: { manifests: 'west' } },
          { id: 'east', network: 'a', serviceCIDRs: ['10.101.0.0/16'], source: { manifests: 'east' } },
        ],
      },
    })
    const all = [...over.world.zones.values()].flatMap((one) => [
      ...recordsOfZone(over.world, one, { cluster: 'east', locality: null }),
    ])
    const names = all.flatMap(({ owner, data }) => ('target' in data ? [owner, data.target] : [owner]))
    for (const name of names) expect(wireLength(name)).toBeLessThanOrEqual(255)
    expect(names.includes(`${SVC}.${NS}.svc.${zone}`)).toBe(isMade)
    expect(names).toContain(`b.c.svc.${zone}`)
    expect(names).toContain(`${SVC}.${NS}.global`)
  })
})
