/** Whatever members say, what is wanted is what an API server takes: one refused object freezes what others need. */
import { describe, expect, test } from 'vitest'
import { distinctNames } from '../../../src/controller/desired/ports.ts'
import type { JsonObject } from '../../../src/controller/desired/types.ts'
import {
  bodies,
  fresh,
  type Holding,
  listOf,
  memberOf,
  PORT,
  printedConditions,
  settled,
  stage,
} from './ground.ts'

const LATER = '2026-02-01T00:00:00Z'

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const QUALIFIED =
  /^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/

/** Kubernetes' ValidateServicePort and validatePorts of discovery. */
function expectAdmitted(ports: readonly JsonObject[], isService: boolean): void {
  const names = ports.map(({ name = '' }) => String(name))
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) if (name !== '' || (isService && ports.length > 1)) expect(name).toMatch(LABEL)
  for (const { appProtocol } of ports)
    if (appProtocol !== undefined) expect(String(appProtocol)).toMatch(QUALIFIED)
}

function wantedOf(holdings: Record<string, Holding>) {
  const { desired } = settled(stage(holdings), fresh('east'))
  const [service] = bodies(desired, 'Service')
  const ports = service === undefined ? [] : listOf(memberOf(service, 'spec')['ports'])
  expectAdmitted(ports, true)
  const slices = bodies(desired, 'EndpointSlice')
  for (const slice of slices) {
    expectAdmitted(listOf(slice['ports']), false)
    for (const { zone, hints } of listOf(slice['endpoints'])) {
      expect(String(zone ?? '')).toMatch(VALUE)
      if (hints !== undefined) expect(JSON.stringify(hints)).toContain(String(zone))
    }
  }
  for (const body of bodies(desired, 'ServiceImport'))
    expectAdmitted(
      listOf(memberOf(body, 'spec')['ports']).filter(({ name }) => name !== undefined),
      false,
    )
  return { desired, ports, slices }
}

/** West exports it later, and says this of its ports. */
const beside = (
  ports: readonly object[],
  east: readonly object[] = [PORT],
  service: object = {},
): Record<string, Holding> => ({
  east: { service: { ports: east, ...service }, targets: east },
  west: { created: LATER, service: { ports, ...service }, targets: ports, pods: ['10.2.0.5'] },
})

const HEADLESS = { clusterIPs: ['None'], clusterIP: 'None' }

const at = (name: string, port = 9999, more: object = {}): object => ({
  name,
  protocol: 'TCP',
  port,
  ...more,
})

