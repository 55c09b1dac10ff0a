/** Istio's own objects, of its own CRDs on a real API server, as policies and services: they come, change and go while names are asked. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CHECKOUT, meridian as runMeridian } from '../support/server.ts'
import { type Cluster, eventually, istioCrds, readManifests } from './ground/index.ts'
import {
  configFor,
  type Live,
  type Shell,
  Stopwatch,
  say,
  seconds,
  startEastAndWest,
  startLive,
  startShell,
} from './support/index.ts'

const WEB = 'web.default.global'
const [EAST, WEST] = ['cluster-east', 'cluster-west'].map((id) => `${id}.${WEB}.`) as [string, string]
/** Another round of looking for kinds that are not there. */
const NOTICED_MS = 60_000
const SOON_MS = 15_000
/** From kubectl's return to the answer. */
const POLICY_MS = 1_000

let clusters: readonly [east: Cluster, west: Cluster]
let meridian: Live
let shell: Shell

const document = (path: string): string => readFileSync(join(CHECKOUT, path), 'utf8')

/** What docs/examples/rbac.yaml grants for `istio.cluster`. */
const rights = () =>
  readManifests(document('docs/examples/rbac.yaml')).filter(
    ({ metadata }) => metadata.name === 'meridian-istio',
  )

beforeAll(async () => {
  clusters = await startEastAndWest()
  const [east, west] = clusters
  await east.apply(rights())
  shell = await startShell([east.adminKubeconfig, west.adminKubeconfig])
  const sources = Object.fromEntries(
    clusters.map((one) => [one.id, { kubeconfig: { path: one.readerKubeconfig } }]),
  )
  const istio = {
    cluster: 'cluster-east',
    virtualServices: { gateways: ['mesh', 'istio-ingressgateway'] },
    headers: { region: { east: 'us-east-1', west: 'us-west-1' } },
  }
  meridian = await startLive(configFor(sources, { istio, routing: {}, log: { level: 'info' } }))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

/** The weights of those whom draws come to, by cluster. */
async function shares(): Promise<Readonly<Record<string, number>>> {
  const { answers } = await meridian.ask(WEB, 'SRV')
  const records = answers.map((line) => line.split(' ').slice(-4))
  return Object.fromEntries(
    records.flatMap(([priority, weight, , target = '']) =>
      priority === '0' ? [[target, Number(weight)]] : [],
    ),
  )
}

const become = (wanted: object, deadlineMs: number): Promise<void> =>
  eventually(`shares are ${JSON.stringify(wanted)}`, deadlineMs, async () => {
    expect(await shares()).toEqual(wanted)
  })

async function soon(what: string, wanted: object): Promise<void> {
  const watch = new Stopwatch()
  await become(wanted, SOON_MS)
  say(`${what}: in force ${seconds(watch.ms)} after kubectl`)
  expect(watch.ms).toBeLessThan(POLICY_MS)
}

const CASE = document('fixtures/cases/istio-document.case')
/** The two objects of that case, as they stand there. */
const objects = CASE.split(/^---$/m)
  .map((part) => part.split(/^-- /m)[0] ?? '')
  .filter((part) => part.includes('apiVersion: networking.istio.io/v1beta1'))

const apply = (text: string, namespace = 'istio-system') =>
  shell(`kubectl create namespace ${namespace} --dry-run=client -o yaml | kubectl apply -f - >/dev/null
kubectl apply -f - <<'END'
${text.replace('namespace: istio-system', `namespace: ${namespace}`)}
END`)

const ALL_EAST = { [EAST]: 65_535 }
const ALL_WEST = { [WEST]: 65_535 }

test('without the CRDs nothing is wrong; that they come is noticed', async () => {
  const [east] = clusters
  expect(objects).toHaveLength(2)
  await meridian.becomes('cluster-east', 'live', SOON_MS)
  expect(await shares()).toEqual(ALL_EAST)
  await east.apply(istioCrds(['virtualservices', 'destinationrules']))
  const [, rule = ''] = objects
  await eventually('the kinds are served', SOON_MS, () => apply(rule))
  await become({ [EAST]: 52_428, [WEST]: 13_107 }, NOTICED_MS)
})

test('a rule comes, kubectl patch moves traffic, and it goes', async () => {
  const [routes = ''] = objects
  await apply(routes)
  await soon('a VirtualService that came', ALL_EAST)
  const patch = (path: string, value: string) =>
    shell(
      `kubectl -n istio-system patch virtualservice multi-cluster-routing --type json -p '[{"op": "replace", "path": "${path}", "value": ${value}}]'`,
    )
  await patch('/spec/http/0/route/0/destination/host', '"web.default.svc.cluster-west.local"')
  await soon('a VirtualService that was patched', ALL_WEST)
  const { out } = await runMeridian(['explain', WEB, '--config', meridian.file, '--offline'])
  expect(out).toContain('weights: from VirtualService istio-system/multi-cluster-routing (spec.http[0])')
  // Of its routes the last is for all.
  expect(out).toContain(
    'DestinationRule istio-system/multi-cluster-failover in cluster-east: not in force: VirtualService istio-system/multi-cluster-routing (spec.http[2]) decides all that it says',
  )
  await shell('kubectl -n istio-system delete virtualservice multi-cluster-routing')
  await soon('a VirtualService that went', { [EAST]: 52_428, [WEST]: 13_107 })
  await shell('kubectl -n istio-system delete destinationrule multi-cluster-failover')
  await soon('a DestinationRule that went', ALL_EAST)
})

test('a tenant’s objects, and another cluster’s, have no effect', async () => {
  const [, west] = clusters
  const [routes = '', rule = ''] = objects.map((text) => text.replaceAll('cluster-east', 'cluster-west'))
  await west.apply(istioCrds(['virtualservices', 'destinationrules']))
  await eventually('the kinds are served', SOON_MS, () =>
    west.apply(readManifests(`${routes}\n---\n${rule}`)),
  )
  await apply(routes, 'evil')
  await apply(rule, 'evil')
  const read = () => runMeridian(['explain', WEB, '--config', meridian.file, '--offline'])
  const { out } = await read()
  expect(
    out.match(/evil\/[\w-]+ in cluster-east: not in force: an object of namespace evil speaks for/g),
  ).toHaveLength(2)
  await eventually('both are counted', SOON_MS, async () => {
    const { text } = await meridian.get('/metrics')
    for (const kind of ['VirtualService', 'DestinationRule'])
      expect(text).toContain(`meridian_policy_objects{kind="${kind}",outcome="left out"} 1`)
  })
  expect(await shares()).toEqual(ALL_EAST)
})

/** A ServiceEntry of one port for the hosts. */
const entryOf = (name: string, hosts: readonly string[], spec: object, namespace = 'default'): string =>
  JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace },
    spec: { hosts, ports: [{ number: 5432, name: 'tcp', protocol: 'TCP' }], resolution: 'STATIC', ...spec },
  })

