import { expect, test } from 'vitest'
import { geoWorkOf, parseConfig } from '../../../src/app/config/index.ts'

const parse = (text: string) =>
  parseConfig(text, '/etc/meridian/meridian.yaml', { hostname: 'pod-7', home: '/home/me' })

// Where a GeoIP database may place clients by coordinates.

/** Clusters along the equator, a tenth of a degree from each other. */
function placesOf(clusters: number) {
  const all = Array.from(
    { length: clusters },
    (_, i) => `{id: c${i}, network: a, source: {manifests: ./c${i}}, coordinates: [0, ${i / 10}]}`,
  )
  const config = parse(
    `local: {cluster: c0}\nclients: {geo: {database: ./city.mmdb}}\nclusters: [${all.join(', ')}]`,
  )
  const work = geoWorkOf(config, { cluster: 'c0', locality: null }, config.clusters)
  return work?.rules.viewpoints ?? []
}

test.each([
  [1, 0],
  [2, 1],
  [101, 100],
  [102, 100],
  [1010, 100],
])('of %i clusters each has those beyond it in order, up to %i of them', (clusters, most) => {
  const [server, ...places] = placesOf(clusters)
  expect(server?.beyond).toBeUndefined()
  const last = places.at(-1)
  expect(last?.beyond ?? []).toEqual(Array.from({ length: most }, (_, i) => `c${clusters - 2 - i}`))
})

test('a cluster alone places its clients where the server stands', () => {
  expect(placesOf(1)).toHaveLength(1)
})

test('a table of places has no order of its own: what it says of a locality holds everywhere alike', () => {
  const config = parse(
    'local: {cluster: a}\nclients: {geo: {database: ./x.mmdb, map: {EU: eu-1}}}\nclusters: [{id: a, source: {manifests: ./a}, coordinates: [0, 0]}, {id: b, locality: eu-1, source: {manifests: ./b}, coordinates: [0, 1]}]',
  )
  const work = geoWorkOf(config, { cluster: 'a', locality: null }, config.clusters)
  expect(work?.rules.viewpoints.map(({ cluster, beyond }) => [cluster, beyond])).toEqual([
    ['a', undefined],
    ['b', undefined],
  ])
})
