import { describe, expect, test } from 'vitest'
import { explainName } from '../../../src/app/admin/index.ts'
import { find, GAUGE, gaugeLabels, settle, type World } from '../../../src/world/zone/index.ts'
import { exported, serviceEntry } from '../../support/manifests.ts'
import { identityOf } from '../../support/values.ts'
import { made } from '../../support/world.ts'

const web = (port?: string) =>
  exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }).replaceAll(
    '"http"',
    `"${port ?? 'http'}"`,
  )

const inspected = (unheard: readonly string[]) => ({
  snapshot: settle(made({ clusters: { east: { 'web.json': web() }, west: {} } }, unheard).world),
  map: [],
  identity: identityOf(null, '1'),
})

test('explain of a service that nobody holds says what the DNS says', () => {
  expect(() => explainName(inspected([]), { name: 'default/none' })).toThrow('the name does not exist')
  expect(() => explainName(inspected(['west']), { name: 'default/none' })).toThrow(
    'its name is SERVFAIL (no view yet of west)',
  )
})

test.each([
  ['dns-version.clusterset.local', 'the name has a TXT record alone'],
  ['ns.dns.clusterset.local', 'which has no address (NODATA) while dns.advertise says none'],
  ['dns.clusterset.local', 'the name exists without records (NODATA)'],
  ['clusterset.local', 'the name is that of a zone, which has SOA and NS records alone'],
  ['version.clusterset.local', 'the name does not exist'],
])('explain of %s, which no service is, says what the name has', (name, has) => {
  expect(() => explainName(inspected([]), { name })).toThrow(has)
})

test('explain of the name server has its addresses where there are some', () => {
  const { world } = made({ clusters: { east: {} }, config: { dns: { advertise: ['10.96.0.53'] } } })
  expect(() =>
    explainName({ ...inspected([]), snapshot: settle(world) }, { name: 'ns.dns.clusterset.local' }),
  ).toThrow('the addresses in dns.advertise')
})

test.each([
  [62, 0],
  [63, 3],
])('a port name of %i octets leaves %i names out, by the metric', (length, omitted) => {
  const { world } = made({ clusters: { east: { 'web.json': web('p'.repeat(length)) } } })
  const told = explainName({ ...inspected([]), snapshot: settle(world) }, { name: 'default/web' }).summary
  expect(told.includes('not made')).toBe(omitted > 0)
  expect(told.includes(`${omitted} names are not made`)).toBe(omitted > 0)
  expect(omittedIn(world)).toBe(omitted)
})

/** A template whose names have two labels of 63 octets and one of that many. */
const zoneOf = (octets: number) => `{cluster}.${[63, 63, octets].map((n) => 'z'.repeat(n)).join('.')}`

test.each([
  ['whose zones are off', { zones: { global: null, cluster: null } }, 1],
  ['in the cluster’s own zone, just short enough', { zones: { cluster: zoneOf(40) } }, 0],
  ['in the cluster’s own zone alone', { zones: { cluster: zoneOf(41) } }, 1],
])('names are counted, and told, in the zones that there are: %s', (_, config, omitted) => {
  const long = config.zones.cluster === null ? web('p'.repeat(63)) : deep()
  const { world } = made({ clusters: { east: { 'web.json': long } }, config })
  const { summary } = explainName({ ...inspected([]), snapshot: settle(world) }, { name: 'default/web' })
  expect(summary.includes('1 name is not made')).toBe(omitted > 0)
  expect(omittedIn(world)).toBe(omitted)
})

/** A Headless service whose endpoint's name is too long where the zone's is long. */
const deep = () =>
  exported({ name: 'web', clusterIP: 'None', pods: ['10.1.0.1'] }).replace(
    '"addresses":["10.1.0.1"]',
    `"addresses":["10.1.0.1"],"hostname":"${'h'.repeat(63)}"`,
  )

const omittedIn = ({ gauges }: World): number =>
  [...gauges]
    .filter(([key]) => gaugeLabels(GAUGE.omitted, key) !== undefined)
    .reduce((all, [, value]) => all + value, 0)