const addresses = async (name: string): Promise<readonly string[]> => {
  const { answers } = await meridian.ask(name)
  return answers.map((line) => line.split(' ').at(-1) ?? '').sort()
}

async function answered(what: string, name: string, wanted: readonly string[], deadlineMs = SOON_MS) {
  const watch = new Stopwatch()
  await eventually(`${name} is ${wanted}`, deadlineMs, async () => {
    expect(await addresses(name)).toEqual(wanted)
  })
  say(`${what}: answered ${seconds(watch.ms)} after kubectl`)
  if (deadlineMs === SOON_MS) expect(watch.ms).toBeLessThan(POLICY_MS)
}

const applyThere = (...objects: readonly string[]) =>
  shell(`kubectl apply -f - <<'END'\n${objects.join('\n---\n')}\nEND`)

test('a ServiceEntry comes, changes and goes; its CRD is noticed', async () => {
  const [east] = clusters
  await east.apply(istioCrds(['serviceentries', 'workloadentries']))
  const endpoints = [{ address: '192.0.2.1', locality: 'us-east-1' }]
  const hosts = ['db.default.global']
  await eventually('the kind is served', SOON_MS, () => applyThere(entryOf('db', hosts, { endpoints })))
  await answered('a first ServiceEntry', hosts[0] ?? '', ['192.0.2.1'], NOTICED_MS)
  await applyThere(
    entryOf('db', hosts, { endpoints: [...endpoints, { ...endpoints[0], address: '192.0.2.2' }] }),
  )
  await answered('a ServiceEntry that changed', 'db.default.global', ['192.0.2.1', '192.0.2.2'])
  expect((await meridian.ask('_tcp._tcp.db.default.global', 'SRV')).answers.join()).toContain(
    '0 65535 5432 us-east-1.db.default.global.',
  )
  expect((await meridian.ask('db.default.svc.clusterset.local')).rcode).toBe('NXDOMAIN')
  const { out } = await runMeridian(['explain', 'db.default.global', '--config', meridian.file, '--offline'])
  expect(out).toContain('ServiceEntry default/db')
  await shell('kubectl delete serviceentry db')
  await answered('a ServiceEntry that went', 'db.default.global', [])
  expect((await meridian.ask('db.default.global')).rcode).toBe('NXDOMAIN')
})

