import { describe, expect, test } from 'vitest'
import { parseConfig, planOf, type Registry } from '../../../src/app/config/index.ts'
import { candidateOf } from '../../../src/app/registry/candidates.ts'
import { recall } from '../../../src/app/registry/index.ts'
import { KUBEFED_REGISTRY } from '../../../src/app/registry/kubefed.ts'
import type { RegisteredCluster, RegistryObjects } from '../../../src/app/registry/row.ts'
import { credentialsFrom } from '../../../src/sources/apiserver/index.ts'
import type { SavedFound } from '../../../src/sources/state/index.ts'
import { parsePrefix } from '../../../src/values/dns/index.ts'
import {
  type Fields,
  KUBEFED_CLUSTER,
  type KubeObject,
  parseAs,
  SECRET,
} from '../../../src/words/kube/index.ts'
import { watching } from '../../sources/apiserver/cluster.ts'
import { FakeApiServer, pem } from '../../sources/apiserver/fake.ts'
import { eventually } from '../../support/recorder.ts'
import { type RawObject, service } from '../../support/source-battery.ts'
import { ground, type Started, SUFFIXES, secret } from './finding.ts'

const NAMESPACE = 'kube-federation-system'
const REGISTRY: Registry = { kubefed: { namespace: NAMESPACE } }
const CA = Buffer.from(pem('ca')).toString('base64')

interface Written {
  readonly name?: string
  readonly metadata?: object
  readonly spec?: object
  readonly status?: object
}

/** As `kubefedctl join` writes it. */
const cluster = ({ name = 'cluster-east', metadata, spec, status }: Written = {}): RawObject =>
  ({
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'KubeFedCluster',
    metadata: { namespace: NAMESPACE, name, ...metadata },
    spec: {
      apiEndpoint: 'https://127.0.0.1:1',
      caBundle: CA,
      secretRef: { name: `${name}-7x2lq` },
      proxyURL: '',
      ...spec,
    },
    ...(status && { status }),
  }) as RawObject

const token = (name = 'cluster-east', data: Readonly<Record<string, string>> = { token: 'opened' }) =>
  secret(`${name}-7x2lq`, { namespace: NAMESPACE, labels: {}, data })

/** What the registry makes of objects. */
function clustersOf(...objects: readonly RawObject[]): readonly RegisteredCluster[] {
  const parsed = objects.map((one) => {
    const row = one.kind === 'Secret' ? SECRET : KUBEFED_CLUSTER
    const object = parseAs(row, one as unknown as Fields)
    if (object.outcome === 'problem') throw new Error(object.problem)
    return object.object
  })
  const held: RegistryObjects = { of: (row) => parsed.filter((one: KubeObject) => row.is(one)) as never }
  return KUBEFED_REGISTRY.open(REGISTRY)?.clustersOf(held, { kind: 'inCluster' }) ?? []
}

/** How the one cluster is reached, as kubeconfigs say it. */
function accessOf(written: Written, data?: Readonly<Record<string, string>>) {
  const [one] = clustersOf(cluster(written), token('cluster-east', data))
  if (one?.access?.kind !== 'text') throw new Error(JSON.stringify(one?.flaws))
  const { clusters, users } = JSON.parse(one.access.kubeconfig)
  return { ...clusters[0].cluster, ...users[0].user, anyName: one.access.anyName, remarks: one.remarks }
}

