import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderService, wholeLevel } from '../../../src/answer/records/index.ts'
import type { Port } from '../../../src/words/kube/index.ts'
import { MOST_PORTS, type ValidExport } from '../../../src/world/inventory/index.ts'
import { portDifferences, portIn, portOf, portsNamed } from '../../../src/world/synthesis/index.ts'
import { present } from '../../support/render.ts'
import { made } from '../../support/world.ts'

const PORTS = fc.array(
  fc.record<Port>({
    name: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e'),
    protocol: fc.constantFrom('TCP', 'UDP'),
    port: fc.integer({ min: 1, max: 6 }),
    appProtocol: fc.constant(null),
  }),
  { maxLength: 24 },
)

const exportOf = (ports: readonly Port[]): ValidExport => ({ ...EXPORT, ports })

const [EXPORT] = [...made({ clusters: { east: { 'web.json': service(1) } } }).world.entries].flatMap(
  ([, { exports }]) => exports.filter((one): one is ValidExport => one.kind === 'valid'),
) as [ValidExport]

describe('a port of the merged ones', () => {
  test('is the one of that name and protocol, else of that number that has no other merged name', () => {
    fc.assert(
      fc.property(PORTS, PORTS, (ports, all) => {
        for (const merged of all) {
          const isSame = (a: Port, b: Port) => a.name === b.name && a.protocol === b.protocol
          const own =
            ports.find((one) => isSame(one, merged)) ??
            ports.find(
              (one) =>
                one.protocol === merged.protocol &&
                one.port === merged.port &&
                !all.some((other) => isSame(one, other)),
            )
          expect(portIn(exportOf(ports), merged, all)).toBe(own)
          expect(portsNamed(ports, merged)).toEqual(ports.filter((one) => isSame(one, merged)))
        }
      }),
    )
  })

  test('is found from one of the export’s own as that is from it', () => {
    const distinct = (ports: readonly Port[]): readonly Port[] =>
      ports.filter(
        ({ name, protocol, port }, i) =>
          !ports
            .slice(0, i)
            .some((one) => one.name === name || (one.protocol === protocol && one.port === port)),
      )
    fc.assert(
      fc.property(PORTS.map(distinct), PORTS.map(distinct), (ports, all) => {
        for (const own of ports)
          expect(portOf(exportOf(ports), own, all)).toBe(
            all.find((merged) => portIn(exportOf(ports), merged, all) === own),
          )
      }),
    )
  })

  test('is every one of a list that is the merged one itself', () => {
    const all: readonly Port[] = [{ name: '', protocol: 'TCP', port: 80, appProtocol: null }]
    for (const own of all) expect(portOf(exportOf(all), own, all)).toBe(own)
  })

  /** How often anybody looks at a port, where there are so many. */
  function looks(count: number, work: (mine: readonly Port[], merged: readonly Port[]) => unknown): number {
    let looks = 0
    const listed = (shift: number): readonly Port[] =>
      Array.from({ length: count }, (_, i) => ({
        get name() {
          looks++
          return `p${i + shift}`
        },
        protocol: 'TCP',
        port: i + 1,
        appProtocol: null,
      }))
    work(listed(0), listed(count >> 1))
    return looks
  }

  test.each([8, 9, 80, 800, 8000])('is found without looking at all of %i again', (count) => {
    const told = looks(count, (mine, merged) => portDifferences(exportOf(mine), merged))
    expect(told).toBeLessThan(40 * count)
  })
})

test.each([1, 8, 9, MOST_PORTS, MOST_PORTS + 1, 4000])(
  'of %i ports each that counts has its SRV in both zones',
  (count) => {
    const { world } = made({
      clusters: { east: { 'web.json': service(count) }, west: { 'web.json': service(count) } },
    })
    const entry = world.entries.get('default/web')
    if (entry === undefined) throw new Error('no service')
    for (const zone of world.zones.values()) {
      if (zone.kind !== 'clusterset' && zone.kind !== 'global') continue
      const records = present(renderService(entry, zone, wholeLevel(world, world.clusterset.local)))
      const owners = new Set(records.filter(({ data }) => data.type === 33).map(({ owner }) => owner))
      // At the service itself too, and in the global zone of the default namespace once more.
      expect(owners.size).toBe((Math.min(count, MOST_PORTS) + 1) * (zone.kind === 'global' ? 2 : 1))
    }
  },
)

function service(count: number): string {
  const metadata = { name: 'web', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' }
  const ports = Array.from({ length: count }, (_, i) => ({ name: `p${i}`, protocol: 'TCP', port: i + 1 }))
  const items = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { clusterIP: '10.101.0.1', clusterIPs: ['10.101.0.1'], ports },
    },
    { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.0.1'] }],
      ports,
    },
  ]
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}