const workload = (name: string, address: string, annotations = {}): string =>
  JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: { name, labels: { app: 'db' }, annotations },
    spec: { address, locality: 'us-east-1' },
  })

test('WorkloadEntries that one selects come, fall ill, get well and go', async () => {
  const chosen = { workloadSelector: { labels: { app: 'db' } } }
  await applyThere(entryOf('vms', ['vms.default.global'], chosen), workload('vm-1', '192.0.2.1'))
  await answered('a WorkloadEntry', 'vms.default.global', ['192.0.2.1'], NOTICED_MS)
  await applyThere(workload('vm-2', '192.0.2.2', { 'proxy.istio.io/health-checks-enabled': 'true' }))
  const isHealthy = (status: string) =>
    shell(
      `kubectl patch workloadentry vm-2 --subresource status --type merge -p '{"status": {"conditions": [{"type": "Healthy", "status": "${status}"}]}}'`,
    )
  await isHealthy('True')
  await answered('a machine that is well', 'vms.default.global', ['192.0.2.1', '192.0.2.2'])
  await isHealthy('False')
  await answered('a machine that is ill', 'vms.default.global', ['192.0.2.1'])
  await shell('kubectl label workloadentry vm-1 app=other --overwrite')
  await answered('a machine that is not selected', 'vms.default.global', [])
  await shell('kubectl delete serviceentry vms; kubectl delete workloadentry vm-1 vm-2')
  await eventually('its name is gone', SOON_MS, async () => {
    expect((await meridian.ask('vms.default.global')).rcode).toBe('NXDOMAIN')
  })
})

/** The ServiceEntry of a case, as it stands in the document. */
const entryIn = (name: string): string =>
  document(`fixtures/cases/${name}.case`)
    .split(/^---$|^-- /m)
    .map((part) => part.slice(part.indexOf('apiVersion:')))
    .find((part) => part.startsWith('apiVersion: networking.istio.io/v1beta1')) ?? ''

test('the document’s entries: clusters that answer for a service, and the way to one', async () => {
  const shared = entryIn('entry-shares').replace(
    / {2}- address: web.default.svc.cluster-east[\s\S]*?http: 80\n/,
    '',
  )
  await apply(shared)
  await soon('a ServiceEntry of one cluster alone', ALL_WEST)
  await apply(entryIn('entry-route').replaceAll('cluster-east', 'cluster-west'))
  await answered('the way to a cluster', 'cluster-west.web.default.global', ['10.0.1.100'])
  await shell('kubectl -n istio-system delete serviceentry cross-cluster-service export-local-service')
  await soon('ServiceEntries that went', ALL_EAST)
  await eventually('the way is what it was', SOON_MS, async () => {
    expect(await addresses('cluster-west.web.default.global')).not.toContain('10.0.1.100')
  })
})

test('a tenant’s entries, and another cluster’s, have no effect', async () => {
  const [, west] = clusters
  const theftIn = (namespace: string) =>
    entryOf('theft', ['db.default.global', WEB], { endpoints: [{ address: '192.0.2.66' }] }, namespace)
  await west.apply(istioCrds(['serviceentries', 'workloadentries']))
  await eventually('the kind is served', SOON_MS, () => west.apply(readManifests(theftIn('default'))))
  await shell('kubectl create namespace evil --dry-run=client -o yaml | kubectl apply -f - >/dev/null')
  await applyThere(theftIn('evil'))
  await eventually('it is counted', SOON_MS, async () => {
    const { text } = await meridian.get('/metrics')
    expect(text).toContain('meridian_policy_objects{kind="ServiceEntry",outcome="left out"} 1')
  })
  expect((await meridian.ask('db.default.global')).rcode).toBe('NXDOMAIN')
  expect(await shares()).toEqual(ALL_EAST)
})

test('check says which right is missing', async () => {
  const [east] = clusters
  await shell('kubectl delete clusterrolebinding meridian-istio')
  await eventually('check sees it', SOON_MS, async () => {
    const { out } = await runMeridian(['check', '--config', meridian.file])
    expect(out).toMatch(/broken +cluster-east .*virtualservices/)
  })
  await east.apply(rights())
})
