import { describe, expect, test } from 'vitest'
import { heldBefore, recall } from '../../../src/app/registry/index.ts'
import { printSourceProblem, sentenceOfProblem } from '../../../src/sources/changes/index.ts'
import type { SavedFound } from '../../../src/sources/state/index.ts'
import { parsePrefix } from '../../../src/values/dns/index.ts'
import { kubeconfig } from '../../sources/apiserver/cluster.ts'
import { isList, refuse } from '../../sources/apiserver/fake.ts'
import { eventually } from '../../support/recorder.ts'
import { configured, ground, nowhere, SUFFIXES, secret } from './finding.ts'

const given = ground()

const west = (fields: Record<string, string> = {}, age: number | null = 0) =>
  secret('west', { data: { kubeconfig: nowhere(), ...fields }, age })
const east = (fields: Record<string, string> = {}, age: number | null = 1) =>
  secret('east', { data: { kubeconfig: nowhere(), ...fields }, age })

describe('a Secret with the label', () => {
  test('is a cluster of its name, with the defaults of an entry of clusters', async () => {
    given.put(west())
    const { told } = await given.synced()
    expect(told.calls).toHaveLength(1)
    expect(told.one('west')).toEqual({
      id: 'west',
      locality: null,
      network: null,
      coordinates: null,
      labels: new Map(),
      reach: 'auto',
      gateway: { addresses: [], ports: [] },
      weight: null,
      drain: false,
      nodeAddresses: [],
      exportGroups: [],
      podCIDRs: [],
      serviceCIDRs: [],
      loadBalancerCIDRs: [],
      namespaces: [],
      exportNamespaces: { allow: [], deny: ['kube-*'] },
      probe: null,
      source: { kind: 'text', kubeconfig: nowhere() },
      place: 'Secret meridian/west',
      saved: {
        key: 'meridian/west',
        place: 'Secret meridian/west',
        createdAt: Date.UTC(2026, 0, 1),
        fields: { id: 'west' },
        registry: 'secrets',
      },
      registry: 'secrets',
    })
    expect(told.problems).toEqual([])
  })

  test('has the fields of an entry as data or annotations, in YAML', async () => {
    const data = {
      kubeconfig: nowhere(),
      id: 'c1.emea\n',
      locality: 'eu-west-1/a',
      weight: '70',
      podCIDRs: '[10.1.0.0/16]',
      gateway: '{addresses: [gw.example.com], ports: [443]}',
    }
    const annotations = {
      network: '17',
      drain: 'true',
      namespaces: '[shop, data]',
      probe: '{tcp: ["10.2.0.1:443"], interval: 10s}',
      exports: 'namespaces: {allow: [shop-*]}',
    }
    given.put(secret('some-name', { data, annotations }))
    const { told } = await given.synced()
    expect(told.one('c1.emea')).toMatchObject({
      locality: { region: 'eu-west-1', zone: 'a' },
      weight: 70,
      podCIDRs: [parsePrefix('10.1.0.0/16')],
      gateway: { addresses: [{ hostname: 'gw.example.com' }], ports: [443] },
      network: '17',
      drain: true,
      namespaces: ['shop', 'data'],
      probe: { interval: 10_000, failAfter: 3 },
      exportNamespaces: { allow: ['shop-*'] },
    })
  })

  test('has the labels of its Secret, but for marks, and those of its field win', async () => {
    const labels = {
      'meridian-dns.io/cluster': '',
      'argocd.argoproj.io/secret-type': 'cluster',
      'istio/multiCluster': 'false',
      'app.kubernetes.io/managed-by': 'Helm',
      'example.com/site': 'berlin',
      'meridian-dns.io.example.com/own': 'a',
      tier: 'gold',
    }
    const annotations = { labels: '{tier: silver, gpu: ""}' }
    given.put(secret('west', { labels, annotations, data: { kubeconfig: nowhere() } }))
    given.put(secret('east', { labels, data: { kubeconfig: nowhere() } }))
    const { told } = await given.synced()
    const own = { 'example.com/site': 'berlin', 'meridian-dns.io.example.com/own': 'a', tier: 'gold' }
    expect(Object.fromEntries(told.one('east').labels)).toEqual(own)
    expect(Object.fromEntries(told.one('west').labels)).toEqual({ ...own, tier: 'silver', gpu: '' })
    expect(told.one('east').saved.fields).toEqual({ id: 'east', labels: own })
    expect(told.problems).toEqual([])
  })

  test('says what is wrong with its field of labels', async () => {
    const labels = { 'meridian-dns.io/cluster': '', tier: 'gold' }
    given.put(secret('west', { labels, annotations: { labels: 'gold' }, data: { kubeconfig: nowhere() } }))
    const { told } = await given.synced()
    expect(told.ids).toEqual([])
    expect(told.problems.join()).toContain('labels: "gold" is not a mapping')
  })

  test('joins, changes and leaves, and the others keep their identity', async () => {
    given.put(west())
    const { told } = await given.synced()
    const first = told.one('west')
    given.put(east())
    await eventually(() => expect(told.ids).toEqual(['west', 'east']))
    const second = told.one('east')
    given.put(east({ weight: '10' }))
    await eventually(() => expect(told.one('east').weight).toBe(10))
    expect(told.one('east').source).toBe(second.source)
    given.put(east({ weight: '10', kubeconfig: nowhere({ token: 'new' }) }))
    await eventually(() =>
      expect(told.one('east').source).toMatchObject({ kubeconfig: expect.stringContaining('new') }),
    )
    expect(told.one('west')).toBe(first)
    given.remove(east())
    await eventually(() => expect(told.ids).toEqual(['west']))
    expect(told.one('west')).toBe(first)
    given.remove(west())
    await eventually(() => expect(told.ids).toEqual([]))
    expect(told.problems).toEqual([])
  })

  test('leaves when it loses its label, and nothing is told of a change that changes nothing', async () => {
    given.put(west())
    given.put(east())
    const { told } = await given.synced()
    given.put(west())
    given.put({ ...east(), ...secret('east', { labels: {} }) })
    await eventually(() => expect(told.ids).toEqual(['west']))
    expect(told.calls).toHaveLength(2)
  })

  test('none at all is told too', async () => {
    given.put(secret('other', { labels: {} }))
    given.put(secret('elsewhere', { namespace: 'default' }))
    const { told } = await given.synced()
    expect(told.calls).toEqual([[]])
  })
})

