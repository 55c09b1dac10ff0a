/** ClusterProfiles of their own CRD on a real API server: clusters join with them and leave with them, each way in. */

import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CHECKOUT, meridian as runMeridian } from '../support/server.ts'
import {
  type Cluster,
  clusterProfileCrds,
  eventually,
  type Fields,
  type Manifest,
  readManifests,
} from './ground/index.ts'
import { configFor, type Live, startEastAndWest, startLive } from './support/index.ts'

const WEB = 'web.default.global'
const [EAST, WEST] = ['cluster-east', 'cluster-west'].map((id) => `${id}.${WEB}.`) as [string, string]
/** Another round of looking for kinds that are not there. */
const NOTICED_MS = 60_000
const SOON_MS = 15_000
const CLUSTERSET = 'multicluster.x-k8s.io/clusterset'

let clusters: readonly [east: Cluster, west: Cluster]
let meridian: Live
/** Whom the tests know the west by: Meridian's own account there. */
let token: string
let command: string

/** What docs/examples/rbac.yaml grants in the parts that bear these names. */
const rights = (...names: readonly string[]): Manifest[] =>
  readManifests(readFileSync(join(CHECKOUT, 'docs/examples/rbac.yaml'), 'utf8')).filter(({ metadata }) =>
    names.includes(metadata.name),
  )

const PROFILES = 'meridian-cluster-profiles'

beforeAll(async () => {
  clusters = await startEastAndWest()
  const [east, west] = clusters
  token = await west.token()
  command = join(west.directory, 'cloud-auth')
  writeFileSync(
    command,
    `#!/bin/sh
case "$KUBERNETES_EXEC_INFO" in *'"clusterName":"west"'*) ;; *) echo "which cluster?" >&2; exit 1 ;; esac
[ "$1" = get-token ] && [ $# = 1 ] || { echo "called with $*" >&2; exit 1; }
printf '{"kind": "ExecCredential", "status": {"token": "%s"}}' "$(cat "$TOKEN_FILE")"
`,
  )
  chmodSync(command, 0o755)
  writeFileSync(`${command}.token`, token)
  await east.apply(rights('meridian', 'meridian-local', PROFILES))
  await west.apply(rights('meridian'))
  const sources = { 'cluster-east': { kubeconfig: { path: east.readerKubeconfig } } }
  const registries = [
    {
      kubeconfig: { path: east.readerKubeconfig },
      clusterProfiles: { clusterset: 'prod', locality: ['location'] },
    },
  ]
  const env = [{ name: 'TOKEN_FILE', value: `${command}.token` }]
  const execs = [
    { name: 'cloud', execConfig: { command, args: ['get-token'], env, provideClusterInfo: true } },
  ]
  meridian = await startLive(configFor(sources, { registries, execs, routing: {}, log: { level: 'info' } }))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

const PROFILE = {
  apiVersion: 'multicluster.x-k8s.io/v1alpha1',
  kind: 'ClusterProfile',
  name: 'west',
  namespace: 'fleet',
}

const namespace = (name: string, labels: Readonly<Record<string, string | null>>) =>
  clusters[0].admin.patch({ apiVersion: 'v1', kind: 'Namespace', name }, { metadata: { labels } })

const secret = (data: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'west', namespace: 'fleet' },
  data: Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  ),
})

/** Its way in, as a cluster manager writes it. */
function provider(name: string, extension: Fields, more: Fields = {}): Fields {
  const [, west] = clusters
  const ca = Buffer.from(west.adminCredentials().ca).toString('base64')
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension }]
  return { name, cluster: { server: west.url, 'certificate-authority-data': ca, extensions, ...more } }
}

async function profile(provided: Fields, ref = PROFILE, id = 'cluster-west'): Promise<void> {
  const [{ admin }] = clusters
  const { apiVersion, kind, name, namespace: where } = ref
  const manager = 'inhouse'
  const metadata = {
    name,
    namespace: where,
    labels: { 'x-k8s.io/cluster-manager': manager },
    annotations: { 'meridian-dns.io/network': 'flat' },
  }
  await admin.apply({
    apiVersion,
    kind,
    metadata,
    spec: { displayName: 'West', clusterManager: { name: manager } },
  })
  const properties = [
    { name: 'cluster.clusterset.k8s.io', value: id },
    { name: 'location', value: 'us-west-1' },
  ]
  await admin.patch(ref, { status: { properties, accessProviders: [provided] } }, '/status')
}

const answering = async (): Promise<readonly string[]> => {
  const { answers } = await meridian.ask(WEB, 'SRV')
  return answers.map((line) => line.split(' ').at(-1) ?? '').toSorted()
}

const members = (...names: readonly string[]): Promise<void> =>
  eventually(`the answer is of ${names.join()}`, SOON_MS, async () => {
    expect(await answering()).toEqual(names)
  })

const leave = async (): Promise<void> => {
  await clusters[0].admin.delete(PROFILE)
  await members(EAST)
}

