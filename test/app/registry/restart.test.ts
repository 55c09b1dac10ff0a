import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { kubeconfig } from '../../sources/apiserver/cluster.ts'
import { FakeApiServer } from '../../sources/apiserver/fake.ts'
import { exported } from '../../support/manifests.ts'
import { type InProcess, startServer } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import type { RawObject } from '../../support/source-battery.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { secret } from './finding.ts'

// A server whose clusters are found in Secrets starts while every API server is down.

let east: FakeApiServer
let west: FakeApiServer
let directory: Temporary
let server: InProcess

const put = (api: FakeApiServer, name: string, clusterIP: string, pod: string): void => {
  const { items } = parse(exported({ name, clusterIP, pods: [pod] }))
  for (const item of items) api.put(item)
}

const identify = (api: FakeApiServer, uid: string): void =>
  api.put({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { namespace: '', name: 'kube-system', uid },
  } as RawObject)

const WEST = () =>
  secret('west', {
    data: { kubeconfig: kubeconfig(west.url, { token: 'hush' }) },
    annotations: { locality: 'us-west-1', network: 'flat' },
  })

beforeEach(async () => {
  ;[east, west] = await Promise.all([FakeApiServer.open(), FakeApiServer.open()])
  identify(east, 'uid-east')
  identify(west, 'uid-west')
  put(east, 'here', '10.101.0.1', '10.1.0.1')
  put(west, 'there', '10.102.0.1', '10.2.0.1')
  east.put(WEST())
  directory = await temporary()
  await directory.write('east.kubeconfig', kubeconfig(east.url))
  await directory.write(
    'meridian.yaml',
    stringify({
      dns: { listen: ['127.0.0.1:0'] },
      admin: { listen: '127.0.0.1:0' },
      local: { cluster: 'east' },
      clusters: [{ id: 'east', network: 'flat', source: { kubeconfig: { path: './east.kubeconfig' } } }],
      registries: [{ secrets: { namespace: 'meridian' } }],
      state: { dir: './state' },
    }),
  )
  server = await startServer(directory)
  // Which of the two is read first is left to the thread that reads them.
  for (const id of ['east', 'west']) await until(async () => (await stateOf(id)) === 'live', `${id}, read`)
})

afterEach(async () => {
  await server.meridian.stop()
  await Promise.all([east.kill(), west.kill()])
  await directory.close()
})

const HERE = 'here.default.svc.clusterset.local'
const THERE = 'there.default.svc.clusterset.local'

async function stateOf(id: string): Promise<string> {
  const { text } = await server.get('/readyz?verbose')
  return new RegExp(`cluster ${id}: (\\w+),`).exec(text)?.[1] ?? 'unknown'
}

const addressOf = async (name: string) => (await server.ask(name)).answers[0]?.split(' ').at(-1)

/** Everything is down, and Meridian starts. */
async function restartInTheDark(): Promise<void> {
  await server.meridian.stop()
  for (const one of [east, west]) one.darken()
  server = await startServer(directory)
}

test('it answers from all clusters, those that were found in Secrets too, and says since when', async () => {
  await restartInTheDark()
  await server.ready()
  expect(await addressOf(HERE)).toBe('10.101.0.1')
  const { answers, edns } = await server.ask(THERE)
  expect(answers[0]).toContain('10.2.0.1')
  expect(edns?.ede).toEqual([{ code: 3, text: expect.stringMatching(/^west last heard from 20/) }])
  expect((await server.ask('missing.default.svc.clusterset.local')).rcode).toBe('NXDOMAIN')
  const { text } = await server.get('/readyz?verbose')
  expect(text).toMatch(/cluster west: stale, last heard 20/)
  expect(text).toContain('[-] registries: not read yet')
})

test('and once its own API server is back, everything becomes live', async () => {
  await restartInTheDark()
  await server.ready()
  put(west, 'there', '10.102.0.1', '10.2.0.2')
  await Promise.all([east.listen(), west.listen()])
  await until(async () => (await stateOf('west')) === 'live', 'a cluster that is found again')
  await until(async () => (await stateOf('east')) === 'live', 'the own cluster')
  // Threads that answer follow the world a moment later.
  await until(async () => (await addressOf(THERE)) === '10.2.0.2', 'the address that it has now')
  expect((await server.get('/readyz?verbose')).text).not.toContain('registries')
})

test('a cluster whose Secret was deleted meanwhile is answered until the registry is heard, and then leaves', async () => {
  await restartInTheDark()
  await server.ready()
  east.remove(WEST())
  expect(await addressOf(THERE)).toBe('10.2.0.1')
  await Promise.all([east.listen(), west.listen()])
  await until(async () => (await server.ask(THERE)).rcode === 'NXDOMAIN', 'the end of a cluster')
  expect(await stateOf('west')).toBe('unknown')
  await restartInTheDark()
  await server.ready()
  expect((await server.ask(THERE)).rcode).toBe('NXDOMAIN')
})

test('no credentials are kept beside the views', async () => {
  await server.meridian.stop()
  const files = await Promise.all(
    ['clusters.found', 'west.view'].map((file) => readFile(directory.at(`state/${file}`), 'utf8')),
  )
  expect(files.join('')).toContain('us-west-1')
  expect(files.join('')).not.toContain('hush')
})

test('a damaged list is set aside, and nothing is said to be missing before the Secrets are read', async () => {
  await server.meridian.stop()
  for (const one of [east, west]) one.darken()
  await writeFile(directory.at('state/clusters.found'), 'hello\n')
  server = await startServer(directory)
  expect((await server.get('/readyz')).status).toBe(503)
  expect((await server.ask(THERE)).rcode).toBe('SERVFAIL')
  expect(await readFile(directory.at('state/clusters.found.set-aside'), 'utf8')).toBe('hello\n')
  await Promise.all([east.listen(), west.listen()])
  await server.ready()
  await until(async () => (await addressOf(THERE)) === '10.2.0.1', 'a cluster that is found again')
})