describe('a Secret of Istio', () => {
  const istio = (data: Record<string, string>, annotations: Record<string, string> = {}) =>
    secret('istio-remote-secret-west', {
      labels: { 'istio/multiCluster': 'true' },
      data,
      annotations,
    })
  const selector = 'istio/multiCluster=true'
  const registries = [{ secrets: { namespace: 'meridian', selector } }]

  test('holds a cluster under each key, which our annotations may place', async () => {
    given.put(istio({ west: nowhere(), 'west-2': nowhere({ token: 'x' }) }, { locality: 'us-west-1' }))
    const { told } = given.start({}, registries)
    await eventually(() => expect(told.ids).toEqual(['west', 'west-2']))
    expect(told.one('west-2')).toMatchObject({
      locality: { region: 'us-west-1' },
      source: { kubeconfig: nowhere({ token: 'x' }) },
      place: 'Secret meridian/istio-remote-secret-west, key west-2',
    })
  })

  test('a key that is no cluster id leaves the other keys alone', async () => {
    given.put(istio({ Kubernetes: nowhere(), west: nowhere() }))
    const { told, status } = given.start({}, registries)
    await eventually(() => expect(told.ids).toEqual(['west']))
    expect(told.problems).toEqual([
      'Secret meridian/istio-remote-secret-west, key Kubernetes: id: "Kubernetes" is not a cluster id; ' +
        'write one or two lower-case DNS labels, such as cluster-east or c1.emea ' +
        "(Istio's name for it may stay: annotate its Secret, which is one for each such cluster, with meridian-dns.io/id)",
    ])
    expect(status().leftOut).toBe(1)
  })

  test('a Secret that several registries select is one cluster', async () => {
    given.put(
      secret('both', {
        labels: { 'istio/multiCluster': 'true', 'meridian-dns.io/cluster': '' },
        data: { west: nowhere() },
      }),
    )
    const own = { secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }
    const { told, status } = given.start({}, [...registries, own])
    await eventually(() => expect(status().synced).toBe(true))
    expect(told.ids).toEqual(['west'])
    expect(told.problems).toEqual([])
  })
})