test('explain says before start-up is over that every name is SERVFAIL, held or not', () => {
  const { world } = made({ clusters: { east: { 'web.json': web() }, west: {} } }, ['west'])
  const starting = { ...inspected([]), snapshot: world }
  const told = 'Every name is SERVFAIL until start-up is over (starting: no view yet of west)'
  expect(explainName(starting, { name: 'default/web' }).summary).toBe(`${told}; then: Answered from east.`)
  expect(() => explainName(starting, { name: 'default/none' })).toThrow(told)
  expect(explainName({ ...starting, snapshot: settle(world) }, { name: 'default/web' }).summary).toBe(
    'Answered from east.',
  )
})

test('explain of a Service that nobody exports says what the DNS says, the cluster not heard included', () => {
  const { items } = JSON.parse(web())
  const alone = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: items.filter(({ kind }: { kind: string }) => kind !== 'ServiceExport'),
  })
  const summary = (unheard: readonly string[]) =>
    explainName(
      {
        ...inspected([]),
        snapshot: settle(made({ clusters: { east: { 'web.json': alone }, west: {} } }, unheard).world),
      },
      { name: 'default/web' },
    ).summary
  expect(summary([])).toBe('No cluster exports it: the name does not exist.')
  expect(summary(['west'])).toBe(
    'No cluster exports it: whether it exists is not known, and its name is SERVFAIL (no view yet of west).',
  )
})

describe('explain of a name at which no service is', () => {
  const config = {
    istio: { cluster: 'east' },
    zones: {
      entries: ['corp.example'],
      federations: { fed: { clusters: ['east'] } },
    },
  }
  const entry = JSON.stringify(serviceEntry({ name: 'x', hosts: ['x.y.corp.example'] }))
  const clusters = {
    east: { 'web.json': web(), 'entry.json': entry },
    west: { 'api.json': exported({ name: 'api', clusterIP: '10.102.0.1', pods: ['10.2.0.1'] }) },
  }
  const worldOf = (unheard: readonly string[]) => settle(made({ clusters, config }, unheard).world)
  const snapshot = worldOf([])
  const saidOf =
    (name: string, world = snapshot) =>
    () =>
      explainName({ ...inspected([]), snapshot: world }, { name })

  test.each([
    ['corp.example', 'that of a zone, which has SOA and NS records alone', 'apex'],
    ['y.corp.example', 'the name exists without records', 'empty'],
    ['_tcp.x.y.corp.example', 'the name exists without records', 'empty'],
    ['z.y.corp.example', 'the name does not exist', 'nameError'],
    ['corp.example.corp.example', 'the name does not exist', 'nameError'],
    ['fed.svc.cluster.local', 'that of a zone, which has SOA and NS records alone', 'apex'],
    ['default.fed.svc.cluster.local', 'exists without records (NODATA)', 'empty'],
    ['none.fed.svc.cluster.local', 'the name does not exist', 'nameError'],
    ['none.default.fed.svc.cluster.local', 'the name does not exist', 'nameError'],
    [
      'api.default.fed.svc.cluster.local',
      'no cluster of fed.svc.cluster.local exports default/api: the name does not exist',
      'nameError',
    ],
    ['svc.clusterset.local', 'exists without records (NODATA)', 'empty'],
    ['clusterset.local', 'that of a zone, which has SOA and NS records alone', 'apex'],
    ['default.global', 'exists without records (NODATA)', 'empty'],
    ['none.default.global', 'the name does not exist', 'nameError'],
  ])('%s: %s', (name, said, kind) => {
    expect(saidOf(name)).toThrow(said)
    expect(find(snapshot, name, 'east').kind).toBe(kind)
  })

  test('says so of one that is not known, as the DNS does', () => {
    const world = worldOf(['east'])
    for (const name of ['y.corp.example', 'none.default.fed.svc.cluster.local'])
      expect(saidOf(name, world)).toThrow('SERVFAIL (no view yet of east)')
    // The federation has nothing of west.
    expect(saidOf('none.default.fed.svc.cluster.local', worldOf(['west']))).toThrow('the name does not exist')
    expect(saidOf('none.default.global', worldOf(['west']))).toThrow('SERVFAIL (no view yet of west)')
  })
})
