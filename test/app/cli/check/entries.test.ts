import { expect, test } from 'vitest'
import { explainName } from '../../../../src/app/admin/inspect.ts'
import { checkEntries } from '../../../../src/app/cli/check/entries.ts'
import { printCheck } from '../../../../src/app/cli/check/print.ts'
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
test('hosts of ServiceEntries that fall under no zone are listed', async () => {
  expect(checkEntries(await offlineOf(given, ISTIO + ZONES))).toEqual([])
  expect(await toldOf(['Db.Mesh.Internal', 'api.example.com', 'mesh.internal', 'x y.mesh.internal'])).toEqual(
    [
      ['api.example.com', expect.stringContaining('in no zone'), expect.stringContaining('add the zone')],
      ['mesh.internal', expect.stringContaining('mesh.internal is a zone'), expect.stringContaining('below')],
      ['x y.mesh.internal', expect.stringContaining('no name of the DNS'), 'give it another host'],
    ],
  )
  const without = checkEntries(await offlineOf(given, ISTIO))
  expect(without.map(({ level, cluster, subject }) => [level, cluster, subject])).toEqual([
    ['advice', 'cluster-east', '*.corp.example'],
    ['advice', 'cluster-east', 'db.mesh.internal'],
  ])
})

const toldOf = async (hosts: readonly string[]) =>
  checkEntries(
    await offlineOf({ 'cluster-east': { files: { 'a.yaml': entry('a', ...hosts) } } }, ISTIO + ZONES),
  ).map(({ subject, finding, remedy }) => [subject, finding, remedy])

test.each([
  ['db.global', /a host has its namespace/, /such as db\.default\.global/],
  ['a.b.c.d.e.global', /names of services/, /<service>\.<namespace>\.global/],
  ['*.shop.global', /no wildcard/, /a host for each/],
  ['a.b.c.svc.cluster.local', /names of each cluster by itself/, /write <service>\.<namespace>\.global/],
  ['foo.cluster.local', /names of each cluster by itself/, /write <service>\.<namespace>\.global/],
  ['*.cluster.local', /no wildcard/, /a host for each/],
  ['*.local', /local can be none, as cluster\.local lies in it/, /below another domain/],
  ['foo.local', /local can be none, as cluster\.local lies in it/, /below another domain/],
  ['1.2.3.4', /an address, and no name/, /the address to an endpoint/],
  ['*-db.mesh.internal', /an asterisk is the whole first label/, /\*\.mesh\.internal/],
  ['*.*.mesh.internal', /an asterisk is the whole first label/, /each of the hosts/],
  ['*.internal', /beside the zone mesh\.internal/, /write \*\.mesh\.internal/],
  ['db.mesh.internal.', /ends with a dot/, /without the last dot/],
  ['*', /every name/, /a wildcard below a zone/],
])('that no name is made of %s has a reason of its own', async (host, finding, remedy) => {
  expect(await toldOf([host])).toEqual([
    [host, expect.stringMatching(finding), expect.stringMatching(remedy)],
  ])
})

test('each reason is shown, and of many hosts that share one all with --verbose', async () => {
  const hosts = ['db.global', ...Array.from({ length: 9 }, (_, i) => `api${i}.example.com`)]
  const offline = await offlineOf({ 'cluster-east': { files: { 'a.yaml': entry('a', ...hosts) } } }, ISTIO)
  const report = { findings: checkEntries(offline), matrix: null, connections: null }
  const short = printCheck(report, { verbose: false, colour: false })
  expect(short).toContain('and 4 more like this: --verbose shows all')
  expect(short).toContain('db.global')
  const whole = printCheck(report, { verbose: true, colour: false })
  for (const host of hosts) expect(whole).toContain(host)
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