describe('a Secret that cannot be read', () => {
  const cases: readonly (readonly [what: string, fields: Record<string, string>, problem: string])[] = [
    [
      'a bad locality',
      { locality: 'a/b/c/d' },
      'locality: "a/b/c/d" is not a locality; write region[/zone[/subzone]], such as us-east-1/us-east-1a',
    ],
    [
      'a field in UTF-16',
      { locality: Buffer.from('\ufeffus-east-1', 'utf16le').toString('utf8') },
      'locality: is UTF-16 text; save it as UTF-8 (in PowerShell: … | Out-File -Encoding utf8 FILE)',
    ],
    [
      'unprintable characters',
      { locality: '"us\\0east"' },
      'locality: "us\\u0000east" is not a locality; write region[/zone[/subzone]], such as us-east-1/us-east-1a',
    ],
    ['a source', { source: '{inCluster: true}' }, "source: is this Secret's kubeconfig; leave it out"],
    ['an unknown field', { localty: 'x' }, 'localty: unknown key "localty"; did you mean locality?'],
    [
      'a field that is not YAML',
      { podCIDRs: '[10.0.0.0/8' },
      'podCIDRs: is not YAML: Flow sequence must end with a ]; write it as in an entry of clusters',
    ],
    [
      'fields that do not go together',
      { reach: 'endpoints' },
      'reach: endpoints needs network, which is not set; give the cluster its network, or write reach: auto',
    ],
    [
      'a gateway inside our zones',
      { gateway: '{addresses: [gw.shop.global]}' },
      'gateway.addresses[0]: gw.shop.global lies in global, which is answered here from clusters; write a name outside, or the address',
    ],
    [
      'a kubeconfig that is none',
      { kubeconfig: 'hello' },
      'kubeconfig: is not a kubeconfig; put one here that has its certificates or token in it, as `kubectl config view --minify --flatten --raw` prints it',
    ],
    [
      'a kubeconfig that would run a program',
      { kubeconfig: nowhere({ exec: { command: 'rm' } }) },
      'kubeconfig: exec: may be used in a kubeconfig file only: embed the data, or a token; put one here that has its certificates or token in it, as `kubectl config view --minify --flatten --raw` prints it',
    ],
  ]

  test.each(cases)('%s leaves its cluster out, with one line, and no other', async (_, fields, problem) => {
    given.put(west(fields))
    given.put(east())
    const { told, status } = await given.synced()
    expect(told.ids).toEqual(['east'])
    expect(told.problems).toEqual([`Secret meridian/west: ${problem}`])
    expect(status().leftOut).toBe(1)
    expect(status().problems.map(printSourceProblem)).toEqual(told.problems)
  })

  test('without a kubeconfig says which key it goes under', async () => {
    given.put(secret('west'))
    const { told } = await given.synced()
    expect(told.problems).toEqual([
      'Secret meridian/west: kubeconfig: is missing; put the kubeconfig of the cluster under this key of the data',
    ])
  })

  test('a field in the data and in an annotation is not chosen between', async () => {
    given.put(secret('west', { data: { kubeconfig: nowhere(), weight: '1' }, annotations: { weight: '2' } }))
    const { told } = await given.synced()
    expect(told.problems).toEqual([
      'Secret meridian/west: weight: stands in the data and in an annotation; keep one of the two',
    ])
  })

  test('joins when it is mended, and its problem is told once', async () => {
    given.put(west({ weight: 'heavy' }))
    const { told, status } = await given.synced()
    given.put(east())
    await eventually(() => expect(told.ids).toEqual(['east']))
    given.put(west({ weight: '5' }))
    await eventually(() => expect(told.ids).toEqual(['west', 'east']))
    expect(told.problems).toHaveLength(1)
    expect(status()).toEqual({ synced: true, leftOut: 0, spoilt: 0, problems: [] })
  })

  test('costs nobody an answer if it could be read before: its last good version is in force', async () => {
    given.put(west({ weight: '5' }))
    const { told, status } = await given.synced()
    const before = told.one('west')
    given.put(west({ weight: 'heavy' }))
    await eventually(() =>
      expect(told.problems).toEqual([
        'Secret meridian/west: weight: "heavy" is not a whole number from 0 to 1000000; ' +
          'write a whole number from 0 to 1000000, such as 100; until that is mended, its last good version is in force',
      ]),
    )
    expect(told.one('west')).toBe(before)
    expect(status().leftOut).toBe(0)
    given.remove(west())
    await eventually(() => expect(told.ids).toEqual([]))
  })

  test('that holds itself keeps no other cluster from being found', async () => {
    given.put(west({ weight: '&a [*a]' }))
    given.put(east())
    const { told } = await given.synced()
    expect(told.ids).toEqual(['east'])
    expect(told.problems).toEqual([
      'Secret meridian/west: weight: an alias stands inside what its own anchor marks; write it out',
    ])
  })

  test('data keys with strange names are unknown keys like others', async () => {
    given.put(west({ ['__proto__']: 'x' }))
    given.put(east({ constructor: 'x' }))
    const { told } = await given.synced()
    expect(told.ids).toEqual([])
    expect(told.problems.map((text) => text.split('"')[1])).toEqual(['__proto__', 'constructor'])
  })
})

