import { afterEach, expect, test } from 'vitest'
import { parse as parseYaml, stringify } from 'yaml'
import { type Brought, broughtNotes, zonesKept } from '../../../../src/app/cli/corefile/brought.ts'
import { patched, TARGETS, unpatchedText } from '../../../../src/app/cli/corefile/corefile.ts'
import { runCorefile } from '../../../../src/app/cli/corefile/index.ts'
import { NOTHING_KNOWN } from '../../../../src/app/cli/corefile/zones.ts'
import { temporary } from '../../../support/temporary.ts'
import { configOf } from '../clusterset.ts'
import { type LiveServer, startLiveServer } from '../live.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function serve(shape: Parameters<typeof startLiveServer>[0]): Promise<LiveServer> {
  const server = await startLiveServer(shape)
  closing.push(server.close)
  return server
}

const secretOf = (name: string, kubeconfig: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'meridian', name, labels: { 'meridian-dns.io/cluster': '' } },
    data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
  })

/** What `meridian corefile` prints where the Secrets of a registry are at that API server. */
async function printed(secrets: string, shape: Parameters<typeof startLiveServer>[0] = {}) {
  const home = await serve({ objects: secrets, ...shape })
  const directory = await temporary()
  closing.push(directory.close)
  await directory.write('east.kubeconfig', home.kubeconfig())
  const east = '{id: east, source: {kubeconfig: {path: east.kubeconfig}}}'
  await directory.write(
    'meridian.yaml',
    `clusters: [${east}]\nregistries: [{secrets: {namespace: meridian}}]\nlocal: {cluster: east}\n`,
  )
  return runCorefile({ config: directory.at('meridian.yaml'), address: '10.96.0.53' })
}

const zonesOfBlock = (text: string): readonly string[] =>
  (/^(\S+:53(?: \S+:53)*) \{$/m.exec(text)?.[1] ?? '').split(' ').map((key) => key.replace(':53', ''))

test('clusters that a registry has now have their zones in what is printed, and it says whose they are', async () => {
  const west = await serve({})
  const { text, notes } = await printed(secretOf('west', west.kubeconfig()))
  expect(zonesOfBlock(text)).toEqual(['clusterset.local', 'global', 'east.local', 'west.local'])
  expect(text).toContain(
    '# Note: west.local: of clusters that registries have now. One that joins later has its own: run this again then.',
  )
  expect(notes).toEqual([])
})

test('a registry without any cluster, one that cannot be read, and a Secret that is spoilt are told in what is printed', async () => {
  expect((await printed('')).text).toContain('# Note: Registries have no cluster now.')
  const hidden = await printed('', {
    denied: ['list secrets'],
    statuses: { '/api/v1/namespaces/meridian/secrets': 403 },
  })
  expect(hidden.text).toMatch(
    /# Note: Not all clusters of registries are known here \(.*secrets.*\), and zones of those/,
  )
  expect(zonesOfBlock(hidden.text)).toEqual(['clusterset.local', 'global', 'east.local'])
  const spoilt = await printed(secretOf('west', 'no kubeconfig'))
  expect(spoilt.text).toMatch(
    /# Note: Not all clusters of registries are known here \(Secret meridian\/west: /,
  )
})

const CONFIG_MAPS: Readonly<Record<string, readonly [name: string, data: object]>> = {
  aks: ['coredns-custom', {}],
  k3s: ['coredns-custom', {}],
  gke: ['kube-dns', { stubDomains: '{"foo.local": ["192.0.2.1"]}' }],
  'kube-dns': ['kube-dns', { stubDomains: '{"foo.local": ["192.0.2.1"]}' }],
  nodelocal: [
    'node-local-dns',
    { Corefile: '.:53 {\n    forward . /etc/resolv.conf\n}\nfoo.local:53 {\n    errors\n}\n' },
  ],
}

function objectOf(target: string): string {
  if (target === 'openshift')
    return stringify({
      apiVersion: 'operator.openshift.io/v1',
      kind: 'DNS',
      metadata: { name: 'default' },
      spec: {},
    })
  const [name, data] = CONFIG_MAPS[target] ?? [
    'coredns',
    { Corefile: '.:53 {\n    forward . /etc/resolv.conf\n}\nfoo.local:53 {\n    errors\n}\n' },
  ]
  return stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system' },
    data,
  })
}

const entry = (id: string) => `{id: ${id}, source: {manifests: ./${id}}}`
const BOTH = configOf(`clusters: [${entry('east')}, ${entry('west')}]\n`)
const EAST = configOf(`clusters: [${entry('east')}]\n`)

test.each(TARGETS)(
  'while clusters of registries are not known, %s goes on forwarding what an earlier run put there',
  (target) => {
    const options = { address: '10.96.0.53', for: target }
    const before = patched(objectOf(target), BOTH, options).text
    const run = (brought: Brought | null) => patched(before, EAST, options, { ...NOTHING_KNOWN, brought })
    const kept = run({ found: [], unknown: ['registries: the Secrets could not be read in time'] })
    expect(kept.text).toBe(before)
    expect(kept.notes).toEqual([
      "Not all clusters of registries are known here (registries: the Secrets could not be read in time), and zones of those that are not are not listed: run this where the registries can be read, or add each such cluster's zone by hand.",
      'What an earlier run put there for them stays: west.local.',
    ])
    for (const whole of [{ found: [], unknown: [] }, null]) {
      const { text, notes } = run(whole)
      expect(text).not.toContain('west.local')
      expect(text).toContain('east.local')
      expect(notes).toEqual([])
    }
    expect(parseYaml(unpatchedText(kept.text, options))).toEqual(parseYaml(objectOf(target)))
  },
)

test('a name is kept where it may be a cluster’s zone and nothing else', () => {
  const text =
    'clusterset.local global east.local west.local:53 c1.emea.local a.b.c.local cluster.local svc.cluster.local x.east.local WEST2.local other.example'
  expect(zonesKept(text, 'west2.local', EAST)).toEqual(['west.local', 'c1.emea.local'])
  const zones = (cluster: string) => configOf(`clusters: [${entry('east')}]\nzones: {cluster: ${cluster}}\n`)
  expect(zonesKept(text, '', zones('null'))).toEqual([])
  expect(zonesKept('k8s-west.example', '', zones('"k8s-{cluster}.example"'))).toEqual(['k8s-west.example'])
  expect(broughtNotes({ found: ['west'], unknown: ['x'] }, zones('null'))).toEqual([])
})