describe('ports of a member', () => {
  test.each([
    ['of an honest name', [at('extra')], ['http', 'extra']],
    ['of 63 characters', [at('x'.repeat(63))], ['http', 'x'.repeat(63)]],
    ['of 64 characters', [at('x'.repeat(64))], ['http', 'unnamed-tcp-9999']],
    ['of 2 MiB', [at('x'.repeat(2 ** 21))], ['http', 'unnamed-tcp-9999']],
    ['of capitals and underscores', [at('Bad_Name')], ['http', 'unnamed-tcp-9999']],
    ['of a control character', [at('a\nb')], ['http', 'unnamed-tcp-9999']],
    ['of half a character', [at('\ud800')], ['http', 'unnamed-tcp-9999']],
    ['without a name', [at('')], ['http', 'unnamed-tcp-9999']],
    [
      'of the name that another comes to',
      [at('Bad'), at('unnamed-tcp-9999', 81)],
      ['http', 'unnamed-tcp-9999', 'unnamed-tcp-81'],
    ],
    [
      'of the names that that comes to',
      [at('unnamed-tcp-9999', 81), at('unnamed-tcp-9999-2', 82), at('Bad')],
      ['http', 'unnamed-tcp-9999', 'unnamed-tcp-9999-2', 'unnamed-tcp-9999-3'],
    ],
  ])('%s are had', (_what, ports, expected) => {
    const { ports: had, slices } = wantedOf(beside(ports))
    expect(had.map(({ name }) => name)).toEqual(expected)
    const names = slices.flatMap((slice) => listOf(slice['ports']).map(({ name }) => name))
    expect(new Set(names)).toEqual(new Set(expected))
    wantedOf(beside(ports, [PORT], HEADLESS))
  })

  test('do not take the name of the older export’s port that has none', () => {
    const { ports, desired } = wantedOf(
      beside([at('unnamed-tcp-80', 81)], [{ name: '', protocol: 'TCP', port: 80 }]),
    )
    expect(ports.map(({ name, port }) => [name, port])).toEqual([
      ['unnamed-tcp-80', 80],
      ['unnamed-tcp-81', 81],
    ])
    expect(desired.remarks).toEqual([
      {
        reason: 'PortsRenamed',
        message:
          'Service shop/derived-bsqa4s8pq5 has ports under other names than DNS: "unnamed-tcp-80" is "unnamed-tcp-81"',
      },
    ])
  })

  test.each([
    [5, ''],
    [6, ' and 1 more'],
    [50, ' and 45 more'],
  ])('%i that are named otherwise are told, five by name%s', (count, more) => {
    const ports = Array.from({ length: count }, (_, i) => at(`Bad_${i}`, 1000 + i))
    const [remark] = wantedOf(beside(ports)).desired.remarks
    const told = [0, 1, 2, 3, 4].map((i) => `"Bad_${i}" is "unnamed-tcp-${1000 + i}"`).join(', ')
    expect(remark?.message.replace(/^.* than DNS: /, '')).toBe(`${told}${more}`)
  })

  test.each([
    ['http', true],
    ['kubernetes.io/h2c', true],
    ['a'.repeat(63), true],
    ['', false],
    ['a'.repeat(64), false],
    ['a'.repeat(640), false],
    ['two words', false],
    ['Example.com/h2c', false],
    ['a/b/c', false],
  ])('of application protocol "%s" have it: %s', (appProtocol, isHad) => {
    const { ports, slices } = wantedOf(beside([PORT, at('extra', 9999, { appProtocol })]))
    expect(ports.find(({ name }) => name === 'extra')?.['appProtocol']).toBe(isHad ? appProtocol : undefined)
    expect(JSON.stringify(slices).includes('appProtocol')).toBe(isHad)
  })

  test('that no API server takes are told to whoever exports them', () => {
    const ports = [PORT, at('Bad_Name', 9999, { appProtocol: 'two words' })]
    const { desired } = settled(stage({ east: { service: { ports } } }), fresh('east'))
    expect(printedConditions(desired, 'ServiceExport/status')[0]).toBe(
      'Valid=True Valid: Its Service is exported. Ignored: port name "Bad_Name" is no DNS label. Ignored: appProtocol "two words" of port 9999/TCP is no qualified name.',
    )
    expect(desired.remarks).toEqual([
      expect.objectContaining({ message: expect.stringContaining('"Bad_Name" is "unnamed-tcp-9999"') }),
    ])
  })

  test('as many as a service may have each have a name of their own', () => {
    const ports = Array.from({ length: 1000 }, (_, i) => ({
      name: `Bad ${i}`,
      protocol: 'TCP' as const,
      port: i + 1,
    }))
    expect(new Set(distinctNames(ports, false).values()).size).toBe(1000)
  })
})

describe('the rest of what a member says', () => {
  const pod = (zone: string) => ({ addresses: ['10.1.0.5'], conditions: { ready: true }, zone })

  test.each([
    ['eu-1a', true],
    ['z'.repeat(63), true],
    ['z'.repeat(64), false],
    ['two words', false],
    ['', false],
  ])('zone "%s" is an endpoint’s: %s', (zone, isHad) => {
    const service = { trafficDistribution: 'PreferClose' }
    const { slices } = wantedOf({ east: { service, pods: [pod(zone)] } })
    const [endpoint] = slices.flatMap((slice) => listOf(slice['endpoints']))
    expect(endpoint?.['zone']).toBe(isHad ? zone : undefined)
    expect(endpoint?.['hints'] !== undefined).toBe(isHad)
  })

  test.each([
    ['PreferSameNode', true],
    ['x'.repeat(64), false],
    ['x'.repeat(2 ** 21), false],
    ['two words', false],
  ])('a traffic distribution is the import’s if it is a word', (trafficDistribution, isHad) => {
    const { desired } = wantedOf({ east: { service: { trafficDistribution } } })
    const [body] = bodies(desired, 'ServiceImport')
    expect(body && memberOf(body, 'spec')['trafficDistribution']).toBe(
      isHad ? trafficDistribution : undefined,
    )
  })

  test('half a character in an annotation or a message is written as it will stand', () => {
    const spec = { exportedAnnotations: { note: 'a\ud800' }, exportedLabels: { 'b\ud800': '' } }
    const { desired } = settled(stage({ east: { export: { spec } } }), fresh('east'))
    const texts: string[] = []
    JSON.stringify(desired.objects, (_key, value) => {
      if (typeof value === 'string') texts.push(value)
      return value
    })
    expect(texts.filter((text) => !text.isWellFormed())).toEqual([])
    expect(texts).toContain('a\ufffd')
  })
})