describe('an id', () => {
  test('that another Secret had first is refused, until that one leaves', async () => {
    given.put(west({ id: 'c1' }, 5))
    given.put(east({ id: 'c1' }, 2))
    const { told } = await given.synced()
    expect(told.found.map(({ place }) => place)).toEqual(['Secret meridian/east'])
    expect(told.problems).toEqual([
      'Secret meridian/west: id: c1 names two clusters; give each cluster an id of its own',
    ])
    given.remove(east())
    await eventually(() => expect(told.found.map(({ place }) => place)).toEqual(['Secret meridian/west']))
  })

  test('of Secrets of one second goes to the first by name', async () => {
    given.put(west({ id: 'c1' }, 1))
    given.put(east({ id: 'c1' }, 1))
    const { told } = await given.synced()
    expect(told.found.map(({ place }) => place)).toEqual(['Secret meridian/east'])
  })

  test('goes to no Secret that does not say when it was made, while another says so', async () => {
    given.put(east({ id: 'c1' }, null))
    given.put(west({ id: 'c1' }, 5))
    const { told } = await given.synced()
    expect(told.found.map(({ place }) => place)).toEqual(['Secret meridian/west'])
  })

  test('that the configuration has is refused, and looked at again when that changes', async () => {
    const ids = ['west']
    given.put(west())
    const { told, reconsider } = await given.synced({ configured: () => ids.map((id) => configured(id)) })
    expect(told.calls).toEqual([[]])
    expect(told.problems).toEqual([
      'Secret meridian/west: id: west names two clusters; give each cluster an id of its own',
    ])
    ids.pop()
    reconsider()
    await eventually(() => expect(told.ids).toEqual(['west']))
  })

  test('that is a dot-suffix of another is refused', async () => {
    given.put(west({ id: 'c1.emea' }))
    given.put(east({ id: 'emea' }))
    const { told } = await given.synced()
    expect(told.ids).toEqual(['c1.emea'])
    expect(told.problems).toEqual([
      'Secret meridian/east: id: emea is a dot-suffix of c1.emea: names could mean either cluster; ' +
        'rename one of them, emea for example to emea-1',
    ])
  })

  test('whose zone would hide the clusters’ own domain is refused, until the suffixes change', async () => {
    let suffixes = SUFFIXES
    given.put(west({ id: 'cluster' }))
    const { told, reconsider } = await given.synced({ suffixes: () => suffixes })
    expect(told.ids).toEqual([])
    expect(told.problems[0]).toContain('id: its zone cluster.local equals local.clusterDomain; rename')
    suffixes = { ...SUFFIXES, cluster: null }
    reconsider()
    await eventually(() => expect(told.ids).toEqual(['cluster']))
  })
})

