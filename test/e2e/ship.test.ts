/** The chart under the real Helm and a real API server, its Pods run as they say. */

import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { at, listAt, serversIn } from './chart/objects.ts'
import { ALL, renderAll, rendered } from './chart/rendered.ts'
import { eventually, isFields, type Manifest, newDirectory, refOf } from './ground/index.ts'
import {
  type Desk,
  probe,
  type Shipyard,
  startShipyards,
  writeDesk,
  type Yards,
} from './support/ship/index.ts'

const SOON_MS = 30_000
const NAME = 'web.default.svc.clusterset.local'
const RESTRICTED = 'pod-security.kubernetes.io/enforce'

let yards: Yards
let east: Shipyard
let desk: Desk

beforeAll(async () => {
  yards = await startShipyards(['cluster-east'], { bare: true })
  const [first] = yards.yards
  if (first === undefined) throw new Error('no cluster')
  east = first
  desk = await writeDesk(yards.yards, newDirectory('desk'))
  await east.cluster.apply([
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'meridian', labels: { [RESTRICTED]: 'restricted' } },
    },
  ])
}, 600_000)

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(east?.pods.logTail())
})

afterAll(() => yards?.close())

/** Pods of the servers, in order of their names. */
async function servers(): Promise<Manifest[]> {
  const pods = await east.cluster.admin.list('v1', 'Pod', 'meridian')
  const own = pods.filter((pod) => at(pod, 'metadata.ownerReferences.0.kind') === 'ReplicaSet')
  return own.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

const isReady = (pod: Manifest): boolean =>
  listAt(pod, 'status.conditions').some((one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True')

/** On this machine. */
const pidOf = (pod: Manifest): number =>
  Number(String(at(pod, 'status.containerStatuses.0.containerID')).replace('process://', ''))

const dig = (...args: readonly string[]): Promise<string> =>
  east.seat.run('dig', '+short', '+tries=1', ...args)

const upgrade = (more = ''): Promise<string> =>
  desk.run(
    `helm upgrade --install meridian chart -n meridian -f fixtures/demo/values/cluster-east.yaml \
      --set 'test.names={${NAME}}' --wait --timeout 4m ${more}`,
  )

/** A Service with an export of it, and endpoints that nobody is behind. */
const WEB: readonly Manifest[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.101.195.130', ports: [{ name: 'http', port: 80 }] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.1.10'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 80 }],
  },
]

const EXPORT: Manifest = {
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: { name: 'web', namespace: 'default' },
}

