import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseAllDocuments, parse as parseYaml } from 'yaml'
import { CommandFailure } from '../../../../src/app/cli/failure.ts'
import { type JoinOptions, joinText } from '../../../../src/app/cli/join/index.ts'
import { CHECKOUT } from '../../../support/server.ts'
import { type Temporary, temporary } from '../../../support/temporary.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

let directory: Temporary

beforeAll(async () => {
  directory = await temporary()
})

afterEach(() => vi.unstubAllEnvs())

afterAll(() => directory.close())

/** A file of this test's directory. */
function file(name: string, text: string): string {
  const path = directory.at(name)
  writeFileSync(path, text)
  return path
}

const kubeconfig = (name: string, cluster: object, context = 'west'): string =>
  file(
    name,
    JSON.stringify({
      contexts: [{ name: context, context: { cluster: 'c', user: 'admin' } }],
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'admin', user: { token: 'all-powerful' } }],
    }),
  )

/** What is printed, its token piped in. */
const printed = (options: JoinOptions = {}, token = 'abc\n', id = 'west') =>
  joinText(id, options, async () => token)

const objectsIn = (text: string): readonly Record<string, never>[] =>
  parseAllDocuments(text).map((document) => document.toJS())

async function registryOf(options: JoinOptions, token = 'abc\n') {
  const text = await printed({ only: 'registry', tokenFile: '-', ...options }, token)
  const { metadata, stringData, ...rest } = parseYaml(text)
  return { text, metadata, rest, kubeconfig: parseYaml(stringData.kubeconfig) }
}

async function refusalOf(options: JoinOptions, token = 'abc', id = 'west'): Promise<string> {
  try {
    await printed(options, token, id)
  } catch (error) {
    if (error instanceof CommandFailure && error.status === 2) return error.message
    throw error
  }
  return ''
}

describe('the part for the remote cluster', () => {
  test('grants what docs/examples/rbac.yaml grants for a member cluster, and nothing else', async () => {
    const documented = objectsIn(readFileSync(join(CHECKOUT, 'docs/examples/rbac.yaml'), 'utf8'))
    const rulesIn = (objects: readonly Record<string, unknown>[], name: string): unknown =>
      objects.find(({ kind, metadata }) => kind === 'ClusterRole' && Object(metadata).name === name)?.[
        'rules'
      ]
    const objects = objectsIn(await printed({ only: 'remote' }))
    expect(rulesIn(objects, 'meridian-reader')).toEqual(rulesIn(documented, 'meridian'))
    expect(objects.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'Secret',
    ])
  })

  test('grants Istio’s objects where they are asked for', async () => {
    const text = await printed({ istio: true })
    expect(objectsIn(text).find(({ kind }) => kind === 'ClusterRole')?.['rules']).toContainEqual({
      apiGroups: ['networking.istio.io'],
      resources: ['virtualservices'],
      verbs: ['list', 'watch'],
    })
    expect(text.match(/--istio --only remote/g)).toHaveLength(1)
    expect(await printed({})).not.toContain('istio')
  })

  test('grants ServiceExports of other groups where they are asked for, and says so in both parts', async () => {
    const text = await printed({ exportGroups: 'net.gke.io' })
    const role = objectsIn(text).find(({ kind }) => kind === 'ClusterRole')
    expect(role?.['rules']).toContainEqual({
      apiGroups: ['net.gke.io'],
      resources: ['serviceexports'],
      verbs: ['list', 'watch'],
    })
    const secret = objectsIn(text).findLast(({ kind }) => kind === 'Secret')
    const { annotations } = Object(secret?.['metadata'])
    expect(parseYaml(annotations['meridian-dns.io/exports'])).toEqual({ groups: ['net.gke.io'] })
    expect(text.match(/--export-groups net\.gke\.io --only/g)).toHaveLength(2)
    expect(await refusalOf({ exportGroups: 'gke.io' })).toMatch(
      /^--export-groups: "gke\.io" is not one of net\.gke\.io/,
    )
  })

  test('grants Namespaces where annotations of Services export, and says so in both parts', async () => {
    const text = await printed({ exportAnnotations: 'cilium' })
    const role = objectsIn(text).find(({ kind }) => kind === 'ClusterRole')
    expect(role?.['rules']).toContainEqual({
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['list', 'watch'],
    })
    const secret = objectsIn(text).findLast(({ kind }) => kind === 'Secret')
    const { annotations } = Object(secret?.['metadata'])
    expect(parseYaml(annotations['meridian-dns.io/exports'])).toEqual({ annotations: 'cilium' })
    expect(text.match(/--export-annotations cilium --only/g)).toHaveLength(2)
    expect(await refusalOf({ exportAnnotations: 'istio' })).toMatch(
      /^--export-annotations: "istio" is not one of cilium/,
    )
  })

  test('is in the namespace that is said, whose account is bound and has the token', async () => {
    const [namespace, account, , binding, secret] = objectsIn(
      await printed({ only: 'remote', namespace: 'dns' }),
    )
    expect(namespace).toMatchObject({ metadata: { name: 'dns' } })
    expect(account).toMatchObject({ metadata: { name: 'meridian-reader', namespace: 'dns' } })
    expect(binding).toMatchObject({
      subjects: [{ kind: 'ServiceAccount', name: 'meridian-reader', namespace: 'dns' }],
    })
    expect(secret).toMatchObject({
      type: 'kubernetes.io/service-account-token',
      metadata: {
        namespace: 'dns',
        annotations: { 'kubernetes.io/service-account.name': 'meridian-reader' },
      },
    })
  })

  test('has no token without an end where tokens are to end', async () => {
    const kinds = objectsIn(await printed({ only: 'remote', lifetime: '24h' })).map(({ kind }) => kind)
    expect(kinds).not.toContain('Secret')
  })
})