describe('the same cluster under two ids', () => {
  test('is refused by the UID of kube-system: the first stays', async () => {
    const server = await given.server('uid-1')
    const [one, two] = [kubeconfig(server.url), kubeconfig(server.url, { token: 'another-token' })]
    given.put(west({ kubeconfig: one }))
    given.put(east({ kubeconfig: two }))
    const { told, status } = await given.synced()
    expect(told.calls.map((found) => found.map(({ id }) => id))).toEqual([['west']])
    expect(told.problems).toEqual([
      'Secret meridian/east: id: east and west (Secret meridian/west) are one cluster: its kube-system has the UID uid-1; ' +
        'keep one of the two, or correct the kubeconfig that leads to the wrong cluster',
    ])
    expect(status().leftOut).toBe(1)
  })

  test('one of them configured: that one stays, however young the Secret', async () => {
    const server = await given.server('uid-1')
    given.put(west({ kubeconfig: kubeconfig(server.url) }))
    const here = configured('here', server)
    const { told } = await given.synced({ configured: () => [here] })
    expect(told.ids).toEqual([])
    expect(told.problems[0]).toContain('west and here (cluster here) are one cluster')
  })

  test('is found out later too, when the API server was away before', async () => {
    const server = await given.server('uid-1')
    const other = await given.server('uid-1')
    other.darken()
    given.put(west({ kubeconfig: kubeconfig(server.url) }))
    given.put(east({ kubeconfig: kubeconfig(other.url) }))
    const { told } = await given.synced()
    expect(told.ids).toEqual(['west', 'east'])
    await other.listen()
    await eventually(() => expect(told.ids).toEqual(['west']))
  })

  test('is not looked for where that is forbidden, with a remark', async () => {
    const server = await given.server('uid-1')
    server.fault(({ plural }) => plural === 'namespaces', refuse(403, 'namespaces is forbidden'), 1_000)
    given.put(west({ kubeconfig: kubeconfig(server.url) }))
    given.put(east({ kubeconfig: kubeconfig(server.url) }))
    const { told } = await given.synced()
    expect(told.ids).toEqual(['west', 'east'])
    expect(told.problems).toEqual(
      ['west', 'east'].map(
        (id) =>
          `Secret meridian/${id}: whether ${id} is a second id of another cluster is not checked: ` +
          'get namespaces: status 403: namespaces is forbidden; add to its ClusterRole the rule ' +
          '{apiGroups: [""], resources: ["namespaces"], resourceNames: ["kube-system"], verbs: ["get"]}',
      ),
    )
  })

  test('a cluster that does not answer joins all the same, and keeps nobody waiting for long', async () => {
    const silent = await given.server('uid-1')
    silent.fault(
      ({ plural }) => plural === 'namespaces',
      () => undefined,
      1_000,
    )
    given.put(west({ kubeconfig: kubeconfig(silent.url) }))
    given.put(east())
    const { told } = await given.synced({ limits: { identityMs: 50 } })
    expect(told.ids).toEqual(['west', 'east'])
  })
})

/** What a namespace kube-system with this UID is. */
const kubeSystem = (uid: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { namespace: '', name: 'kube-system', uid },
})

