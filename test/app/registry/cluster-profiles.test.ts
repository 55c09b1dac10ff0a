import { describe, expect, test } from 'vitest'
import type { ProfilesConfig } from '../../../src/app/config/index.ts'
import { CLUSTER_PROFILES } from '../../../src/app/registry/cluster-profiles.ts'
import type { RegisteredCluster } from '../../../src/app/registry/row.ts'
import { type AllowedExec, credentialsFrom } from '../../../src/sources/apiserver/index.ts'
import {
  CLUSTER_PROFILE,
  type KindRow,
  type KubeObject,
  NAMESPACE,
  parseAs,
  type RowOf,
} from '../../../src/words/kube/index.ts'
import { pem } from '../../sources/apiserver/fake.ts'

const EXEC = 'client.authentication.k8s.io/exec'
const CA = 'LS0tLS1CRUdJTi'
const SERVER = { kind: 'inCluster' } as const

const RULES: ProfilesConfig = {
  clusterset: 'prod',
  locality: [['location']],
  secrets: { namespace: null },
  managedServiceAccount: null,
}

interface Provider {
  readonly name: string
  readonly cluster?: object
}

const extension = (value: unknown, name = EXEC) => ({ name, extension: value })

const reader = (clusterName: string, more: object = {}): Provider => ({
  name: 'secretreader',
  cluster: {
    server: 'https://10.0.1.5:6443',
    'certificate-authority-data': CA,
    extensions: [extension({ clusterName })],
    ...more,
  },
})

interface Written {
  readonly namespace?: string
  readonly name?: string
  readonly created?: string
  readonly labels?: object
  readonly conditions?: readonly object[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly properties?: Readonly<Record<string, string>>
  readonly accessProviders?: readonly Provider[]
  readonly credentialProviders?: readonly Provider[]
}

/** As the facts' sample has it. */
function profile(written: Written = {}): object {
  const {
    namespace = 'fleet',
    name = 'cluster-east',
    created = '2026-11-01T00:00:00Z',
    labels = {},
  } = written
  const { properties = { 'cluster.clusterset.k8s.io': 'cluster-east', location: 'us-east-1' } } = written
  const { accessProviders = [reader('cluster-east')], credentialProviders } = written
  return {
    apiVersion: 'multicluster.x-k8s.io/v1alpha1',
    kind: 'ClusterProfile',
    metadata: {
      namespace,
      name,
      creationTimestamp: created,
      annotations: written.annotations ?? {},
      labels: { 'x-k8s.io/cluster-manager': 'inhouse', ...labels },
    },
    spec: { displayName: 'East', clusterManager: { name: 'inhouse' } },
    status: {
      conditions: written.conditions ?? [{ type: 'ControlPlaneHealthy', status: 'True', reason: 'Healthy' }],
      properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
      accessProviders,
      credentialProviders,
    },
  }
}

const namespace = (name: string, clusterset = 'prod') => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'multicluster.x-k8s.io/clusterset': clusterset } },
})

const FLEET = namespace('fleet')

interface Options {
  readonly rules?: Partial<ProfilesConfig>
  readonly execs?: readonly AllowedExec[]
}

function parsed(row: KindRow, raw: object): KubeObject {
  const read = parseAs(row, { ...raw })
  if (read.outcome !== 'object') throw new Error(read.outcome)
  return read.object
}

function clustersOf(objects: readonly object[], { rules = {}, execs = [] }: Options = {}) {
  const opened = CLUSTER_PROFILES.open({ clusterProfiles: { ...RULES, ...rules }, execs })
  if (opened === undefined) throw new Error('not opened')
  const all = objects.map((raw) => parsed('spec' in raw ? CLUSTER_PROFILE : NAMESPACE, raw))
  const of = <T extends KubeObject>(row: RowOf<T>): readonly T[] => all.filter(row.is)
  return opened.clustersOf({ of }, SERVER)
}

const one = (written: Written, options?: Options): RegisteredCluster => {
  const [cluster] = clustersOf([FLEET, profile(written)], options)
  if (cluster === undefined) throw new Error('none')
  return cluster
}

const saying = ({ flaws }: RegisteredCluster): string =>
  flaws.map(({ problem, remedy }) => `${problem}; ${remedy}`).join('\n')