test('without the CRD nothing is wrong; that it comes is noticed, and a cluster joins by the token of a Secret', async () => {
  const [east] = clusters
  await meridian.becomes('cluster-east', 'live', SOON_MS)
  await members(EAST)
  expect((await meridian.get('/readyz')).status).toBe(200)
  await east.apply(clusterProfileCrds())
  await east.apply([secret({ token })])
  await namespace('fleet', { [CLUSTERSET]: 'prod' })
  const reader = provider('secretreader', { clusterName: 'west' })
  await eventually('the kind is served', SOON_MS, () => profile(reader))
  await meridian.becomes('cluster-west', 'live', NOTICED_MS)
  await members(EAST, WEST)
  const { out } = await runMeridian(['explain', WEB, '--offline', '--config', meridian.file])
  expect(out).toMatch(/cluster-west .*us-west-1/)
  await leave()
})

test('one joins by a kubeconfig of a Secret, and one by a program of the configuration', async () => {
  const [east, west] = clusters
  const value = readFileSync(west.readerKubeconfig, 'utf8')
  await east.apply([secret({ value })])
  await profile(provider('kubeconfig-secretreader', { name: 'west', key: 'value' }))
  await members(EAST, WEST)
  await leave()
  await profile(provider('cloud', { clusterName: 'west' }))
  await members(EAST, WEST)
  await leave()
})

test('which right is missing is said by `check`: to get the Secrets of that namespace', async () => {
  const [east] = clusters
  const binding = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', name: PROFILES }
  await east.apply([secret({ token })])
  await profile(provider('secretreader', { clusterName: 'west' }))
  await members(EAST, WEST)
  await east.admin.delete({ ...binding, namespace: 'fleet' })
  await eventually('check tells', SOON_MS, async () => {
    const { out } = await runMeridian(['check', '--config', meridian.file])
    expect(out).toMatch(/broken +cluster-west .*Secret fleet\/west: get secrets: status 403/)
    expect(out).toContain(
      'add to a Role in namespace fleet the rule {apiGroups: [""], resources: ["secrets"], resourceNames: ["west"], verbs: ["get"]}',
    )
  })
  await members(EAST, WEST)
  await east.apply(rights(PROFILES))
  await leave()
})

test('a profile counts where its namespace is of the clusterset, and as long as it is', async () => {
  await clusters[0].apply([secret({ token })])
  await profile(provider('secretreader', { clusterName: 'west' }))
  await members(EAST, WEST)
  await namespace('fleet', { [CLUSTERSET]: null })
  await members(EAST)
  await namespace('fleet', { [CLUSTERSET]: 'prod' })
  await members(EAST, WEST)
})

test('a second profile of the cluster is the same one, and takes over without a gap', async () => {
  const [east] = clusters
  const second = { ...PROFILE, namespace: 'team' }
  const inTeam = secret({ token })
  await east.apply([{ ...inTeam, metadata: { ...inTeam.metadata, namespace: 'team' } }])
  await namespace('team', { [CLUSTERSET]: 'prod' })
  await east.apply(rights(PROFILES).map((one) => ofNamespace(one, 'team')))
  await profile(provider('secretreader', { clusterName: 'west' }), second)
  const prober = startProber()
  await east.admin.delete(PROFILE)
  await east.admin.patch(
    { apiVersion: 'v1', kind: 'Secret', name: 'west', namespace: 'fleet' },
    { data: { token: null } },
  )
  await eventually('the other is the one that is read', SOON_MS, async () => {
    const { out } = await runMeridian(['check', '--config', meridian.file])
    expect(out).toContain('cluster-west (ClusterProfile team/west)')
  })
  expect(await prober.end()).toEqual(new Set([`${EAST} ${WEST}`]))
  await east.admin.delete(second)
  await members(EAST)
})

test('what a tenant writes into a profile is told, and has no effect', async () => {
  const hostile = provider(
    'cloud',
    { clusterName: 'west', command: '/bin/sh' },
    { server: 'https://u:p@127.0.0.1:1' },
  )
  await profile(hostile, { ...PROFILE, name: 'one' }, 'one')
  await profile(
    provider('secretreader', { clusterName: 'west' }),
    { ...PROFILE, name: 'two' },
    'cluster-east',
  )
  const elsewhere = { name: 'west', key: 'value', namespace: 'meridian' }
  await profile(provider('kubeconfig-secretreader', elsewhere), { ...PROFILE, name: 'three' }, 'three')
  await eventually('all three are told', SOON_MS, async () => {
    const { text } = await meridian.get('/readyz?verbose')
    expect(text).toMatch(/ClusterProfile fleet\/one: .*server: has credentials in it/)
    expect(text).toMatch(/ClusterProfile fleet\/two: id: .*cluster-east/)
    expect(text).toMatch(/ClusterProfile fleet\/three: .*of another namespace than fleet/)
  })
  await members(EAST)
})

/** Asks without a pause who answers, until it is ended: each set of clusters that did. */
function startProber(): { readonly end: () => Promise<ReadonlySet<string>> } {
  const seen = new Set<string>()
  const isOver = new AbortController()
  const probe = async (): Promise<void> => {
    while (!isOver.signal.aborted) seen.add((await answering()).join(' '))
  }
  const probing = probe()
  return {
    end: async () => {
      isOver.abort()
      await probing
      return seen
    },
  }
}

/** The same in another namespace, where it stands in one. */
const ofNamespace = (one: Manifest, name: string): Manifest =>
  one.metadata.namespace === 'fleet' ? { ...one, metadata: { ...one.metadata, namespace: name } } : one