describe('a UID of kube-system that another cluster has already', () => {
  const OFTEN = { confirmMs: 10 }

  /** The Secret of west is the older one: who has a UID is not decided by that. */
  async function members(more: Parameters<typeof given.synced>[0] = {}) {
    const [bad, victim] = [await given.server('uid-bad'), await given.server('uid-victim')]
    given.put(west({ kubeconfig: kubeconfig(bad.url) }))
    given.put(east({ kubeconfig: kubeconfig(victim.url) }))
    const registry = await given.synced({ limits: OFTEN, ...more })
    expect(registry.told.ids).toEqual(['west', 'east'])
    return { bad, victim, ...registry }
  }

  test('puts out who says it later, however old its Secret, and nobody else', async () => {
    const { bad, told, status } = await members()
    bad.put(kubeSystem('uid-victim'))
    await eventually(() => expect(told.ids).toEqual(['east']))
    expect(told.calls.flat().filter(({ id }) => id === 'east')).toHaveLength(told.calls.length)
    expect(status().problems).toEqual([
      {
        about: 'cluster',
        place: 'Secret meridian/west',
        message: expect.stringMatching(
          /^id: west and east \(Secret meridian\/east\) are one cluster: .* UID uid-victim$/,
        ),
        remedy: expect.stringMatching(/^keep one of the two, /),
      },
    ])
    bad.put(kubeSystem('uid-bad'))
    await eventually(() => expect(told.ids).toEqual(['west', 'east']))
    expect(status().problems).toEqual([])
  })

  test('puts out who says it for the first time after another had it', async () => {
    const bad = await given.server('uid-victim')
    const victim = await given.server('uid-victim')
    bad.darken()
    given.put(west({ kubeconfig: kubeconfig(bad.url) }))
    given.put(east({ kubeconfig: kubeconfig(victim.url) }))
    const { told } = await given.synced({ limits: OFTEN })
    expect(told.ids).toEqual(['west', 'east'])
    await bad.listen()
    await eventually(() => expect(told.ids).toEqual(['east']))
  })

  test('puts out no cluster when a configured one says it; that is told', async () => {
    const [here, victim] = [await given.server('uid-here'), await given.server('uid-victim')]
    given.put(west({ kubeconfig: kubeconfig(victim.url) }))
    const one = configured('here', here)
    const { told, status } = await given.synced({ configured: () => [one], limits: OFTEN })
    here.put(kubeSystem('uid-victim'))
    await eventually(() => expect(status().problems).toHaveLength(2))
    expect(status().problems.map(printSourceProblem)).toEqual([
      expect.stringMatching(/^cluster here: id: here and west \(Secret meridian\/west\) are one cluster/),
      expect.stringMatching(/^cluster here: the UID of kube-system was uid-here and is uid-victim/),
    ])
    expect(status().problems.map(({ about }) => about)).toEqual(['identity', 'identity'])
    expect(told.ids).toEqual(['west'])
    expect(status().leftOut).toBe(0)
  })

  test('is as good as none where it was another before: a cluster that joins has it', async () => {
    const { bad, told, status } = await members()
    bad.put(kubeSystem('uid-new'))
    await eventually(() =>
      expect(status().problems).toEqual([
        {
          about: 'identity',
          place: 'Secret meridian/west',
          message:
            "the UID of kube-system was uid-bad and is uid-new, which no cluster's changes: another answers for west",
          remedy: 'see who answers at its API server, and write its kubeconfig anew',
        },
      ]),
    )
    expect(told.ids).toEqual(['west', 'east'])
    const newcomer = await given.server('uid-new')
    given.put(secret('north', { data: { kubeconfig: kubeconfig(newcomer.url) }, age: 9 }))
    await eventually(() => expect(told.ids).toEqual(['east', 'north']))
    bad.put(kubeSystem('uid-bad'))
    await eventually(() => expect(told.ids).toEqual(['west', 'east', 'north']))
  })

  test('is the new one of a cluster that was built anew, whose Secret says so', async () => {
    const { told, status } = await members()
    const anew = await given.server('uid-anew')
    given.put(west({ kubeconfig: kubeconfig(anew.url) }))
    await eventually(() => expect(anew.asked('get', 'namespaces')).not.toEqual([]))
    const twin = await given.server('uid-anew')
    given.put(secret('north', { data: { kubeconfig: kubeconfig(twin.url) }, age: 9 }))
    await eventually(() => expect(status().leftOut).toBe(1))
    expect(told.ids).toEqual(['west', 'east'])
    expect(status().problems.map(sentenceOfProblem)).toEqual([
      expect.stringContaining('north and west (Secret meridian/west) are one cluster'),
    ])
  })

  test('is its own after a restart too, though its API server is away', async () => {
    const saves: SavedFound[] = []
    const { bad, victim, stop } = await members({ save: (saved) => saves.push(saved) })
    expect(saves.at(-1)?.map((one) => ('key' in one ? [one.key, one.uid] : one))).toEqual([
      ['meridian/west', 'uid-bad'],
      ['meridian/east', 'uid-victim'],
    ])
    await stop()
    bad.put(kubeSystem('uid-victim'))
    victim.darken()
    const recalled = recall(JSON.parse(JSON.stringify(saves.at(-1))), [], SUFFIXES)
    const { told } = await given.synced({ recalled, limits: OFTEN })
    expect(told.ids).toEqual(['east'])
  })

  test('is its own after a restart too where it is one of the configuration, until that says otherwise', async () => {
    const [east, found] = [await given.server('uid-east'), await given.server('uid-east')]
    given.put(secret('found', { data: { kubeconfig: kubeconfig(found.url) } }))
    const saves: SavedFound[] = []
    const save = (saved: SavedFound) => saves.push(saved)
    const clusters = [configured('east', east)]
    const more = { configured: () => clusters, save, limits: OFTEN }
    const first = await given.synced(more)
    expect(first.told.ids).toEqual([])
    const kept = [{ configured: 'east', uid: 'uid-east' }]
    expect(saves.at(-1)).toEqual(kept)
    await first.stop()
    east.darken()
    const again = await given.synced({ ...more, held: heldBefore(kept) })
    expect(again.told.ids).toEqual([])
    expect(again.status().leftOut).toBe(1)
    expect(saves.at(-1)).toEqual(kept)
    // Its kubeconfig led elsewhere since, which is nothing strange after a restart.
    east.put(kubeSystem('uid-other'))
    await east.listen()
    await eventually(() => expect(again.told.ids).toEqual(['found']))
    expect(again.status().problems).toEqual([])
  })

  test('goes by age where nothing is known from before', async () => {
    const { bad, stop } = await members()
    await stop()
    bad.put(kubeSystem('uid-victim'))
    const { told } = await given.synced({ limits: OFTEN })
    expect(told.ids).toEqual(['west'])
  })
})

