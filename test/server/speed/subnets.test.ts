import { expect, test } from 'vitest'
import { createAskers } from '../../../src/server/replies/asker.ts'
import { PlainQuery } from '../../../src/server/speed/plain.ts'
import { Subnets } from '../../../src/server/speed/subnets.ts'
import { type Address, parseAddress, parsePrefix } from '../../../src/values/dns/index.ts'
import type { Viewpoint } from '../../../src/words/clusterset/index.ts'
import { buildQuery } from '../../support/client.ts'

const ids = ['east', 'west', 'far', 'six']
const viewpoints: readonly Viewpoint[] = ids.map((cluster) => ({ cluster, locality: null }))
const mapped = (text: string, i: number) => {
  const [prefix, viewpoint] = [parsePrefix(text), viewpoints[i]]
  if (prefix === undefined || viewpoint === undefined) throw new Error(text)
  return { prefix, viewpoint }
}

const [local = { cluster: 'east', locality: null }] = viewpoints
const askers = createAskers({
  local,
  map: [mapped('10.1.0.0/16', 1), mapped('10.2.0.0/15', 2), mapped('fd00:6::/32', 3)],
  trustClientSubnet: true,
  explainAllow: [],
  transferAllow: [],
})

const querying = (subnet: string): PlainQuery => {
  const octets = buildQuery({ name: 'web.default.svc.clusterset.local', type: 'A', edns: { subnet } })
  const plain = new PlainQuery()
  expect(plain.read(new DataView(octets.buffer, octets.byteOffset, octets.length), 0, octets.length)).toBe(
    true,
  )
  return plain
}

const address = (text: string): Address => parseAddress(text) ?? ''

/** So many subnets, of 24 bits and of 56. */
const some = (count: number): readonly (readonly [address: string, bits: number])[] =>
  Array.from({ length: count }, (_, i) =>
    i % 5 === 4
      ? [`fd00:${i % 2 === 0 ? 6 : 7}:0:${(i & 0xff).toString(16)}00:${(i >> 8).toString(16)}::`, 80]
      : [`10.${i & 3}.${(i >> 2) & 255}.${(i >> 10) << 1}`, 31],
  )

test.each([1, 1000, 8000])('of %i subnets each stands where it does, asked for again and again', (count) => {
  let asked = 0
  const placed: typeof askers.placed = (subnet) => {
    asked++
    return askers.placed(subnet)
  }
  const subnets = new Subnets(placed, (viewpoint) => ids.indexOf(viewpoint.cluster))
  const all = some(count).map(([text, source]) => ({
    query: querying(`${text}/${source}`),
    ...askers.placed({ address: address(text), source }),
  }))
  for (const _time of [1, 2])
    for (const { query, viewpoint, scope } of all) {
      subnets.place(query)
      expect([ids[query.subnetViewpoint], query.subnetScope]).toEqual([viewpoint.cluster, scope])
    }
  // Few meet two others in their places.
  expect(asked).toBeLessThanOrEqual(count * 1.3)
})

test('subnets of one address and other lengths, or of the other family, are apart', () => {
  const subnets = new Subnets(askers.placed, (viewpoint) => ids.indexOf(viewpoint.cluster))
  for (const text of [
    '10.0.0.0/8',
    '10.0.0.0/15',
    '10.2.0.0/15',
    '10.2.0.0/16',
    'a02::/15',
    'fd00:6::/32',
    'fd00::/16',
  ]) {
    const [base = '', source] = text.split('/')
    const { viewpoint, scope } = askers.placed({ address: address(base), source: Number(source) })
    const query = querying(text)
    subnets.place(query)
    expect([ids[query.subnetViewpoint], query.subnetScope], text).toEqual([viewpoint.cluster, scope])
  }
})

test.each([65_536, 65_537, 655_360])(
  '%i subnets are known by no more room than there is, and none is mistaken',
  (count) => {
    let asked = 0
    const viewpointOf = (i: number): number => (i * 7) % ids.length
    const subnets = new Subnets(
      ({ address: text }) => {
        asked++
        const i = [...text].reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0) & 0xffffff
        return { viewpoint: viewpoints[viewpointOf(i)] ?? local, scope: i % 33 }
      },
      (viewpoint) => ids.indexOf(viewpoint.cluster),
    )
    const query = querying('10.0.0.0/32')
    let wrong = 0
    for (const _time of [1, 2])
      for (let i = 0; i < count; i++) {
        query.subnet[1] = (10 << 24) | i
        subnets.place(query)
        if (query.subnetViewpoint !== viewpointOf(i) || query.subnetScope !== i % 33) wrong++
      }
    expect(wrong).toBe(0)
    // Those that others took the place of are asked for anew.
    expect(asked).toBeGreaterThanOrEqual(count + Math.max(0, count - 65_536))
  },
)
