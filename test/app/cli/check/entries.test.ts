import { expect, test } from 'vitest'
import { explainName } from '../../../../src/app/admin/inspect.ts'
import { checkEntries } from '../../../../src/app/cli/check/entries.ts'
import { inspectedOffline } from '../../../../src/app/cli/offline.ts'
import { offlineOf } from '../clusterset.ts'

const entry = (name: string, ...hosts: readonly string[]): string =>
  JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace: 'istio-system' },
    spec: {
      hosts,
      ports: [{ number: 5432, name: 'pg', protocol: 'TCP' }],
      resolution: 'STATIC',
      endpoints: [{ address: '192.0.2.1' }],
    },
  })

const ISTIO = 'istio: {cluster: cluster-east}\n'
const ZONES = 'zones: {entries: [mesh.internal, "*.corp.example"]}\n'
const given = {
  'cluster-east': { files: { 'a.yaml': entry('a', 'db.mesh.internal', '*.corp.example', 'db.shop.global') } },
}
const other = {
  'cluster-east': {
    files: {
      'a.yaml': entry('a', 'Db.Mesh.Internal', 'api.example.com', 'mesh.internal', 'x y.mesh.internal'),
    },
  },
}

test('hosts of ServiceEntries that fall under no zone are listed', async () => {
  expect(checkEntries(await offlineOf(given, ISTIO + ZONES))).toEqual([])
  const [found, ...more] = checkEntries(await offlineOf(other, ISTIO + ZONES))
  expect([more, found?.level, found?.cluster]).toEqual([[], 'advice', 'cluster-east'])
  expect(found?.finding).toMatch(/^api\.example\.com, mesh\.internal, x y\.mesh\.internal: hosts in no zone/)
  expect(checkEntries(await offlineOf(given, ISTIO)).map(({ finding }) => finding)).toEqual([
    expect.stringContaining('*.corp.example, db.mesh.internal'),
  ])
})

test('zones of hosts without a cluster whose ServiceEntries are read are warned of, and none of either is nothing', async () => {
  expect(checkEntries(await offlineOf(given, ZONES)).map(({ level, subject }) => [level, subject])).toEqual([
    ['warning', 'zones.entries'],
  ])
  expect(checkEntries(await offlineOf(given))).toEqual([])
})

test('a host is explained by its name, and one that a wildcard stands for by that', async () => {
  const inspected = inspectedOffline(await offlineOf(given, ISTIO + ZONES), 'test')
  const own = explainName(inspected, { name: 'db.mesh.internal' })
  expect([own.service, own.summary, own.clusters.map(({ cluster }) => cluster)]).toEqual([
    'db.mesh.internal',
    'Answered from outside.',
    ['outside'],
  ])
  expect(own.records).toContain('db.mesh.internal. 5 IN A 192.0.2.1')
  const wild = explainName(inspected, { name: 'any.thing.corp.example' })
  expect([wild.service, wild.records]).toEqual(['*.corp.example', ['*.corp.example. 5 IN A 192.0.2.1']])
  expect(() => explainName(inspected, { name: 'nobody.mesh.internal' })).toThrow(
    'no ServiceEntry that may speak for it has the host nobody.mesh.internal',
  )
})
