/** A federation's names on a real API server, with the roles of the documentation: refused from the Namespace of its name on. */
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Cluster, eventually, readManifests, startCluster } from './ground/index.ts'
import { exported, kubeconfigOf, type Live, startLive } from './support/index.ts'

const SOON_MS = 15_000
const READING = ['meridian', 'meridian-local', 'meridian-namespaces']

const DOCUMENTED = readManifests(
  readFileSync(new URL('../../docs/examples/rbac.yaml', import.meta.url), 'utf8'),
)

let east: Cluster
const all: Live[] = []

async function start(): Promise<Live> {
  const source = { kubeconfig: { path: kubeconfigOf(east, { token: await east.token() }) } }
  const live = await startLive({
    dns: { listen: ['127.0.0.1:0'], advertise: ['10.96.0.53'] },
    admin: { listen: '127.0.0.1:0' },
    zones: { federations: { galaxy: { clusters: [] }, nebula: { clusters: [] } } },
    clusters: [{ id: 'cluster-east', locality: 'us-east-1', network: 'flat', source }],
  })
  all.push(live)
  await live.becomes('cluster-east', 'live', SOON_MS)
  return live
}

beforeAll(async () => {
  east = await startCluster('cluster-east', {
    serviceCIDRs: ['10.101.0.0/16', 'fd00:10:101::/112'],
    reader: false,
  })
  const roles = DOCUMENTED.filter(
    ({ kind, metadata }) =>
      kind === 'ServiceAccount' || (kind.startsWith('Cluster') && READING.includes(metadata.name)),
  )
  await east.apply(roles)
  await east.apply(exported({ name: 'cart', namespace: 'shop', clusterIP: '10.101.9.1', pods: ['10.1.9.1'] }))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail')
    console.error([...all.map((one) => one.logTail()), east?.logTails()].join('\n'))
})

afterAll(async () => {
  await Promise.all(all.map((one) => one.end()))
  await east?.close()
})

test('a federation is answered until the own cluster has a Namespace of its name, and refused by whoever starts then', async () => {
  const first = await start()
  const rcodeIs = (live: Live, federation: string, rcode: string) =>
    eventually(`${federation} is ${rcode}`, SOON_MS, async () => {
      expect((await live.ask(`cart.shop.${federation}.svc.cluster.local`)).rcode).toBe(rcode)
    })
  await rcodeIs(first, 'galaxy', 'NOERROR')
  await east.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'galaxy' } }])
  await rcodeIs(first, 'galaxy', 'REFUSED')
  await rcodeIs(first, 'nebula', 'NOERROR')
  const second = await start()
  await rcodeIs(second, 'nebula', 'NOERROR')
  await rcodeIs(second, 'galaxy', 'REFUSED')
})