describe('the API server of the Secrets', () => {
  test('is asked for one namespace and label alone', async () => {
    await given.synced()
    for (const verb of ['list', 'watch'] as const) {
      await eventually(() => expect(given.local.asked(verb, 'secrets')).not.toEqual([]))
      const [asked] = given.local.asked(verb, 'secrets')
      expect(asked?.namespace).toBe('meridian')
      expect(asked?.query.get('labelSelector')).toBe('meridian-dns.io/cluster')
    }
  })

  test('that forbids it is a problem with the rule to add, and is asked again', async () => {
    given.put(west())
    given.local.fault(isList('secrets'), refuse(403, 'secrets is forbidden'), 1_000)
    const { told, status } = given.start()
    await eventually(() =>
      expect(told.problems).toEqual([
        `${given.local.url}: list secrets: status 403: secrets is forbidden; add to a Role in namespace meridian the rule ` +
          '{apiGroups: [""], resources: ["secrets"], verbs: ["list", "watch"]}',
      ]),
    )
    expect(status().synced).toBe(false)
    expect(told.calls).toEqual([])
    given.local.mend()
    await eventually(() => expect(told.ids).toEqual(['west']))
    await eventually(() => expect(status().problems).toEqual([]))
  })

  test('may go away: what was found stays, and what changed meanwhile is found when it is back', async () => {
    given.put(west())
    const { told, status } = await given.synced()
    const before = told.one('west')
    given.local.darken()
    await eventually(() => expect(status().problems).not.toEqual([]))
    expect(told.ids).toEqual(['west'])
    given.put(east())
    await given.local.listen()
    await eventually(() => expect(told.ids).toEqual(['west', 'east']))
    expect(told.one('west')).toBe(before)
    await eventually(() => expect(status().problems).toEqual([]))
  })

  test('after stop nothing is told', async () => {
    const { told, stop } = await given.synced()
    await stop()
    given.put(west())
    await eventually(() => expect(given.local.watchers.size).toBe(0))
    expect(told.calls).toEqual([[]])
  })

  test('one registry that is refused keeps nothing from the other', async () => {
    const other = { secrets: { namespace: 'istio-system', selector: 'istio/multiCluster=true' } }
    const own = { secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }
    given.local.fault(({ namespace }) => namespace === 'istio-system', refuse(403), 1_000)
    given.put(west())
    const { told, status } = given.start({}, [other, own])
    await eventually(() => expect(told.ids).toEqual(['west']))
    expect(status().synced).toBe(false)
  })
})