describe('helm install', () => {
  test('makes objects that the API server accepts, and Pods that become ready under `restricted`', async () => {
    const printed = await upgrade()
    expect(printed).toContain('STATUS: deployed')
    const pods = await servers()
    expect(pods).toHaveLength(2)
    expect(pods.every(isReady)).toBe(true)
    expect(new Set(pods.map((pod) => at(pod, 'spec.nodeName'))).size).toBe(2)
  })

  test('brings the CRDs, and an export is answered at the Service and at each Pod, over UDP and TCP', async () => {
    await east.cluster.apply([...WEB, EXPORT])
    await eventually('the export is answered', SOON_MS, async () =>
      expect(await dig('@10.101.0.53', NAME)).toBe('10.101.195.130\n'),
    )
    expect(await dig('+tcp', '@10.101.0.53', NAME)).toBe('10.101.195.130\n')
    for (const pod of await servers()) {
      const address = `@${at(pod, 'status.podIP')}`
      expect(await dig('-p', '1053', address, NAME)).toBe('10.101.195.130\n')
      expect(await dig('+tcp', '-p', '1053', address, NAME)).toBe('10.101.195.130\n')
    }
  })

  test('runs the server as the Pod says: nobody’s user, without capabilities, over a root it cannot write', async () => {
    const [pod] = await servers()
    const status = readFileSync(`/proc/${pod === undefined ? 0 : pidOf(pod)}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m)
    expect(status).toMatch(/^Groups:\t65532 $/m)
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) expect(status).toContain(`${set}:\t0000000000000000`)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(status).toMatch(/^NSpid:\t\d+\t1$/m)
    const mounts = readFileSync(`/proc/${pod === undefined ? 0 : pidOf(pod)}/mounts`, 'utf8')
    expect(mounts).toMatch(/^overlay \/ overlay ro,/m)
    expect(mounts).toMatch(/ \/etc\/meridian \S+ ro,/)
    expect(mounts).toMatch(/ \/var\/lib\/meridian \S+ rw,/)
  })

  test('prints how to look at it, and that is true', async () => {
    const exec =
      'kubectl -n meridian exec -i deployment/meridian -- /usr/local/bin/node /app/bin/meridian.mjs'
    expect(await desk.run(`${exec} ask ${NAME} 2>&1`)).toContain('10.101.195.130')
    const { port, stop } = await desk.forward('-n meridian port-forward deployment/meridian :9153')
    const page = await fetch(`http://127.0.0.1:${port}/readyz?verbose`).finally(stop)
    expect(await page.text()).toContain('cluster cluster-east: live')
    expect(await desk.run('kubectl -n meridian logs deployment/meridian')).toContain('"msg"')
  })

  test('is tried by `helm test`, whose Pod runs the same way', async () => {
    expect(await desk.run('helm test -n meridian meridian --logs')).toMatch(/Phase: +Succeeded/)
  })

  test('is refused by the API server where a Pod asks for more than `restricted` allows', async () => {
    const containers = [{ name: 'bold', image: 'ghcr.io/meridian-dns/meridian' }]
    const bold = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bold' }, spec: { containers } }
    const path = '/api/v1/namespaces/meridian/pods?dryRun=All'
    const { status, body } = await east.cluster.admin.request('POST', path, bold)
    expect(status).toBe(403)
    expect(isFields(body) ? body['message'] : '').toContain('violates PodSecurity "restricted')
  })
})

describe('helm upgrade', () => {
  test('of the configuration alone: the running Pods take it, and none is replaced', async () => {
    const before = (await servers()).map(({ metadata }) => metadata.name)
    await upgrade('--set config.dns.ttl=17')
    await eventually('the TTL is the new one', SOON_MS, async () => {
      const line = await east.seat.run('dig', '+noall', '+answer', '@10.101.0.53', NAME)
      expect(line).toMatch(/\s17\s+IN\s+A\s/)
    })
    expect((await servers()).map(({ metadata }) => metadata.name)).toEqual(before)
  })

  test('of the Pods: they are replaced one after the other, and no query fails', {
    timeout: 300_000,
  }, async () => {
    const before = (await servers()).map(({ metadata }) => metadata.name)
    const stop = await probe(east.seat, '10.101.0.53', NAME)
    await upgrade('--set replicas=3 --set podAnnotations.roll=now --set drainSeconds=3')
    await eventually('only new Pods are there', 60_000, async () => {
      const pods = await servers()
      expect(pods).toHaveLength(3)
      expect(pods.filter(({ metadata }) => before.includes(metadata.name))).toEqual([])
    })
    const { asked, failed } = await stop()
    console.log(`the roll: asked ${asked}, failed ${failed.length}`)
    expect(failed).toEqual([])
    expect(asked).toBeGreaterThan(100)
  })
})

test('a container that is killed answers from its state again, while the API server is away', async () => {
  const [pod] = await servers()
  const address = String(at(pod, 'status.podIP'))
  await eventually('its view is on disk', SOON_MS, async () =>
    expect(await filesOf(pod)).toContain('cluster-east.view'),
  )
  await east.cluster.kill()
  try {
    process.kill(pod === undefined ? 0 : pidOf(pod), 'SIGKILL')
    await eventually('it answers again', 60_000, async () =>
      expect(await dig('-p', '1053', '+time=1', `@${address}`, NAME)).toBe('10.101.195.130\n'),
    )
  } finally {
    await east.cluster.restart()
  }
  await eventually('the Pod is ready again, and has been restarted once', 60_000, async () => {
    const now = (await servers()).find(({ metadata }) => metadata.name === pod?.metadata.name)
    expect(at(now, 'status.containerStatuses.0.restartCount')).toBe(1)
    expect(now !== undefined && isReady(now)).toBe(true)
  })
})

/** In its state volume. */
async function filesOf(pod: Manifest | undefined): Promise<string> {
  const script = "import('node:fs').then((fs) => console.log(fs.readdirSync('/var/lib/meridian').join()))"
  const node = ['/usr/local/bin/node', '-e', `"${script}"`].join(' ')
  return desk.run(`kubectl -n meridian exec ${pod?.metadata.name} -- ${node}`)
}

describe('every example of values, and the defaults', () => {
  const KINDS = ['monitoring.coreos.com/v1', 'cilium.io/v2']

  beforeAll(async () => {
    await renderAll()
    const objects = ALL.flatMap(rendered)
    const foreign = objects.filter(({ apiVersion }) => KINDS.includes(apiVersion))
    await east.cluster.apply([...new Map(foreign.map((one) => [one.kind, crdOf(one)])).values()])
    for (const one of foreign)
      await eventually(`${one.kind} is served`, SOON_MS, () =>
        east.cluster.admin.list(one.apiVersion, one.kind),
      )
    const namespaces = [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))]
    await east.cluster.apply(namespaces.filter((one) => one !== 'meridian').map(namespace))
  })

  test.each(ALL)('%s: each object is accepted strictly', async (name) => {
    for (const object of rendered(name)) {
      const moved = beside(object)
      const path = await east.cluster.admin.pathOf(refOf(moved))
      const query = 'dryRun=All&fieldValidation=Strict&force=true&fieldManager=test'
      const type = 'application/apply-patch+yaml'
      const reply = await east.cluster.admin.request('PATCH', `${path}?${query}`, moved, type)
      expect(
        reply.status,
        `${object.kind} ${object.metadata.name}: ${JSON.stringify(reply.body)}`,
      ).toBeLessThan(300)
    }
  })

  test.each(ALL)('%s: the servers’ Pods are `restricted`', async (name) => {
    const deployments = serversIn(rendered(name))
    expect(deployments.length).toBeGreaterThan(0)
    for (const deployment of deployments) {
      const template = Object(at(deployment, 'spec.template'))
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        ...template,
        metadata: { ...template.metadata, name: 'try' },
      }
      const path = '/api/v1/namespaces/meridian/pods?dryRun=All&fieldValidation=Strict'
      const { status, body } = await east.cluster.admin.request('POST', path, pod)
      expect(status, JSON.stringify(body)).toBe(201)
    }
  })
})

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

