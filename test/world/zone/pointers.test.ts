import { expect, test } from 'vitest'
import { updateBetween } from '../../../src/server/replica/index.ts'
import { applyChanges, type Change, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import { parseAddress, printAddress } from '../../../src/values/dns/index.ts'
import { parseObject } from '../../../src/words/kube/index.ts'
import { step, type World } from '../../../src/world/zone/index.ts'
import { whenLong } from '../../support/runs.ts'
import { made, NOW } from '../../support/world.ts'

// All services of one cluster may say one address: it has one PTR record, the best, and the others cost nothing.

const { world: empty } = made({
  clusters: { east: {}, far: {} },
  config: {
    zones: { reverse: true },
    clusters: [
      { id: 'east', network: 'flat', source: { manifests: './east' } },
      {
        id: 'far',
        network: 'flat',
        reach: 'clusterIP',
        serviceCIDRs: ['10.200.0.0/16'],
        source: { manifests: './far' },
      },
    ],
  },
})

const putOf = (object: object): readonly Change[] => {
  const parsed = parseObject(object)
  return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object }] : []
}

const metadataOf = (i: number, day: number) => ({
  name: `s${i}`,
  namespace: 'default',
  creationTimestamp: new Date(NOW + day * 86_400_000).toISOString(),
})

const exportOf = (i: number, day: number): readonly Change[] =>
  putOf({ apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata: metadataOf(i, day) })

const serviceOf = (i: number): readonly Change[] => [
  ...putOf({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(i, 0),
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.200.0.1',
      clusterIPs: ['10.200.0.1'],
      ports: [{ name: 'http', port: 80 }],
    },
  }),
  ...putOf({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadataOf(i, 0), labels: { 'kubernetes.io/service-name': `s${i}` } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.3.0.1'] }],
    ports: [{ name: 'http', port: 80 }],
  }),
]

function following() {
  let view = EMPTY_VIEW
  let world: World = empty
  return {
    take: (changes: readonly Change[]): World => {
      const next = applyChanges(view, changes)
      view = next.view
      world = step(world, new Map([['far', view]]), next.dirty, NOW)
      return world
    },
  }
}

const pointed = ({ pointers }: World) =>
  [...pointers].map(([address, { target }]) => `${printAddress(address)} ${target.split('.')[0]}`)

test.each([1, 2, 2000, ...whenLong(20_000)])(
  'of %i services of one address the oldest has its PTR record',
  (count) => {
    const { take } = following()
    const ids = Array.from({ length: count }, (_, i) => i)
    let world = take(ids.flatMap((i) => [...serviceOf(i), ...exportOf(i, i + 1)]))
    expect(pointed(world)).toEqual(['10.200.0.1 s0'])
    // Whoever becomes older than all is it; whoever becomes younger is told to nobody.
    for (const i of ids.toReversed().slice(0, 100)) {
      const before = world
      world = take(exportOf(i, -count - 1 + i))
      expect(pointed(world)).toEqual([`10.200.0.1 s${i}`])
      expect(updateBetween(before, world).pointers).toHaveLength(1)
    }
    const last = Math.max(0, count - 100)
    for (const i of ids.slice(-100).filter((i) => i !== last)) {
      const before = world
      world = take(exportOf(i, 2 * count + i))
      expect(pointed(world)).toEqual([`10.200.0.1 s${last}`])
      expect(updateBetween(before, world).pointers).toEqual([])
    }
    for (const i of ids)
      if (i % 2 === 0 || i < last)
        world = take([{ op: 'delete', kind: 'ServiceExport', key: `default/s${i}` }])
    const left = ids.filter((i) => i % 2 === 1 && i >= last)
    expect(pointed(world)).toEqual(
      left.length === 0 ? [] : [`10.200.0.1 s${left.find((i) => i === last) ?? left[0]}`],
    )
    const address = parseAddress('10.200.0.1') ?? ''
    expect(world.rivals.get(address)?.size ?? Math.min(1, left.length)).toBe(left.length)
  },
)
