import { rename, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { check } from '../../../src/app/cli/check/check.ts'
import { checkGeo } from '../../../src/app/cli/check/geo.ts'
import { readOffline } from '../../../src/app/cli/offline.ts'
import { parseConfig } from '../../../src/app/config/index.ts'
import { exported } from '../../support/manifests.ts'
import { metricsOf } from '../../support/metrics.ts'
import { city, mmdb } from '../../support/mmdb.ts'
import { startServer } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import { temporary } from '../../support/temporary.ts'

const WEB = 'web.default.svc.clusterset.local'

const YAML = `dns: {listen: ["127.0.0.1:0"]}
admin: {listen: "127.0.0.1:0"}
clusters:
  - {id: east, locality: us-east-1, source: {manifests: ./east}}
  - {id: paris, locality: eu-west-3, source: {manifests: ./paris}}
clients: {trustClientSubnet: true, geo: {database: ./geo.mmdb, map: {EU: eu-west-3, AS: asia-1}}}
`

async function directoryOf() {
  const directory = await temporary()
  await directory.write('meridian.yaml', YAML)
  await directory.write(
    'east/web.yaml',
    exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
  )
  await directory.write(
    'paris/web.yaml',
    exported({ name: 'web', clusterIP: '10.102.0.1', pods: ['10.2.0.1'] }),
  )
  const put = async (octets: Uint8Array) => {
    await writeFile(directory.at('geo.mmdb~'), octets)
    await rename(directory.at('geo.mmdb~'), directory.at('geo.mmdb'))
  }
  return { directory, put }
}

const EUROPE = { '81.2.0.0/16': city('EU/FR') }

test('a database that comes while the server runs is in force in all that answers, and one that is wrong is not', async () => {
  const { directory, put } = await directoryOf()
  const { ask, get, ready, meridian } = await startServer(directory)
  try {
    await ready()
    const asked = async () => (await ask(WEB, 'A', { edns: { subnet: '81.2.69.0/24' } })).answers[0]
    const gauge = async (name: string) =>
      metricsOf((await get('/metrics')).text).samples.get(`meridian_geo_database_${name}`)
    expect(await asked()).toBe(`${WEB}. 5 IN A 10.101.0.1`)
    expect((await get('/readyz?verbose')).text).toMatch(/\[-\] clients.geo: ENOENT/)
    await put(mmdb(EUROPE, { builtAt: 1_700_000_000 }))
    await until(async () => (await asked()) === `${WEB}. 5 IN A 10.102.0.1`, 'an answer by the database')
    expect((await get('/ask?name=web.default.svc.clusterset.local&from=81.2.69.142')).text).toContain(
      '10.102.0.1',
    )
    expect([await gauge('build_timestamp_seconds'), await gauge('refused')]).toEqual([1_700_000_000, 0])
    await put(mmdb(EUROPE).subarray(0, 100))
    await until(async () => (await gauge('refused')) === 1, 'a database that is refused')
    expect(await asked()).toBe(`${WEB}. 5 IN A 10.102.0.1`)
  } finally {
    await meridian.stop()
    await directory.close()
  }
})

test('check tells of a database that is not there, is old, or places clients where nobody stands', async () => {
  const { directory, put } = await directoryOf()
  try {
    const found = async () => {
      const { findings } = await check(await readOffline(parseConfig(YAML, directory.at('meridian.yaml'))))
      return findings.flatMap(({ kind, level, finding }) => (kind === 'geo' ? [`${level}: ${finding}`] : []))
    }
    const nobody =
      "warning: no cluster stands in the region of AS (asia-1): such clients are answered as the server's own cluster's"
    expect(await found()).toEqual([expect.stringMatching(/^broken: .*geo\.mmdb: ENOENT/), nobody])
    await put(mmdb(EUROPE, { builtAt: 1_700_000_000 }))
    expect(await found()).toEqual([
      expect.stringMatching(/^warning: Test-City, made 2023-11-14, \d+ days ago$/),
      nobody,
    ])
    await put(mmdb(EUROPE, { builtAt: Math.floor(Date.now() / 1000) }))
    expect(await found()).toEqual([nobody, expect.stringMatching(/^ok: Test-City, made /)])
  } finally {
    await directory.close()
  }
})

test('a database is old once it was made more than thirty days ago', async () => {
  const { directory, put } = await directoryOf()
  try {
    const builtAt = 1_700_000_000
    await put(mmdb(EUROPE, { builtAt }))
    const offline = await readOffline(parseConfig(YAML, directory.at('meridian.yaml')))
    const month = 30 * 24 * 3600
    for (const [age, level] of [
      [month - 1, 'ok'],
      [month, 'ok'],
      [month + 1, 'warning'],
      [10 * month, 'warning'],
    ] as const) {
      const [file] = await checkGeo(offline, 1000 * (builtAt + age))
      expect([file?.level, file?.finding.includes('days ago')]).toEqual([level, level === 'warning'])
    }
  } finally {
    await directory.close()
  }
})

const DNS = (zone: string) => `apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec: {clusterIP: 10.101.0.10, ports: [{name: dns, protocol: UDP, port: 53}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kube-dns-1, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
addressType: IPv4
ports: [{name: dns, protocol: UDP, port: 53}]
endpoints: [{addresses: [127.0.0.1], zone: ${zone}}]
`

const FROM_SERVICE = `dns: {listen: ["127.0.0.1:0"]}
admin: {listen: "127.0.0.1:0"}
clusters:
  - {id: east, locality: r, network: flat, source: {manifests: ./east}}
  - {id: b, locality: r/b, network: flat, source: {manifests: ./b}}
  - {id: c, locality: r/c, network: flat, source: {manifests: ./c}}
clients: {fromService: kube-system/kube-dns}
`

test('where the endpoints of clients.fromService stand is noticed, and told by check', async () => {
  const directory = await temporary()
  await directory.write('meridian.yaml', FROM_SERVICE)
  await directory.write('east/dns.yaml', DNS('b'))
  for (const [i, zone] of ['b', 'c'].entries())
    await directory.write(
      `${zone}/web.yaml`,
      exported({ name: 'web', clusterIP: `10.10${i}.0.1`, pods: [`10.${i}.0.5`] }),
    )
  const { ask, get, ready, meridian } = await startServer(directory)
  try {
    await ready()
    const always = async (address: string) => {
      const asked = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => ask(WEB)))
      return asked.every(({ answers }) => answers[0] === `${WEB}. 5 IN A ${address}`)
    }
    // By chance eight answers are one cluster's before anybody knows of zones.
    const stands = async (at: string) =>
      (await get(`/ask?name=${WEB}&from=127.0.0.1`)).text.includes(`"viewpoint":"${at}"`)
    await until(() => stands('east r/b'), 'the viewpoint in zone b')
    await until(() => always('10.0.0.5'), 'answers for zone b')
    await directory.replace('east/dns.yaml', DNS('c'))
    await until(() => stands('east r/c'), 'the viewpoint in zone c')
    await until(() => always('10.1.0.5'), 'answers for zone c')
    const { findings } = await check(
      await readOffline(parseConfig(FROM_SERVICE, directory.at('meridian.yaml'))),
    )
    expect(findings.flatMap(({ kind, finding }) => (kind === 'clients' ? [finding] : []))).toEqual([
      'kube-system/kube-dns sends clients to endpoints in any zone: what is near to the one that asks is not near to them',
    ])
  } finally {
    await meridian.stop()
    await directory.close()
  }
})