describe('a KubeFedCluster and its Secret', () => {
  test('are a cluster', () => {
    const metadata = {
      creationTimestamp: '2026-11-01T00:00:00Z',
      labels: {
        region: 'us-east-1',
        'topology.kubernetes.io/zone': 'us-east-1a',
        tier: 'gold',
        'app.kubernetes.io/name': 'x',
      },
      annotations: {
        'meridian-dns.io/podCIDRs': '[10.1.0.0/16]',
        'meridian-dns.io/weight': '70',
        other: 'x',
      },
    }
    expect(clustersOf(cluster({ metadata }), token())).toMatchObject([
      {
        key: `kubefed ${NAMESPACE}/cluster-east`,
        place: `KubeFedCluster ${NAMESPACE}/cluster-east`,
        createdAt: Date.UTC(2026, 10, 1),
        fields: {
          id: 'cluster-east',
          locality: 'us-east-1/us-east-1a',
          labels: metadata.labels,
          podCIDRs: ['10.1.0.0/16'],
          weight: 70,
        },
        flaws: [],
        remarks: [],
      },
    ])
  })

  test('say how its API server is reached', () => {
    expect(accessOf({})).toEqual({
      server: 'https://127.0.0.1:1',
      'certificate-authority-data': CA,
      token: 'opened',
      remarks: [],
    })
    expect(accessOf({ spec: { apiEndpoint: '127.0.0.1:1', caBundle: null } })).toEqual({
      server: 'https://127.0.0.1:1',
      token: 'opened',
      remarks: [],
    })
    expect(accessOf({ spec: { proxyURL: 'http://proxy.example:3128' } })).toMatchObject({
      'proxy-url': 'http://proxy.example:3128',
    })
  })

  test.each([
    [{ locality: 'eu-west-1' }, 'eu-west-1'],
    [{}, undefined],
  ])('an annotation wins over labels, and without either nobody knows where it is', (said, locality) => {
    const annotations = Object.fromEntries(
      Object.entries(said).map(([field, text]) => [`meridian-dns.io/${field}`, text]),
    )
    const labels = locality === undefined ? { zone: 'a' } : { 'topology.kubernetes.io/region': 'us-east-1' }
    const [one] = clustersOf(cluster({ metadata: { labels, annotations } }), token())
    expect(one?.fields['locality']).toBe(locality)
  })

  test('a Secret that is not there, or has no token, keeps it from joining', () => {
    expect(clustersOf(cluster())).toMatchObject([
      {
        access: null,
        flaws: [
          {
            problem: `spec.secretRef.name: there is no Secret ${NAMESPACE}/cluster-east-7x2lq`,
            remedy: 'name the one that `kubefedctl join` made',
          },
        ],
      },
    ])
    for (const data of [{ token: '' }, { 'ca.crt': 'x' }])
      expect(clustersOf(cluster(), token('cluster-east', data))).toMatchObject([
        {
          access: null,
          flaws: [{ problem: `spec.secretRef.name: Secret ${NAMESPACE}/cluster-east-7x2lq has no token` }],
        },
      ])
  })

  test.each([
    [[], { 'certificate-authority-data': CA }, []],
    [['*'], { 'insecure-skip-tls-verify': true }, []],
    [['SubjectName'], { 'certificate-authority-data': CA, anyName: true }, []],
    [
      ['SubjectAltName'],
      { 'certificate-authority-data': CA },
      [
        expect.stringContaining(
          'spec.disabledTLSValidations: "SubjectAltName" is no value that KubeFed has: it disables nothing',
        ),
      ],
    ],
  ])('disabledTLSValidations %j', (disabledTLSValidations, wanted, told) => {
    const { server: _server, token: _token, remarks, ...tls } = accessOf({ spec: { disabledTLSValidations } })
    expect(tls).toEqual({ anyName: undefined, ...wanted })
    expect(remarks).toEqual(told)
  })

  test.each([
    [['ValidityPeriod'], 'ValidityPeriod: dates of certificates are always verified here'],
    [['SubjectName', 'ValidityPeriod'], 'ValidityPeriod: dates of certificates are always verified here'],
    [['*', 'SubjectName'], '* stands beside other values, which KubeFed refuses'],
    [['*', 'ValidityPeriod'], 'ValidityPeriod: dates'],
  ])('disabledTLSValidations %j is refused', (disabledTLSValidations, sentence) => {
    expect(clustersOf(cluster({ spec: { disabledTLSValidations } }), token())).toMatchObject([
      { access: null, flaws: [{ problem: expect.stringContaining(sentence) }] },
    ])
  })

  test('any of them has requests go past the proxy, as in KubeFed, and that is told', () => {
    for (const value of ['*', 'SubjectName', 'SubjectAltName']) {
      const said = accessOf({ spec: { disabledTLSValidations: [value], proxyURL: 'http://proxy.example' } })
      expect(said).not.toHaveProperty('proxy-url')
      expect(said.remarks.at(-1)).toContain('spec.proxyURL: it is not used beside')
    }
  })

  test.each([
    [[{ type: 'Ready', status: 'True', message: 'ok' }], []],
    [
      [{ type: 'Offline', status: 'True', message: 'no route' }],
      [expect.stringMatching(/^KubeFed says: Offline is True \(no route\); that alone changes no answer/)],
    ],
    [
      [
        { type: 'Ready', status: 'False', message: '/healthz responded without ok' },
        { type: 'Offline', status: 'False' },
      ],
      [expect.stringContaining('Ready is False (/healthz responded without ok); ')],
    ],
    [
      [{ type: 'ConfigMalformed', status: 'True' }],
      [expect.stringContaining('KubeFed says: ConfigMalformed is True; ')],
    ],
    [[], []],
  ])('what KubeFed says of it is told, and never believed alone: %j', (conditions, told) => {
    const [one] = clustersOf(cluster({ status: { conditions } }), token())
    expect(one).toMatchObject({ flaws: [] })
    expect(one?.access).not.toBe(null)
    expect(one?.remarks).toEqual(told)
  })
})

