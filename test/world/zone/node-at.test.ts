import { beforeAll, describe, expect, test } from 'vitest'
import {
  baseOf,
  type Node,
  namesOf,
  nodeAt,
  nodesOf,
  publishedIn,
  type World,
} from '../../../src/world/zone/index.ts'
import { large } from '../../support/large.ts'
import { made } from '../../support/world.ts'

const cluster = (network: number) => ({
  'ip.json': large({ name: 'ip', clusterIP: `10.10${network}.0.1`, endpoints: 2, ports: 3 }),
  'db.json': large({ name: 'db', clusterIP: null, endpoints: 5, ports: 2, network }),
  'named.json': large({ name: 'named', clusterIP: null, endpoints: 3, network, hostname: 5 }),
  'long.json': large({ name: 'long', clusterIP: null, endpoints: 3, network, hostname: 63 }),
})

describe.each([
  ['east', 'west'],
  ['east', 'one.west'],
  ['east', `${'w'.repeat(63)}.${'x'.repeat(63)}`],
])('of %s and %s', (first, second) => {
  let world: World
  beforeAll(() => {
    world = made({ clusters: { [first]: cluster(1), [second]: cluster(2) } }).world
  })

  test('a name is looked up as it is listed, and what is not listed is not there', () => {
    let count = 0
    for (const zone of world.zones.values())
      for (const [, entry] of world.entries) {
        const published = publishedIn(zone, entry, first)
        if (published === undefined) continue
        const base = baseOf(entry, zone)
        const { nodes } = namesOf(zone.kind, published, base)
        for (const [path, node] of nodes) {
          count++
          const found = nodeAt(zone.kind, published, base, path)
          if (node.kind !== 'endpoint') expect(found, `${path}.${base}`).toEqual(node)
          else expect(found?.kind === 'endpoint' && [...found.endpoints]).toEqual([...node.endpoints])
          for (const other of [`x${path}`, `${path}x`, `x.${path}`, path.slice(1), `_${path}`])
            expect(nodeAt(zone.kind, published, base, other)?.kind, `${other}.${base}`).toBe(
              nodes.get(other)?.kind,
            )
        }
      }
    expect(count).toBeGreaterThan(50)
  })
  test('names that have records are found one at a time as they are listed, each once', () => {
    for (const zone of world.zones.values())
      for (const [, entry] of world.entries) {
        const published = publishedIn(zone, entry, first)
        if (published === undefined) continue
        const base = baseOf(entry, zone)
        const listed = [...namesOf(zone.kind, published, base).nodes].filter(
          ([, { kind }]) => kind !== 'empty',
        )
        const plain = (nodes: Iterable<readonly [string, Node]>) =>
          [...nodes].map(([path, node]) => [path, node.kind === 'endpoint' ? [...node.endpoints] : node])
        expect(plain(nodesOf(zone.kind, published, base))).toEqual(plain(listed))
      }
  })
})