test.each([
  ['{database: geo.mmdb}', 'clients.geo: it has no map, and no cluster has coordinates'],
  ['{map: {EU: x}}', 'clients.geo.database'],
  ['{database: geo.mmdb, map: {DE: eu-1}}', 'DE'],
  ['{database: geo.mmdb, map: {EU: "*"}}', 'is not a locality'],
])('a configuration of %s is refused', (geo, problem) => {
  const text = `clusters: [{id: east, source: {manifests: ./east}}]\nclients: {geo: ${geo}}\n`
  expect(() => parseConfig(text, 'meridian.yaml')).toThrow(problem)
})

test.each([['[91, 0]'], ['[0, -181]'], ['[1]'], ['[1, 2, 3]'], ['here'], ['{lat: 1}']])(
  'coordinates of %s are refused',
  (coordinates) => {
    const text = `clusters: [{id: east, coordinates: ${coordinates}, source: {manifests: ./east}}]`
    expect(() => parseConfig(text, 'meridian.yaml')).toThrow(/coordinates.*\n.*latitude and longitude/)
  },
)

test('coordinates at the poles and on the date line are some', () => {
  const text = 'clusters: [{id: east, coordinates: [-90, 180], source: {manifests: ./east}}]'
  expect(parseConfig(text, 'meridian.yaml').clusters[0]?.coordinates).toEqual({
    latitude: -90,
    longitude: 180,
  })
})
