/** What `meridian join` prints is run as it stands, with the real kubectl, and the cluster is found and answered. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Cluster } from './ground/index.ts'
import {
  commandsIn,
  configFor,
  type Live,
  type Shell,
  startEastAndWest,
  startLive,
  startShell,
} from './support/index.ts'

const WEB = 'web.default.global'
const SOON_MS = 15_000
const SECRET = { apiVersion: 'v1', kind: 'Secret', namespace: 'meridian', name: 'cluster-west' }
const JOIN = 'meridian join cluster-west --locality us-west-1/us-west-1a --network flat --allow-loopback'

let clusters: readonly [east: Cluster, west: Cluster]
let meridian: Live
let shell: Shell

beforeAll(async () => {
  clusters = await startEastAndWest()
  const [east, west] = clusters
  shell = await startShell([east.adminKubeconfig, west.adminKubeconfig])
  const registries = [{ secrets: { namespace: 'meridian' } }]
  const sources = { 'cluster-east': { kubeconfig: { path: east.adminKubeconfig } } }
  meridian = await startLive(configFor(sources, { registries, routing: {}, log: { level: 'info' } }))
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
  await clusters?.[0].admin.delete(SECRET)
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

/** As docs/reference/commands.md has it, for where no kubeconfig is. */
const WHERE = `where=$(kubectl --context cluster-west config view --minify --flatten --raw \
  -o jsonpath='--server {.clusters[0].cluster.server} --ca-data {.clusters[0].cluster.certificate-authority-data}')`

const TARGETS = ['cluster-east.web.default.global.', 'cluster-west.web.default.global.']

async function joined(): Promise<void> {
  await meridian.becomes('cluster-west', 'live', SOON_MS)
  await meridian.answers(WEB, TARGETS, SOON_MS, 'SRV')
}

/** Two pipelines: the first for the remote cluster, the second for this one. */
function pipelinesIn(text: string): readonly [remote: string, registry: string] {
  const lines = commandsIn(text).split('\n')
  expect(lines).toHaveLength(5)
  return [lines.slice(0, 2).join('\n'), lines.slice(2).join('\n')]
}

/** Unix seconds at which the credentials that are in use end. */
async function expiry(): Promise<number> {
  const { text } = await meridian.get('/metrics')
  const line = /^meridian_cluster_credential_expiry_timestamp_seconds\{.*cluster="cluster-west".*\} (\S+)$/m
  return Number(line.exec(text)?.[1])
}

test('a cluster joins by two commands, and a token is rotated by the second of them', async () => {
  const [remote, registry] = pipelinesIn(await shell(`${JOIN} --lifetime 1h`))
  await shell(remote)
  await shell(registry)
  await joined()
  const first = await expiry()

  const [, later] = pipelinesIn(await shell(`${JOIN} --lifetime 5h`))
  await shell(later)
  await expect.poll(expiry, { timeout: SOON_MS }).toBeGreaterThan(first + 3 * 3600)
  await joined()
})

test('a token without an end comes from the Secret that the remote cluster fills', async () => {
  const [, west] = clusters
  const [remote, registry] = pipelinesIn(await shell(JOIN))
  await shell(remote)
  await expect(shell(registry)).rejects.toThrow('--token-file: standard input is empty')

  // As the token controller does, which the ground has none of.
  const account = '/api/v1/namespaces/meridian/serviceaccounts/meridian-reader/token'
  const { body } = await west.admin.request('POST', account, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  })
  const { status } = Object(body)
  const token = Buffer.from(status.token).toString('base64')
  await west.admin.patch({ ...SECRET, name: 'meridian-reader-token' }, { data: { token } })
  await shell(registry)
  await joined()
})

test('what is granted suffices, and the API server accepts every object strictly', async () => {
  await shell(`${JOIN} --only remote | kubectl --context cluster-west apply --validate=strict -f -`)
  await shell(
    `${WHERE}; ${JOIN} $where --only registry --token-file <(echo t) | kubectl apply --server-side --validate=strict -f -`,
  )
  const { data } = await clusters[0].admin.get(SECRET)
  const kubeconfig = Buffer.from(Object(data).kubeconfig, 'base64').toString()
  expect(kubeconfig).toContain(`server: ${clusters[1].url}\n`)
  expect(kubeconfig).toMatch(/certificate-authority-data: LS0tLS1CRUdJTi/)
  const can = (rest: string) =>
    shell(
      `kubectl --context cluster-west auth can-i ${rest} --as system:serviceaccount:meridian:meridian-reader || true`,
    )
  for (const kind of ['services', 'endpointslices.discovery.k8s.io', 'serviceexports.multicluster.x-k8s.io'])
    for (const verb of ['list', 'watch'])
      expect(await can(`${verb} ${kind} -A`), `${verb} ${kind}`).toBe('yes\n')
  expect(await can('get namespaces/kube-system')).toBe('yes\n')
  for (const rest of ['list secrets -A', 'list pods -A', 'get namespaces/default', 'create services -A'])
    expect(await can(rest), rest).toBe('no\n')
})