/** Beside what is installed: under another name, a Service at any address. */
function beside({ metadata, ...object }: Manifest): Manifest {
  const moved = { ...object, apiVersion: object.apiVersion, kind: object.kind }
  const named = { ...moved, metadata: { ...metadata, name: `${metadata.name}-try` } }
  if (object.kind !== 'Service') return named
  const { clusterIP: _, ...spec } = Object(object['spec'])
  return { ...named, spec }
}

/** A kind that the Prometheus operator or Cilium would bring: whatever it says. */
function crdOf({ apiVersion, kind }: Manifest): Manifest {
  const [group = '', version = ''] = apiVersion.split('/')
  const singular = kind.toLowerCase()
  const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  }
}

test('helm uninstall leaves nothing behind but the CRDs', async () => {
  await desk.run('helm uninstall meridian -n meridian --wait')
  const kinds =
    'all,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets,endpointslices'
  await eventually('the namespace is empty', 60_000, async () => {
    const left = await desk.run(`kubectl -n meridian get ${kinds} -o name`)
    expect(left.split('\n').filter(Boolean)).toEqual(['configmap/kube-root-ca.crt', 'serviceaccount/default'])
  })
  const wide = await desk.run('kubectl get clusterroles,clusterrolebindings,priorityclasses -o name')
  expect(wide).not.toContain('meridian')
  const crds = await desk.run('kubectl get crds -o name')
  expect(crds).toContain('serviceexports.multicluster.x-k8s.io')
  expect(crds).toContain('serviceimports.multicluster.x-k8s.io')
})