test.each([
  ['dG90YWwgbm9uc2Vuc2U=', ['*'], []],
  ['dG90YWwgbm9uc2Vuc2U=', [], ['spec.caBundle: it is no PEM certificate in base64']],
  ['total nonsense', ['SubjectName'], ['spec.caBundle: it is no PEM certificate in base64']],
  [CA, [], []],
])('a caBundle %j beside %j is told by its own field, if it matters', async (caBundle, disabled, told) => {
  const spec = { caBundle, disabledTLSValidations: disabled }
  const [one] = clustersOf(cluster({ spec }), token())
  if (one === undefined) throw new Error('there is no cluster')
  const { reading } = await candidateOf(one, 'kubefed', SUFFIXES)
  expect('problems' in reading ? reading.problems.map(({ problem }) => problem) : []).toEqual(told)
})

describe('as a registry', () => {
  const given = ground()
  const start = (): Started => given.start({}, [REGISTRY])

  test('clusters join, change and leave with their objects', async () => {
    given.put(cluster())
    given.put(token())
    const { told, status } = start()
    await eventually(() => expect(told.ids).toEqual(['cluster-east']))
    given.put(
      cluster({ name: 'cluster-west', metadata: { annotations: { 'meridian-dns.io/drain': 'true' } } }),
    )
    given.put(token('cluster-west'))
    await eventually(() => expect(told.ids).toEqual(['cluster-east', 'cluster-west']))
    expect(told.one('cluster-west')).toMatchObject({ drain: true, registry: 'kubefed' })
    await eventually(() => expect(status().problems).toEqual([]))
    const annotations = { 'meridian-dns.io/podCIDRs': '[10.2.0.0/16]' }
    given.put(cluster({ name: 'cluster-west', metadata: { annotations } }))
    await eventually(() =>
      expect(told.one('cluster-west')).toMatchObject({ podCIDRs: [parsePrefix('10.2.0.0/16')] }),
    )
    given.remove(cluster())
    await eventually(() => expect(told.ids).toEqual(['cluster-west']))
  })

  test('a cluster that is annotated with an id keeps its name for placements, over a restart too', async () => {
    given.put(cluster({ metadata: { annotations: { 'meridian-dns.io/id': 'east # the first' } } }))
    given.put(token())
    const saved: SavedFound[] = []
    const { told } = given.start({ save: (now) => void saved.push(now) }, [REGISTRY])
    await eventually(() => expect(told.ids).toEqual(['east']))
    const own = { id: 'east', name: 'cluster-east', registry: 'kubefed' }
    expect(told.one('east')).toMatchObject(own)
    expect(recall(saved.at(-1) ?? [], [], SUFFIXES).found).toMatchObject([own])
    const config = parseConfig(
      'local: {cluster: hub}\nclusters: [{id: hub, source: {manifests: h}}]\nregistries: [{kubefed: {}}]\n',
      'meridian.yaml',
    )
    expect(planOf(config, told.found).registries).toMatchObject([
      { names: new Map([['east', 'cluster-east']]) },
    ])
  })

  test('a remark is told beside a cluster that has joined, and what is wrong beside one that has not', async () => {
    given.put(cluster({ spec: { disabledTLSValidations: ['SubjectAltName'] } }))
    given.put(token())
    given.put(cluster({ name: 'cluster-west', spec: { disabledTLSValidations: ['ValidityPeriod'] } }))
    given.put(token('cluster-west'))
    given.put(cluster({ name: 'cluster-eu', spec: { apiEndpoint: 'ftp://x' } }))
    given.put(token('cluster-eu'))
    const { told, status } = start()
    await eventually(() => expect(told.ids).toEqual(['cluster-east']))
    const place = (name: string): string => `KubeFedCluster ${NAMESPACE}/${name}`
    expect(status()).toMatchObject({ leftOut: 2 })
    expect(status().problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ about: 'remark', place: place('cluster-east') }),
        expect.objectContaining({ about: 'cluster', place: place('cluster-west') }),
        expect.objectContaining({
          about: 'cluster',
          place: place('cluster-eu'),
          message: 'spec: server: "ftp://x" is not a URL that can be used',
        }),
      ]),
    )
  })

  test('one that is probed every ten seconds is no news', async () => {
    const probed = (at: number) =>
      cluster({
        status: {
          conditions: [{ type: 'Ready', status: 'True', lastProbeTime: new Date(at).toISOString() }],
        },
      })
    given.put(probed(0))
    given.put(token())
    const { told } = start()
    await eventually(() => expect(told.ids).toEqual(['cluster-east']))
    for (let i = 1; i < 5; i++) given.put(probed(i * 10_000))
    given.put(cluster({ name: 'cluster-west' }))
    given.put(token('cluster-west'))
    await eventually(() => expect(told.ids).toEqual(['cluster-east', 'cluster-west']))
    expect(told.calls.filter((found) => found.length === 1)).toHaveLength(1)
  })
})