describe('the part for the registry', () => {
  const CLUSTER = { server: 'https://10.0.0.1:6443', 'certificate-authority-data': 'Q0E=' }

  test('is a Secret of the cluster’s name, by which a registry finds it, with URL, CA and token', async () => {
    const path = kubeconfig('west', CLUSTER)
    const { metadata, rest, kubeconfig: config } = await registryOf({ kubeconfig: path, namespace: 'dns' })
    expect(rest).toEqual({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' })
    expect(metadata).toEqual({
      name: 'west',
      namespace: 'dns',
      labels: { 'meridian-dns.io/cluster': 'true' },
    })
    expect(config).toMatchObject({
      'current-context': 'west',
      clusters: [{ name: 'west', cluster: CLUSTER }],
      users: [{ name: 'meridian-reader', user: { token: 'abc' } }],
    })
    expect(JSON.stringify(config)).not.toContain('all-powerful')
  })

  test.each([
    ['us-west-1/us-west-1a', 'us-west-1/us-west-1a'],
    ['123', '"123"'],
    ['a: b', '"a: b"'],
  ])('says locality and network in annotations, as YAML: %s', async (network, annotation) => {
    const options = { server: 'https://10.0.0.1', locality: 'us-west-1', network }
    const { metadata } = await registryOf(options)
    expect(metadata.annotations).toEqual({
      'meridian-dns.io/locality': 'us-west-1',
      'meridian-dns.io/network': annotation,
    })
    expect(parseYaml(annotation)).toBe(network)
  })

  test('takes from the kubeconfig what says where the cluster is, and files relative to it', async () => {
    file('ca.pem', PEM)
    const cluster = { 'tls-server-name': 'k8s', 'proxy-url': 'http://p:1', 'certificate-authority': 'ca.pem' }
    const path = kubeconfig('files', { server: 'https://10.0.0.1', ...cluster, 'disable-compression': true })
    const { kubeconfig: config } = await registryOf({ kubeconfig: path })
    expect(config.clusters[0].cluster).toEqual({
      'certificate-authority-data': Buffer.from(PEM).toString('base64'),
      server: 'https://10.0.0.1',
      'tls-server-name': 'k8s',
      'proxy-url': 'http://p:1',
    })
  })

  test('reads the files of KUBECONFIG, and the context that is said', async () => {
    const [one, two] = [kubeconfig('one', CLUSTER, 'east'), kubeconfig('two', CLUSTER, 'admin@west')]
    vi.stubEnv('KUBECONFIG', `${one}:${two}`)
    const { kubeconfig: config } = await registryOf({ context: 'admin@west' })
    expect(config.clusters[0].cluster).toEqual(CLUSTER)
  })

  test('passes over files of KUBECONFIG that are not there, as kubectl does', async () => {
    const one = kubeconfig('one', CLUSTER)
    vi.stubEnv('KUBECONFIG', `${directory.at('not-yet')}:${one}:${directory.at('no-more')}`)
    const { kubeconfig: config } = await registryOf({})
    expect(config.clusters[0].cluster).toEqual(CLUSTER)
  })

  test('names the first where none of them is there', async () => {
    vi.stubEnv('KUBECONFIG', `${directory.at('none')}:${directory.at('nor-this')}`)
    expect(await refusalOf({ only: 'registry', tokenFile: '-' })).toContain(directory.at('none'))
  })

  test('believes --server and --ca-file alone, without a kubeconfig', async () => {
    vi.stubEnv('KUBECONFIG', directory.at('none'))
    const options = { server: 'https://10.0.0.9:6443', caFile: file('own.pem', PEM) }
    const { kubeconfig: config } = await registryOf(options)
    expect(config.clusters[0].cluster).toEqual({
      server: 'https://10.0.0.9:6443',
      'certificate-authority-data': Buffer.from(PEM).toString('base64'),
    })
  })

  test.each(['caFile', 'caData'])(
    'leaves out the byte order mark that Windows writes: %s',
    async (option) => {
      vi.stubEnv('KUBECONFIG', directory.at('none'))
      const marked = `\ufeff${PEM}`
      const said = { caFile: file('own.pem', marked), caData: Buffer.from(marked).toString('base64') }[option]
      const { kubeconfig: config } = await registryOf({ server: 'https://10.0.0.9', [option]: said })
      const told = config.clusters[0].cluster['certificate-authority-data']
      expect(Buffer.from(told, 'base64').toString()).toBe(PEM)
    },
  )

  test('takes the CA in base64 too, for where no file is at hand', async () => {
    const caData = Buffer.from(PEM).toString('base64')
    const { kubeconfig: config } = await registryOf({ server: 'https://10.0.0.9', caData })
    expect(config.clusters[0].cluster).toEqual({
      server: 'https://10.0.0.9',
      'certificate-authority-data': caData,
    })
  })

  test('says whose the token is, and when it ends', async () => {
    const claims = { sub: 'system:serviceaccount:meridian:meridian-reader', exp: 1_800_000_000 }
    const jwt = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
    const server = 'https://10.0.0.1'
    expect((await registryOf({ server }, jwt)).text).toContain(
      "\n# The token is system:serviceaccount:meridian:meridian-reader's and ends 2027-01-15T08:00:00.000Z.\n",
    )
    expect((await registryOf({ server }, 'opaque')).text).not.toContain('The token is')
    for (const exp of [8_640_000_000_001, 1e300, -1e300, 'soon', null]) {
      const payload = Buffer.from(JSON.stringify({ ...claims, exp })).toString('base64url')
      expect((await registryOf({ server }, `e30.${payload}.c2ln`)).text).toContain(
        "reader's and has no end.\n",
      )
    }
    const tokenFile = file('token', `${jwt}\n`)
    expect((await registryOf({ server, tokenFile })).kubeconfig.users[0].user.token).toBe(jwt)
  })
})

describe('both parts', () => {
  test('are what is printed unless one is asked for, with placeholders for what nobody said', async () => {
    const text = await printed()
    expect(objectsIn(text).map(({ kind, metadata }) => `${kind} ${Object(metadata).name}`)).toEqual([
      'Namespace meridian',
      'ServiceAccount meridian-reader',
      'ClusterRole meridian-reader',
      'ClusterRoleBinding meridian-reader',
      'Secret meridian-reader-token',
      'Secret west',
    ])
    for (const placeholder of ['<URL>', '<CA>', '<TOKEN>']) expect(text).toContain(placeholder)
    expect(text).toContain('\n# ── 1. For west: who reads it')
    expect(text).toContain('\n# ── 2. For the cluster that Meridian runs in')
  })

  test('are each repeated by the commands at the top, with the options that matter to it', async () => {
    const text = await printed({
      namespace: 'dns',
      lifetime: '30d',
      locality: 'us-west-1',
      context: "bob's",
      kubeconfig: kubeconfig('bob', { server: 'https://10.0.0.1' }, "bob's"),
    })
    const commands = text.split('\n').filter((line) => line.startsWith('#   '))
    expect(commands).toEqual([
      '#   meridian join west --namespace dns --lifetime 30d --only remote |',
      "#     kubectl --context 'bob'\\''s' apply -f -",
      "#   kubectl --context 'bob'\\''s' -n dns create token meridian-reader --duration 720h |",
      `#     meridian join west --namespace dns --locality us-west-1 --kubeconfig ${directory.at('bob')} --context 'bob'\\''s' --only registry --token-file - |`,
      '#     kubectl apply --server-side -f -',
    ])
  })

  test('say how the token is rotated', async () => {
    expect(await printed()).toContain(
      '#   kubectl --context west -n meridian delete secret meridian-reader-token\n',
    )
    expect(await printed({ lifetime: '24h' })).toContain('Meridian takes up the changed Secret at once')
  })
})

test.each<[JoinOptions, RegExp]>([
  [{ locality: 'us//a' }, /^--locality: "us\/\/a" is not a locality/],
  [{ network: ' x' }, /^--network: /],
  [{ network: 'a,,b' }, /^--network/],
  [{ namespace: 'Dns' }, /^--namespace Dns is not a namespace/],
  [{ lifetime: '1y' }, /^--lifetime 1y is not a duration/],
  [{ lifetime: '9m' }, /^--lifetime 9m is too short/],
  [{ only: 'registry', server: 'west:6443' }, /^--server west:6443 is not a URL/],
  [{ server: 'https://x', caFile: 'README.md' }, /^--ca-file README.md holds no certificate in PEM/],
  [{ server: 'https://x', caFile: 'nowhere.pem' }, /^--ca-file: ENOENT/],
  [{ server: 'https://x', caData: 'Q0E=' }, /^--ca-data holds no certificate\n/],
  [{ kubeconfig: 'nowhere' }, /^--kubeconfig: ENOENT.*\n {4}.*or say --server URL/],
  [{ only: 'registry', server: 'https://x' }, /^--token-file is missing/],
  [{ tokenFile: 'nowhere' }, /^--token-file: ENOENT/],
])('%j is refused with the option and the remedy', async (options, message) => {
  const problem = await refusalOf(options)
  expect(problem).toMatch(message)
  expect(problem).toContain('\n    ')
})

test.each([['West'], ['a.b.c'], [''], ['-x']])('%j is no cluster', async (id) => {
  expect(await refusalOf({}, 'abc', id)).toMatch(/^CLUSTER: ".*" is not a cluster id\n {4}write one or two/)
})

test.each([
  ['', /^--token-file: standard input is empty\n {4}.*run the command again/],
  ['a b', /^--token-file: standard input holds more than a token\n/],
])('%j is no token', async (token, message) => {
  expect(await refusalOf({ tokenFile: '-' }, token)).toMatch(message)
})

test('a context that is not there is refused with those that are', async () => {
  const path = kubeconfig('east', { server: 'https://10.0.0.1' }, 'east')
  expect(await refusalOf({ kubeconfig: path })).toBe(
    `${path}: there is no context west with a cluster; contexts: east\n    name one with --context, another file with --kubeconfig, or say --server URL and its CA`,
  )
})

test.each<[server: unknown, what: string]>([
  [undefined, 'has no server'],
  ['', 'has no server'],
  [5, 'has no server'],
  ['10.0.0.1:6443', 'has the server 10.0.0.1:6443, which is not a URL'],
  ['https://10.0.0.1:99999', 'has the server https://10.0.0.1:99999, which is not a URL'],
  ['unix:///run/k.sock', 'has a server that is not a URL'],
])('a kubeconfig whose server is %j makes no Secret that leads nowhere', async (server, what) => {
  const path = file(
    'nowhere.yaml',
    JSON.stringify({
      contexts: [{ name: 'west', context: { cluster: 'c' } }],
      clusters: [{ name: 'c', cluster: { server } }],
    }),
  )
  expect(await refusalOf({ kubeconfig: path })).toBe(
    `${path}: its cluster ${what}\n    write it there like https://203.0.113.10:6443, or say --server URL`,
  )
})

test.each([
  'https://127.0.0.1:40123',
  'https://127.1:6443',
  'https://127.255.255.254',
  'https://2130706433',
  'https://0.0.0.0:6443',
  'https://localhost:6443',
  'https://LOCALHOST',
  'https://k.localhost',
  'https://[::1]:6443',
  'https://[::]:6443',
  'https://[::ffff:127.0.0.1]:6443',
  'https://kubernetes.docker.internal:6443',
])(
  '%s, which is this host itself, is refused with where to find another, or taken on one’s word',
  async (server) => {
    const path = kubeconfig('kind', { server })
    const proxied = kubeconfig('proxied', { server: 'https://10.0.0.1', 'proxy-url': server })
    for (const options of [{ server }, { kubeconfig: path }, { kubeconfig: proxied }]) {
      const problem = await refusalOf(options)
      expect(problem).toMatch(/^its (server|proxy-url) https:\/\/\S+ is an address of this host itself, /)
      expect(problem).toContain('`kind get kubeconfig --internal`')
      expect(problem).toContain('--allow-loopback')
      expect(await registryOf({ ...options, allowLoopback: true })).toBeDefined()
    }
  },
)

test.each([
  'https://128.0.0.1',
  'https://126.255.255.255',
  'https://localhost.example.com',
  'https://mylocalhost',
  'https://[::2]',
  'https://kind-control-plane:6443',
])('%s is not this host', async (server) => {
  const { kubeconfig: config } = await registryOf({ server })
  expect(config.clusters[0].cluster.server).toBe(server)
})

test('a name and a password in the URL of its API server are nobody’s here', async () => {
  const path = kubeconfig('user', { server: 'https://bob:hunter22S3cret@10.0.0.1:6443/k8s' })
  const { kubeconfig: config } = await registryOf({ kubeconfig: path })
  expect(config.clusters[0].cluster).toEqual({ server: 'https://10.0.0.1:6443/k8s' })
})

test('a kubeconfig that does not verify its API server needs the CA', async () => {
  const path = kubeconfig('insecure', { server: 'https://10.0.0.1', 'insecure-skip-tls-verify': true })
  expect(await refusalOf({ kubeconfig: path })).toMatch(
    /is not verified there\n {4}name the file with its CA/,
  )
  const { kubeconfig: config } = await registryOf({ kubeconfig: path, caFile: file('ca2.pem', PEM) })
  expect(config.clusters[0].cluster).toMatchObject({ server: 'https://10.0.0.1' })
})

test('a kubeconfig with a byte order mark is one', async () => {
  const path = kubeconfig('marked', { server: 'https://10.0.0.1' })
  writeFileSync(path, `\ufeff${readFileSync(path, 'utf8')}`)
  const { kubeconfig: config } = await registryOf({ kubeconfig: path, caFile: file('ca2.pem', PEM) })
  expect(config.clusters[0].cluster).toMatchObject({ server: 'https://10.0.0.1' })
})

test('a kubeconfig in UTF-16 is refused as that', async () => {
  const path = file('windows', '')
  writeFileSync(path, Buffer.from('\ufeffapiVersion: v1\n', 'utf16le'))
  expect(await refusalOf({ kubeconfig: path })).toMatch(/windows is UTF-16 text\n {4}save it as UTF-8 /)
})

test('a kubeconfig that is no YAML is refused', async () => {
  expect(await refusalOf({ kubeconfig: file('broken', 'a: [') })).toMatch(/is not YAML: /)
})