const CLOUD: AllowedExec = {
  name: 'cloud',
  command: '/plugins/cloud',
  args: ['token'],
  env: [{ name: 'REGION', value: 'ours' }],
  apiVersion: 'client.authentication.k8s.io/v1',
  provideClusterInfo: true,
  servers: [],
  accept: { args: false, env: [], proxies: [] },
}

describe('a profile', () => {
  test('gives id, locality, labels and a server, whose token is in the Secret beside it', () => {
    expect(
      clustersOf([FLEET, profile({ labels: { tier: 'gold', 'a.open-cluster-management.io/b': 'c' } })]),
    ).toEqual([
      {
        key: 'clusterProfiles prod cluster-east',
        place: 'ClusterProfile fleet/cluster-east',
        createdAt: Date.parse('2026-11-01T00:00:00Z'),
        fields: { id: 'cluster-east', locality: 'us-east-1', labels: { tier: 'gold' } },
        access: {
          kind: 'secret',
          at: SERVER,
          namespace: 'fleet',
          name: 'cluster-east',
          key: 'token',
          holds: 'token',
          context: null,
          cluster: {
            server: 'https://10.0.1.5:6443',
            'certificate-authority-data': CA,
            extensions: [extension({ clusterName: 'cluster-east' })],
          },
        },
        accessField: 'status.accessProviders',
        mayBeIn: true,
        remarks: [],
        flaws: [],
      },
    ])
  })

  test('is annotated with what no property says, and with what is to win over one', () => {
    const annotations = {
      'meridian-dns.io/network': 'vpc-b',
      'meridian-dns.io/locality': 'eu-1',
      'meridian-dns.io/weight': '5',
      'meridian-dns.io/labels': '{tier: gold}',
      'example.com/id': 'x',
    }
    expect(one({ annotations, labels: { site: 'b' } }).fields).toEqual({
      id: 'cluster-east',
      network: 'vpc-b',
      locality: 'eu-1',
      weight: 5,
      labels: { tier: 'gold', site: 'b' },
    })
    const id = { 'meridian-dns.io/id': 'east' }
    expect(one({ annotations: id, properties: {} })).toMatchObject({
      key: 'clusterProfiles prod east',
      fields: { id: 'east' },
      flaws: [],
    })
    expect(saying(one({ annotations: { 'meridian-dns.io/source': '{}' } }))).toContain(
      'source: is what the profile',
    )
  })

  test('counts in a namespace of the clusterset alone', () => {
    const others = [namespace('other', 'dev'), { kind: 'Namespace', metadata: { name: 'none' } }]
    const profiles = ['other', 'none', 'gone'].map((name) => profile({ namespace: name }))
    expect(clustersOf([FLEET, ...others, ...profiles])).toEqual([])
    expect(clustersOf([FLEET, ...others, profile()], { rules: { clusterset: 'dev' } })).toEqual([])
  })

  test('is told to say that its cluster is ill, which keeps it from nothing', () => {
    const ill = { type: 'ControlPlaneHealthy', status: 'False', reason: 'NoAnswer' }
    expect(one({ conditions: [ill, { type: 'Joined', status: 'True' }] })).toMatchObject({
      flaws: [],
      remarks: [
        'its profile says: ControlPlaneHealthy is False (NoAnswer); that alone changes no answer: whether it is there, this server sees by itself',
      ],
    })
  })

  test('that says another clusterset than its namespace is left out', () => {
    const properties = { 'cluster.clusterset.k8s.io': 'cluster-east', 'clusterset.k8s.io': 'dev' }
    expect(saying(one({ properties }))).toBe(
      'status.properties: clusterset.k8s.io is dev, and its namespace is labelled prod; correct one of the two',
    )
    expect(one({ properties: { ...properties, 'clusterset.k8s.io': 'prod' } }).flaws).toEqual([])
  })

  test('without an id is left out, under a key of its own', () => {
    const { key, flaws } = one({ properties: { location: 'us-east-1' } })
    expect(key).toBe('ClusterProfile fleet/cluster-east')
    expect(flaws[0]?.problem).toBe('status.properties: there is no cluster.clusterset.k8s.io')
  })

  test.each([
    [{ location: 'eu/1' }, 'eu/1'],
    [{ 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': 'eu-1' }, 'eu/eu-1'],
    [{ location: 'us', 'topology.kubernetes.io/region': 'eu' }, 'us'],
    [{ 'topology.kubernetes.io/region': 'eu' }, 'eu'],
    [{ 'topology.kubernetes.io/zone': 'eu-1' }, undefined],
    [{ location: '' }, undefined],
    [{}, undefined],
  ])('stands where the first property says that it has: %o', (properties, locality) => {
    const names = [['location'], ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone']]
    const id = { 'cluster.clusterset.k8s.io': 'cluster-east' }
    expect(
      one({ properties: { ...id, ...properties } }, { rules: { locality: names } }).fields['locality'],
    ).toBe(locality)
  })
})

describe('one cluster in two namespaces', () => {
  const OTHER = namespace('team')
  const later = { namespace: 'team', created: '2026-11-02T00:00:00Z' }

  test('is one, of the older profile; and of the other under the same key when that goes', () => {
    const both = clustersOf([FLEET, OTHER, profile(later), profile()])
    expect(both.map(({ key, place }) => [key, place])).toEqual([
      ['clusterProfiles prod cluster-east', 'ClusterProfile fleet/cluster-east'],
    ])
    const rest = clustersOf([FLEET, OTHER, profile(later)])
    expect(rest.map(({ key, place }) => [key, place])).toEqual([
      ['clusterProfiles prod cluster-east', 'ClusterProfile team/cluster-east'],
    ])
  })

  test('is read through the one that can be', () => {
    const broken = profile({ accessProviders: [reader('../x')] })
    const [cluster, ...more] = clustersOf([FLEET, OTHER, broken, profile(later)])
    // The older does not say whose API server it is of, so that the later one is another cluster.
    expect([cluster?.place, more.length]).toEqual(['ClusterProfile fleet/cluster-east', 1])
    const other = profile({
      properties: { 'cluster.clusterset.k8s.io': 'cluster-east', 'clusterset.k8s.io': 'dev' },
    })
    const [through, ...none] = clustersOf([FLEET, OTHER, other, profile(later)])
    expect([through?.place, none]).toEqual(['ClusterProfile team/cluster-east', []])
  })

  test('is another where its API server is: the older has the id, and the other is told', () => {
    const thief = profile({ ...later, accessProviders: [reader('cluster-east', { server: 'https://evil' })] })
    const [first, second, ...more] = clustersOf([FLEET, OTHER, thief, profile()])
    expect([first?.place, first?.flaws, more]).toEqual(['ClusterProfile fleet/cluster-east', [], []])
    expect(second).toMatchObject({
      key: 'clusterProfiles prod cluster-east of ClusterProfile team/cluster-east',
      access: null,
    })
    expect(second && saying(second)).toContain(
      'id: ClusterProfile fleet/cluster-east is older, and says cluster-east of another API server',
    )
  })
})

describe('of the providers of a profile', () => {
  test('the older list counts as the newer does, which wins by name', () => {
    const older = reader('older')
    expect(one({ accessProviders: [], credentialProviders: [older] }).access).toMatchObject({ name: 'older' })
    expect(one({ credentialProviders: [older] }).access).toMatchObject({ name: 'cluster-east' })
  })

  test('one that nobody knows here is none, and what there is, is told', () => {
    expect(saying(one({ accessProviders: [{ name: 'google', cluster: {} }] }))).toBe(
      'status.accessProviders: google; known here: secretreader, kubeconfig-secretreader; name the program of one of them under execs in the configuration',
    )
    expect(saying(one({ accessProviders: [] }))).toMatch(/^status.accessProviders: there is none; /)
    expect(saying(one({ accessProviders: [{ name: 'open-cluster-management' }] }))).toContain(
      'managedServiceAccount',
    )
  })

  test('the order of the configuration decides, programs first', () => {
    const providers = [reader('a'), { ...reader('b'), name: 'cloud' }]
    expect(one({ accessProviders: providers }, { execs: [CLOUD] }).access?.kind).toBe('text')
    expect(one({ accessProviders: providers }).access).toMatchObject({ kind: 'secret', name: 'a' })
    const own = { ...CLOUD, name: 'secretreader' }
    expect(one({}, { execs: [own] }).access?.kind).toBe('text')
  })

  test.each([
    ['http://h', 'server: is not the https URL of an API server'],
    ['', 'server: is not the https URL of an API server'],
    ['https://', 'server: is not the https URL of an API server'],
    ['https://user:pass-word-1@h', 'server: has credentials in it'],
    ['https://user@h', 'server: has credentials in it'],
    ['https://user:pa/ss-word-2@h', 'server: is not the https URL of an API server'],
  ])('a server is an https URL without credentials, and is not printed: %s', (server, why) => {
    const said = saying(one({ accessProviders: [reader('cluster-east', { server })] }))
    expect(said).toContain(`status.accessProviders: secretreader: ${why}`)
    expect(said).not.toMatch(/pass-word|ss-word/)
  })

  test('its cluster may name no file, and verification is not left out', () => {
    const file = one({ accessProviders: [reader('x', { 'certificate-authority': '/etc/ca' })] })
    expect(saying(file)).toContain('certificate-authority: an object may name no file')
    const bare = one({
      accessProviders: [reader('x', { 'insecure-skip-tls-verify': true, 'tls-server-name': 'k' })],
    })
    expect(bare.access).toMatchObject({ cluster: { 'tls-server-name': 'k' } })
    expect(JSON.stringify(bare.access)).not.toContain('insecure')
  })

  test.each(['..', '.', '../kube-system/secrets/admin', 'a/b', 'a?b', 'A', '', 7, null, ['x']])(
    'a Secret is asked for by what one can be called: not %j',
    (name) => {
      const provider = {
        ...reader('x'),
        cluster: { server: 'https://h', extensions: [extension({ clusterName: name })] },
      }
      expect(saying(one({ accessProviders: [provider] }))).toContain(
        `secretreader: the extension ${EXEC} has no clusterName that a Secret can be called by`,
      )
    },
  )

  describe('kubeconfig-secretreader', () => {
    const withConfig = (config: object, rules: Partial<ProfilesConfig> = {}) => {
      const cluster = { server: 'https://h', extensions: [extension(config)] }
      return one({ accessProviders: [{ name: 'kubeconfig-secretreader', cluster }] }, { rules })
    }

    test('names Secret, key and context', () => {
      expect(withConfig({ name: 'east', key: 'value', context: 'admin' }).access).toMatchObject({
        namespace: 'fleet',
        name: 'east',
        key: 'value',
        holds: 'kubeconfig',
        context: 'admin',
      })
      expect(saying(withConfig({ name: 'east' }))).toContain('has no key')
      expect(saying(withConfig({ key: 'value' }))).toContain('has no name that a Secret can be called by')
    })

    test('never has a Secret of another namespace read', () => {
      const asked = { name: 'admin', key: 'value', namespace: 'kube-system' }
      const refused = withConfig(asked)
      expect(refused.access).toBe(null)
      expect(saying(refused)).toContain('asks for a Secret of another namespace than fleet')
      expect(withConfig({ ...asked, namespace: 'fleet' }).access).toMatchObject({ namespace: 'fleet' })
      const elsewhere = { secrets: { namespace: 'meridian' } }
      expect(saying(withConfig(asked, elsewhere))).toContain('of another namespace than meridian')
      expect(withConfig({ name: 'east', key: 'value' }, elsewhere).access).toMatchObject({
        namespace: 'meridian',
      })
    })
  })

  test('Open Cluster Management’s is the token of the ManagedServiceAccount that the configuration names', () => {
    const cluster = {
      server: 'https://cluster-proxy-addon-user.open-cluster-management-addon:9092/cluster1',
      extensions: [extension({ clusterName: 'cluster1' })],
    }
    const written = { accessProviders: [{ name: 'open-cluster-management', cluster }] }
    const rules = { managedServiceAccount: 'meridian', secrets: { namespace: 'elsewhere' } }
    expect(one(written, { rules }).access).toMatchObject({
      namespace: 'fleet',
      name: 'cluster1-meridian',
      key: 'token',
      holds: 'token',
    })
  })
})

describe('a program that the configuration names for a provider', () => {
  const hostile = {
    server: 'https://h',
    exec: { command: 'sh', args: ['-c', 'id'] },
    command: 'sh',
    extensions: [
      extension({ command: 'sh', clusterName: 'c' }),
      extension({ command: 'sh' }, 'exec'),
      extension(['--and', 'more'], 'clusterprofiles.multicluster.x-k8s.io/exec/additional-args'),
      extension(
        { LD_PRELOAD: '/x', PATH: '/y', REGION: 'theirs', CLUSTER: 'c', BAD: 5 },
        'clusterprofiles.multicluster.x-k8s.io/exec/additional-envs',
      ),
    ],
  }
  const execOf = (exec: AllowedExec, cluster: object = hostile): unknown => {
    const { access } = one({ accessProviders: [{ name: 'cloud', cluster }] }, { execs: [exec] })
    if (access?.kind !== 'text') throw new Error('no text')
    return JSON.parse(access.kubeconfig).users[0].user.exec
  }
  const own = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: '/plugins/cloud',
    args: ['token'],
    env: [{ name: 'REGION', value: 'ours' }],
    provideClusterInfo: true,
    interactiveMode: 'Never',
  }

  test('is run as that says: a profile that tries to choose a command, arguments or variables does not', () => {
    expect(execOf(CLOUD)).toEqual(own)
  })

  test('is given what the configuration accepts by name, once, however often it is read', () => {
    const open = { ...CLOUD, accept: { args: true, env: ['REGION', 'CLUSTER'], proxies: [] } }
    const given = {
      ...own,
      args: ['token', '--and', 'more'],
      env: [
        { name: 'REGION', value: 'theirs' },
        { name: 'CLUSTER', value: 'c' },
      ],
    }
    expect(execOf(open)).toEqual(given)
    expect(execOf(open)).toEqual(given)
  })

  const shown = async (cluster: object, exec: AllowedExec): Promise<string> => {
    const { access } = one({ accessProviders: [{ name: 'cloud', cluster }] }, { execs: [exec] })
    if (access === null) throw new Error('no access')
    const credentials = credentialsFrom(access, { isAsked: false, env: {} })
    return credentials.access(new AbortController().signal).then(({ server }) => server, String)
  }

  test.each([
    [{}, 'https://h'],
    [{ 'certificate-authority-data': Buffer.from(pem('ca')).toString('base64') }, 'https://h'],
    [{ 'insecure-skip-tls-verify': true }, 'https://h'],
    [{ server: 'https://elsewhere' }, 'exec: server: "elsewhere" is none'],
    [{ 'tls-server-name': 'elsewhere' }, 'exec: tls-server-name: "elsewhere" is none'],
    [{ 'proxy-url': 'http://127.0.0.1:3128' }, 'exec: proxy-url: "127.0.0.1" is no proxy'],
    [{ 'proxy-url': 'http://proxy.example:3128' }, 'https://h'],
  ])('has what it prints shown to the servers that are written, and to no others: %j', async (more, said) => {
    const cluster = { server: 'https://h', ...more }
    const accept = { ...CLOUD.accept, proxies: ['proxy.example'] }
    expect(await shown(cluster, { ...CLOUD, servers: ['h'], accept })).toContain(said)
    expect(await shown(cluster, CLOUD)).toBe(cluster.server)
  })

  test('is told of the cluster what the profile says of it, and no more', () => {
    const { access } = one({ accessProviders: [{ name: 'cloud', cluster: hostile }] }, { execs: [CLOUD] })
    if (access?.kind !== 'text') throw new Error('no text')
    const { clusters } = JSON.parse(access.kubeconfig)
    expect(Object.keys(clusters[0].cluster)).toEqual(['server', 'extensions'])
    expect(access.execs).toEqual([CLOUD])
  })
})

test('what of a profile cannot be read costs that part alone', () => {
  const status = {
    conditions: 7,
    properties: [{ name: 'cluster.clusterset.k8s.io', value: 'cluster-east' }, { name: 5 }, 'x'],
    accessProviders: ['x', { name: 'bad', cluster: 'y' }, reader('cluster-east')],
  }
  const [cluster] = clustersOf([FLEET, { ...profile(), status }])
  expect([cluster?.flaws, cluster?.access?.kind]).toEqual([[], 'secret'])
})
