/** What runs Pods here does with them what a kubelet does, and refuses what it does not know. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { at } from './chart/objects.ts'
import { eventually, type Fields, type Manifest, newDirectory } from './ground/index.ts'
import { type Desk, type Shipyard, startShipyards, writeDesk, type Yards } from './support/ship/index.ts'

const SOON_MS = 30_000
const IMAGE = 'ghcr.io/meridian-dns/meridian:any'
const NODE = '/usr/local/bin/node'

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
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'try' } },
    object('ConfigMap', 'map', { data: { greeting: 'hello', other: 'unused' } }),
    object('Secret', 'secret', { stringData: { word: 'hush' } }),
    object('ServiceAccount', 'default', {}),
  ])
}, 600_000)

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(east?.pods.logTail())
})

afterAll(() => yards?.close())

const object = (kind: string, name: string, rest: Fields): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'try' },
  ...rest,
})

const pod = (name: string, script: string, container: Fields = {}, spec: Fields = {}): Manifest =>
  object('Pod', name, {
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: IMAGE, command: [NODE, '-e', script], ...container }],
      ...spec,
    },
  })

const read = (name: string): Promise<Manifest> =>
  east.cluster.admin.get({ apiVersion: 'v1', kind: 'Pod', name, namespace: 'try' })

async function phase(name: string, wanted: string): Promise<Manifest> {
  return eventually(`${name} is ${wanted}`, SOON_MS, async () => {
    const found = await read(name)
    expect(at(found, 'status.phase'), JSON.stringify(at(found, 'status'))).toBe(wanted)
    return found
  })
}

const logs = (name: string): Promise<string> => desk.run(`kubectl -n try logs ${name}`)

test('a container has the environment, files and identity that its Pod says', async () => {
  const script = `
    const fs = require('node:fs')
    const read = (path) => fs.readFileSync(path, 'utf8')
    const { NAME, ADDRESS, CPU, MEMORY, GREETING, WORD, BOTH, FROM_greeting } = process.env
    console.log(JSON.stringify({
      NAME, ADDRESS, CPU, MEMORY, GREETING, WORD, BOTH, FROM_greeting,
      args: process.argv.slice(1), user: process.getuid(), group: process.getgid(),
      files: [read('/map/hi'), read('/secret/word'), read('/etc/hostname').trim()],
      namespace: read('/var/run/secrets/kubernetes.io/serviceaccount/namespace'),
      search: read('/etc/resolv.conf').split('\\n')[0],
      host: require('node:os').hostname(), pid: process.pid,
    }))`
  const valueFrom = (name: string, from: Fields) => ({ name, valueFrom: from })
  const env = [
    valueFrom('NAME', { fieldRef: { fieldPath: 'metadata.name' } }),
    valueFrom('ADDRESS', { fieldRef: { fieldPath: 'status.podIP' } }),
    valueFrom('CPU', { resourceFieldRef: { resource: 'limits.cpu' } }),
    valueFrom('MEMORY', { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }),
    valueFrom('GREETING', { configMapKeyRef: { name: 'map', key: 'greeting' } }),
    valueFrom('WORD', { secretKeyRef: { name: 'secret', key: 'word' } }),
    { name: 'BOTH', value: '$(GREETING) $(WORD) $(NOBODY) $$(WORD)' },
  ]
  const container = {
    env,
    envFrom: [{ prefix: 'FROM_', configMapRef: { name: 'map' } }],
    args: ['$(GREETING)'],
    resources: { limits: { cpu: '1500m', memory: '64Mi' } },
    securityContext: { runAsUser: 1234, runAsGroup: 4321 },
    volumeMounts: [
      { name: 'map', mountPath: '/map' },
      { name: 'secret', mountPath: '/secret' },
    ],
  }
  const volumes = [
    { name: 'map', configMap: { name: 'map', items: [{ key: 'greeting', path: 'hi' }] } },
    { name: 'secret', secret: { secretName: 'secret' } },
  ]
  await east.cluster.apply([pod('whole', script, container, { volumes })])
  const { status } = await phase('whole', 'Succeeded')
  expect(JSON.parse(await logs('whole'))).toEqual({
    NAME: 'whole',
    ADDRESS: at(status, 'podIP'),
    CPU: '2',
    MEMORY: '64',
    GREETING: 'hello',
    WORD: 'hush',
    BOTH: 'hello hush $(NOBODY) $(WORD)',
    FROM_greeting: 'hello',
    args: ['hello'],
    user: 1234,
    group: 4321,
    files: ['hello', 'hush', 'whole'],
    namespace: 'try',
    search: 'search try.svc.cluster.local svc.cluster.local cluster.local',
    host: 'whole',
    pid: 1,
  })
})

test('a file of a ConfigMap changes under a container that runs', async () => {
  const script = `
    const fs = require('node:fs')
    const { setTimeout: pause } = require('node:timers/promises')
    void (async () => {
      while (fs.readFileSync('/map/greeting', 'utf8') !== 'goodbye') await pause(50)
      console.log(fs.readdirSync('/map').filter((one) => !one.startsWith('..')).join())
    })()`
  const container = { volumeMounts: [{ name: 'map', mountPath: '/map' }] }
  await east.cluster.apply([
    pod('waits', script, container, { volumes: [{ name: 'map', configMap: { name: 'map' } }] }),
  ])
  await phase('waits', 'Running')
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'map', namespace: 'try' }
  await east.cluster.admin.patch(ref, { data: { greeting: 'goodbye', other: null, more: '1' } })
  await phase('waits', 'Succeeded')
  expect(await logs('waits')).toBe('greeting,more\n')
})

test('init containers run to their end first, and an exit code is reported', async () => {
  const init = (name: string, code: number) => ({
    initContainers: [
      {
        name: 'first',
        image: IMAGE,
        command: [NODE, '-e', `require('fs').writeFileSync('/shared/${name}', ''); process.exit(${code})`],
        volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
      },
    ],
    volumes: [{ name: 'shared', emptyDir: {} }],
  })
  const container = { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }
  const exits = "process.exit(require('fs').existsSync('/shared/ends-with-3') ? 3 : 4)"
  await east.cluster.apply([
    pod('ends-with-3', exits, container, init('ends-with-3', 0)),
    pod('never', 'console.log(1)', container, init('never', 5)),
  ])
  const ended = await phase('ends-with-3', 'Failed')
  expect(at(ended, 'status.containerStatuses.0.state.terminated.exitCode')).toBe(3)
  const failed = await phase('never', 'Failed')
  expect(at(failed, 'status.initContainerStatuses.0.state.terminated.exitCode')).toBe(5)
  expect(at(failed, 'status.containerStatuses.0.state.terminated')).toBeUndefined()
})

test('a container whose liveness probe fails is killed and started again', async () => {
  const script = "require('http').createServer((_, reply) => reply.writeHead(500).end()).listen(8080)"
  const livenessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 1 }
  const spec = { restartPolicy: 'Always', terminationGracePeriodSeconds: 0 }
  await east.cluster.apply([pod('sick', script, { livenessProbe }, spec)])
  await eventually('it is restarted', SOON_MS, async () => {
    expect(at(await read('sick'), 'status.containerStatuses.0.restartCount')).toBeGreaterThan(0)
  })
})

test.each([
  [
    'a volume of another kind',
    {},
    { volumes: [{ name: 'disk', hostPath: { path: '/' } }] },
    /does not know its kind/,
  ],
  ['the network of the machine', {}, { hostNetwork: true }, /no namespace of the machine/],
  [
    'a ConfigMap that is not there',
    {},
    { volumes: [{ name: 'x', configMap: { name: 'none' } }] },
    /none is not there/,
  ],
  ['an image that nobody has', { image: 'busybox' }, {}, /no image busybox here/],
  ['no root, and is root', { securityContext: { runAsNonRoot: true, runAsUser: 0 } }, {}, /will run as root/],
])('a Pod that asks for %s does not run, and says why', async (title, container, spec, why) => {
  const name = `refused-${title.replaceAll(/[^a-z]+/g, '-')}`
  await east.cluster.apply([pod(name, '0', container, spec)])
  await eventually('it says why', SOON_MS, async () => {
    const { status } = await read(name)
    expect(JSON.stringify(status)).toMatch(why)
    expect(at(status, 'containerStatuses.0.state.running')).toBeUndefined()
  })
})

test('a namespace that is deleted goes with all that is in it', async () => {
  await east.cluster.admin.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'try' })
  await eventually('it is gone', SOON_MS, async () =>
    expect((await east.cluster.admin.request('GET', '/api/v1/namespaces/try')).status).toBe(404),
  )
})