describe('its API server’s certificate', () => {
  /** Whether a member whose certificate is `name` is read, or the sentence why not. */
  async function reading(name: string, spec: object): Promise<string> {
    const server = await FakeApiServer.open({ cert: pem(name), key: pem(`${name}-key`) })
    const [one] = clustersOf(cluster({ spec: { apiEndpoint: server.url, ...spec } }), token())
    if (one?.access == null) throw new Error(JSON.stringify(one))
    server.put(service('cart'))
    const { told, source } = watching(server, {}, { credentials: credentialsFrom(one.access) })
    try {
      await eventually(() => expect(told.ids.length + told.sentences.length).toBeGreaterThan(0))
      return told.sentences[0] ?? told.ids.join()
    } finally {
      await source.stop()
      await server.kill()
    }
  }

  const READ = 'Service shop/cart'
  const NAMES = 'is for other names'
  const EXPIRED = 'has expired'
  const UNSIGNED = 'is not signed by the certificate-authority in use'

  test.each([
    ['server', [], READ],
    ['elsewhere', [], NAMES],
    ['expired', [], EXPIRED],
    ['other-server', [], UNSIGNED],
    ['server', ['SubjectName'], READ],
    ['elsewhere', ['SubjectName'], READ],
    ['expired', ['SubjectName'], EXPIRED],
    ['other-server', ['SubjectName'], UNSIGNED],
    ['server', ['*'], READ],
    ['elsewhere', ['*'], READ],
    ['expired', ['*'], READ],
    ['other-server', ['*'], READ],
    // No value that KubeFed has: all is verified, as there.
    ['server', ['SubjectAltName'], READ],
    ['elsewhere', ['SubjectAltName'], NAMES],
  ])('%s, without %j: %s', async (name, disabledTLSValidations, wanted) => {
    expect(await reading(name, { disabledTLSValidations })).toContain(wanted)
  })

  test('without authorities of its own those of this host count, for any name too', async () => {
    const spec = { caBundle: null, disabledTLSValidations: ['SubjectName'] }
    expect(await reading('elsewhere', spec)).toContain(UNSIGNED)
  })
})
