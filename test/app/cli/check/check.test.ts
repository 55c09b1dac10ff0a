import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { explainName } from '../../../../src/app/admin/index.ts'
import { type CheckOptions, check, checkCommand, statusOf } from '../../../../src/app/cli/check/check.ts'
import type { CheckKind, CheckResult } from '../../../../src/app/cli/check/check-result.ts'
import { inspectedOffline } from '../../../../src/app/cli/offline.ts'
import { exportOf, type Given, offlineOf, service } from '../clusterset.ts'

const FLAT = 'network: flat, locality: us-east-1/a'
const QUIET = 'zones: {global: mesh.internal}\ndns: {advertise: [10.96.0.53]}\n'

const east = (...documents: readonly string[]): Given => ({
  keys: FLAT,
  files: { 'all.yaml': documents.join('\n---\n') },
})

async function findings(
  clusters: Readonly<Record<string, Given>>,
  config = QUIET,
  options: CheckOptions = {},
): Promise<readonly CheckResult[]> {
  return (await check(await offlineOf(clusters, config), options)).findings
}

const ofKind = async (
  kind: CheckKind,
  clusters: Readonly<Record<string, Given>>,
  config = QUIET,
  options: CheckOptions = {},
): Promise<readonly (readonly string[])[]> =>
  (await findings(clusters, config, options))
    .filter((one) => one.kind === kind)
    .map(({ level, subject, finding }) => [level, subject, finding])

describe('clusters that agree', () => {
  const pair = { 'cluster-east': east(service({ n: 1 })), 'cluster-west': east(service({ n: 2 })) }

  test('have nothing broken and nothing to warn of', async () => {
    const report = await check(await offlineOf(pair, QUIET))
    expect(report.findings.map(({ level, kind, subject }) => `${level} ${kind} ${subject}`)).toEqual([
      'advice forwarding cluster DNS',
      'ok objects cluster-east',
      'ok objects cluster-west',
      'ok services services',
    ])
    expect(statusOf(report)).toBe(0)
  })

  test('are told what was read and how much of it is reached', async () => {
    expect(await ofKind('objects', pair)).toContainEqual([
      'ok',
      'cluster-east',
      '1 Service, 1 EndpointSlice, 1 ServiceExport, 0 ServiceImports',
    ])
    expect(await ofKind('services', pair)).toEqual([
      ['ok', 'services', '1 service exported, each reached from every cluster'],
    ])
  })
})

test('files of other programs among the manifests are listed, a line for each directory, and fail nothing', async () => {
  const tools = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`chart/values-${name}.yaml`, 'replicas: 2'])
  const files = {
    'all.yaml': service({ n: 1 }),
    'kustomization.yaml': 'resources: [all.yaml]',
    ...Object.fromEntries(tools),
  }
  const report = await check(await offlineOf({ 'cluster-east': { keys: FLAT, files } }, QUIET))
  const told = report.findings.filter(({ kind }) => kind === 'source')
  expect(told.map(({ level }) => level)).toEqual(['ok', 'ok'])
  expect(told.map(({ finding }) => finding).toSorted((a, b) => a.length - b.length)).toEqual([
    expect.stringMatching(/: 1 file of other programs passed over.*: kustomization\.yaml$/),
    expect.stringMatching(/chart: 6 files of .*: values-a\.yaml, values-b.*values-d\.yaml and 2 more$/),
  ])
  expect(statusOf(report)).toBe(0)
})

test('objects of hosts that nobody is to speak for are told with why, by check and where such a host is explained', async () => {
  const entry = (key: string, ...hosts: readonly string[]) => {
    const [namespace = '', name = ''] = key.split('/')
    return JSON.stringify({
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { namespace, name },
      spec: {
        hosts,
        ports: [{ number: 80, name: 'http' }],
        resolution: 'STATIC',
        endpoints: [{ address: '192.0.2.66' }],
      },
    })
  }
  const objects = [
    entry('evil/host', 'db.mesh.internal'),
    entry('evil/wild', '*.x.mesh.internal'),
    entry('evil/service', 'db.shop.global'),
    entry('evil/elsewhere', 'example.com'),
    entry('istio-system/ok', 'ok.mesh.internal'),
  ]
  const config = 'zones: {entries: [mesh.internal]}\nistio: {cluster: cluster-east}\n'
  const offline = await offlineOf({ 'cluster-east': east(...objects) }, config)
  const { findings: all } = await check(offline)
  const why =
    'an object of namespace evil speaks for services of that namespace alone, unless istio.trustedNamespaces lists it'
  expect(
    all.flatMap(({ kind, level, finding }) => (kind === 'policy' && level === 'warning' ? [finding] : [])),
  ).toEqual([`3 ServiceEntries not in force: ${why}: evil/host, evil/service, evil/wild`])
  const inspected = inspectedOffline(offline, 'test')
  for (const [name, by] of [
    ['db.mesh.internal', 'host'],
    ['a.b.x.mesh.internal', 'wild'],
    ['db.shop.global', 'service'],
    ['shop/db', 'service'],
  ] as const)
    expect(() => explainName(inspected, { name })).toThrow(`; left out: ServiceEntry evil/${by} (${why})`)
  expect(() => explainName(inspected, { name: 'none.mesh.internal' })).toThrow(/does not exist$/)
})

test('objects of Istio are told by service: in force or not, and what of them is left out', async () => {
  const rule = (name: string, host: string) =>
    `apiVersion: networking.istio.io/v1alpha3\nkind: DestinationRule\nmetadata: {name: ${name}, namespace: ${name}}\nspec: {host: ${host}, trafficPolicy: {tls: {}, loadBalancer: {localityLbSetting: {enabled: false}}}}`
  const key = 'shop/cart'
  const files = [
    service({ n: 1 }),
    rule('shop', 'cart'),
    rule('evil', 'cart.shop.global'),
    rule('far', 'example.com'),
  ]
  const clusters = { 'cluster-east': east(...files) }
  const config = QUIET.replace('global: mesh.internal', 'global: global')
  expect(await ofKind('policy', clusters, config)).toEqual([])
  const told = await ofKind('policy', clusters, `${config}istio: {cluster: cluster-east}\n`)
  expect(told).toEqual([
    [
      'warning',
      `cluster-east ${key}`,
      expect.stringMatching(/^DestinationRule evil\/evil is not in force: /),
    ],
    [
      'advice',
      `cluster-east ${key}`,
      expect.stringMatching(/^DestinationRule shop\/shop: spec\.trafficPolicy\.tls /),
    ],
    ['ok', `cluster-east ${key}`, 'DestinationRule shop/shop is in force'],
    ['ok', 'cluster-east', "1 DestinationRule of hosts that are no service's name here: far/far"],
  ])
})

describe('the configuration', () => {
  const one = { 'cluster-east': east(service()) }

  test('is told the zones to forward, and the command for it', async () => {
    const [advice] = (await findings(one)).filter(({ kind }) => kind === 'forwarding')
    expect(advice?.finding).toContain(
      'each by its own name: clusterset.local, mesh.internal, cluster-east.local',
    )
    expect(advice?.remedy).toContain('meridian corefile')
  })

  test('is told what the suffix global costs', async () => {
    expect(await ofKind('suffix', one, '')).toEqual([
      ['advice', 'zones.global', expect.stringContaining('public top-level domain')],
    ])
    expect(await ofKind('suffix', one)).toEqual([])
  })

  test('is told when the name server has no address', async () => {
    expect(await ofKind('nameServer', one, '')).toEqual([
      ['advice', 'dns.advertise', expect.stringContaining('ns.dns.clusterset.local has no address')],
    ])
    expect(await ofKind('nameServer', one)).toEqual([])
  })
})

describe('routing', () => {
  const pair = {
    'cluster-east': east(service({ n: 1 })),
    'cluster-west': {
      ...east(service({ key: 'shop/other', n: 2, exported: false })),
      keys: 'network: flat, locality: eu-1',
    },
  }

  test('names services that some cluster holds and exports', async () => {
    const config = `${QUIET}routing: {services: {shop/cart: {minHealthy: 1}, shop/crat: {minHealthy: 1}, shop/other: {minHealthy: 1}}}\n`
    expect(await ofKind('routing', pair, config)).toEqual([
      ['warning', 'routing.services["shop/crat"]', 'no cluster holds a service of this name'],
      ['warning', 'routing.services["shop/other"]', 'no cluster exports this service'],
    ])
  })

  test('gives weights to clusters that contribute', async () => {
    const config = `${QUIET}routing: {services: {shop/cart: {weights: {cluster-east: 1, cluster-west: 1}}}}\n`
    expect(await ofKind('routing', pair, config)).toEqual([
      [
        'warning',
        'routing.services["shop/cart"].weights',
        'cluster-west has a weight, but contributes nothing to this service',
      ],
    ])
  })

  test('names labels that no cluster carries, or none that contributes', async () => {
    const labelled = {
      'cluster-east': { ...pair['cluster-east'], keys: `${FLAT}, labels: {tier: gold, site: a}` },
      'cluster-west': {
        ...pair['cluster-west'],
        keys: 'network: flat, locality: eu-1, labels: {tier: silver}',
      },
    }
    const preferring = (prefer: string): string =>
      `${QUIET}routing: {services: {shop/cart: {prefer: ${prefer}}}}\n`
    expect(await ofKind('routing', labelled, preferring('{tier: gold, site: a}'))).toEqual([])
    expect(await ofKind('routing', labelled, preferring('{tier: silver, site: a}'))).toEqual([
      ['warning', 'routing.services["shop/cart"].prefer', 'no cluster carries tier=silver,site=a'],
    ])
    expect(await ofKind('routing', labelled, preferring('{tier: silver}'))).toEqual([
      [
        'warning',
        'routing.services["shop/cart"].prefer',
        'cluster-west carries tier=silver, but contributes nothing to this service',
      ],
    ])
  })

  test('names localities where clusters and clients stand', async () => {
    const config = `${QUIET}clients: {map: [{cidr: 10.9.0.0/16, locality: ap-1/a}]}
routing:
  distribute:
    - {from: "us-east-1/*", to: {"eu-1/*": 1, "us-west-9/*": 1}}
    - {from: "ap-1/*", to: {"us-east-1/a/*": 1}}
  failover: [{from: nowhere-1, to: eu-1}, {from: eu-1, to: ap-1}]
  services: {shop/cart: {failover: [{from: us-east-1, to: us-est-1}]}}
`
    expect(await ofKind('routing', pair, config)).toEqual([
      ['warning', 'routing.distribute[0].to', 'us-west-9/* matches no cluster'],
      ['warning', 'routing.failover[0].from', "nowhere-1 matches no cluster's or client's place"],
      ['warning', 'routing.failover[1].to', 'ap-1 matches no cluster'],
      ['warning', 'routing.services["shop/cart"].failover[0].to', 'us-est-1 matches no cluster'],
    ])
  })

  test('of distribute, names entries that take nothing because others come first', async () => {
    const config = `${QUIET}routing:
  distribute:
    - {from: "*", to: {"*": 20, "us-east-1/*": 80, "eu-1/*": 1, us-west-9: 1}}
    - {from: "us-east-1/*", to: {"us-east-1/*": 80, "*": 20}}
  services: {shop/cart: {distribute: [{from: us-east-1/*, to: {us-east-1: 1, us-east-1/a: 1}}, {from: us-east-1/a, to: {"*": 1}}]}}
`
    const found = (await ofKind('routing', pair, config)).filter(([, , text]) => text?.includes(' takes no '))
    expect(found).toEqual([
      [
        'warning',
        'routing.distribute[0].to',
        '* takes no cluster: us-east-1/*, eu-1/* take all that it matches',
      ],
      [
        'warning',
        'routing.distribute[1].from',
        'us-east-1/* takes no place: distribute[0] takes all that it matches, *',
      ],
      [
        'warning',
        'routing.services["shop/cart"].distribute[0].to',
        'us-east-1 takes no cluster: us-east-1/a takes all that it matches',
      ],
      [
        'warning',
        'routing.services["shop/cart"].distribute[1].from',
        'us-east-1/a takes no place: distribute[0] takes all that it matches, us-east-1/*',
      ],
    ])
  })
})

test('CIDRs of a cluster’s own pods and services that overlap are a warning, those beside each other are not', async () => {
  const own = (keys: string) => ofKind('overlap', { 'cluster-east': { keys, files: {} } })
  const services = 'serviceCIDRs: [10.96.0.0/12, "fd00:96::/112"]'
  expect(await own(`podCIDRs: [10.95.0.0/16, 10.112.0.0/16, "fd00:10::/56"], ${services}`)).toEqual([])
  expect(await own(`podCIDRs: [10.96.0.0/16, "fd00::/16"], ${services}`)).toEqual([
    [
      'warning',
      'cluster-east',
      'podCIDR 10.96.0.0/16 and serviceCIDR 10.96.0.0/12 of cluster-east itself overlap: an address in both is taken for either',
    ],
    [
      'warning',
      'cluster-east',
      'podCIDR fd00::/16 and serviceCIDR fd00:96::/112 of cluster-east itself overlap: an address in both is taken for either',
    ],
  ])
})

describe('CIDRs that two clusters claim', () => {
  const overlap = async (a: string, b: string) =>
    (
      await ofKind('overlap', {
        'cluster-east': { keys: a, files: { 'a.yaml': service({ n: 1 }) } },
        'cluster-west': { keys: b, files: { 'a.yaml': service({ n: 1 }) } },
      })
    ).map(([level, , finding]) => `${level}: ${finding}`)

  test('matter for pods of one network', async () => {
    expect(
      await overlap('network: flat, podCIDRs: [10.1.0.0/16]', 'network: flat, podCIDRs: [10.0.0.0/8]'),
    ).toEqual([
      'warning: podCIDR 10.1.0.0/16 of cluster-east and podCIDR 10.0.0.0/8 of cluster-west overlap: on network flat one address may be a pod of either',
    ])
  })

  test('matter where services of one cluster hide pods of the other', async () => {
    expect(
      await overlap('network: flat, serviceCIDRs: [10.96.0.0/12]', 'network: flat, podCIDRs: [10.96.0.0/16]'),
    ).toEqual([expect.stringMatching(/^warning: serviceCIDR .* pods of the other cannot be reached$/)])
  })

  test('matter for services of one network, and more where a cluster is reached by ClusterIP', async () => {
    const cidr = 'network: flat, serviceCIDRs: [10.96.0.0/12]'
    expect(await overlap(cidr, cidr)).toEqual([
      expect.stringMatching(/^warning: .* on network flat one address may be a service of either/),
    ])
    expect(await overlap(cidr, `${cidr}, reach: clusterIP`)).toEqual([
      expect.stringMatching(/^warning: .* reach: clusterIP gives no route to cluster-west$/),
    ])
  })

  test('matter where a third cluster is on a network of each', async () => {
    const found = await ofKind('overlap', {
      'cluster-hub': { keys: 'network: [vpc-a, vpc-b]', files: { 'a.yaml': service({ n: 1 }) } },
      'cluster-east': {
        keys: 'network: vpc-a, podCIDRs: [10.1.0.0/16]',
        files: { 'a.yaml': service({ n: 1 }) },
      },
      'cluster-west': {
        keys: 'network: vpc-b, podCIDRs: [10.1.0.0/16]',
        files: { 'a.yaml': service({ n: 1 }) },
      },
    })
    expect(found.map(([level, , finding]) => `${level}: ${finding}`)).toEqual([
      "warning: podCIDR 10.1.0.0/16 of cluster-east and podCIDR 10.1.0.0/16 of cluster-west overlap: cluster-hub is on a network of each, where one address may be either's",
    ])
  })

  test('matter on any network that two clusters share', async () => {
    expect(
      await overlap(
        'network: [vpc-a, vpc-hub], podCIDRs: [10.1.0.0/16]',
        'network: [vpc-hub, vpc-b], podCIDRs: [10.1.0.0/16]',
      ),
    ).toEqual([expect.stringMatching(/^warning: .*: on network vpc-hub one address may be a pod of either$/)])
  })

  test('are not found in a plan that divides one range for pods and one for services', async () => {
    const flat = (i: number) =>
      `network: flat, podCIDRs: [10.244.${64 * i}.0/18], serviceCIDRs: [10.${96 + 4 * i}.0.0/14]`
    expect(await overlap(flat(0), flat(1))).toEqual([])
    expect(await overlap(flat(1), flat(2))).toEqual([])
    expect(
      await overlap(flat(0), 'network: flat, podCIDRs: [10.244.0.0/16], serviceCIDRs: [10.96.0.0/12]'),
    ).toEqual([
      expect.stringMatching(/^warning: podCIDR 10.244.0.0\/18 of cluster-east and podCIDR 10.244.0.0\/16/),
      expect.stringMatching(
        /^warning: serviceCIDR 10.96.0.0\/14 of cluster-east and serviceCIDR 10.96.0.0\/12/,
      ),
    ])
  })

  test('do not matter between networks', async () => {
    expect(await overlap('network: a, podCIDRs: [10.1.0.0/16]', 'podCIDRs: [10.1.0.0/16]')).toEqual([
      expect.stringMatching(/^ok: .* the clusters share no network$/),
    ])
  })
})

describe('a source', () => {
  test('that does not exist is broken', async () => {
    const report = await check(await offlineOf({ 'cluster-east': { files: null } }, QUIET))
    const [found] = report.findings.filter(({ kind }) => kind === 'source')
    expect(found).toMatchObject({ level: 'broken', cluster: 'cluster-east', subject: 'cluster-east' })
    expect(found?.finding).toMatch(/cluster-east: does not exist: create it/)
    expect(statusOf(report)).toBe(1)
  })

  test('with a manifest that does not parse is broken, and says where', async () => {
    const files = {
      'good.yaml': service(),
      'bad.yaml': 'a: 1\nb: [\n',
      'odd.json': '{"apiVersion": "v1", "kind": "Service"}',
    }
    const found = await ofKind('source', { 'cluster-east': { keys: FLAT, files } })
    expect(found).toEqual([
      ['broken', 'cluster-east', expect.stringMatching(/bad\.yaml:\d+: YAML: /)],
      ['broken', 'cluster-east', expect.stringMatching(/odd\.json: Service without a name/)],
    ])
  })

  test('with objects of kinds that look as if they were read is told so, and given no advice that would not help', async () => {
    const gke = exportOf('shop/cart').replace('multicluster.x-k8s.io/v1alpha1', 'net.gke.io/v1')
    const only = { 'cluster-east': east(service({ exported: false }), gke) }
    expect(await ofKind('source', only)).toEqual([
      [
        'warning',
        'cluster-east',
        expect.stringMatching(
          /all\.yaml:\d+: 1 × ServiceExports of net\.gke\.io, such as shop\/cart: not read; .*groups/,
        ),
      ],
    ])
    expect(await ofKind('objects', only)).toHaveLength(1)
    const [summary] = (await findings(only)).filter(({ kind }) => kind === 'services')
    expect(summary?.remedy).toBe('see what is said of the ServiceExports that are not read')
  })

  test('with slices of an older version alone is told so', async () => {
    const old = service().replace('discovery.k8s.io/v1,', 'discovery.k8s.io/v1beta1,')
    const found = await findings({ 'cluster-east': east(old) })
    expect(found.filter(({ kind }) => kind === 'source')).toMatchObject([
      {
        level: 'warning',
        finding: expect.stringContaining('1 × EndpointSlices of discovery.k8s.io/v1beta1'),
      },
    ])
    expect(found.find(({ kind }) => kind === 'notReady')?.remedy).toContain('that are not read')
  })

  test('whose ServiceExports of another group are read is in order', async () => {
    const gke = exportOf('shop/cart').replace('multicluster.x-k8s.io/v1alpha1', 'net.gke.io/v1')
    const { files } = east(service({ exported: false }), gke)
    const only = { 'cluster-east': { keys: `${FLAT}, exports: {groups: [net.gke.io]}`, files } }
    expect(await ofKind('source', only)).toEqual([])
    expect(await ofKind('objects', only)).toEqual([
      [
        'ok',
        'cluster-east',
        '1 Service, 1 EndpointSlice, 0 ServiceExports, 1 of net.gke.io, 0 ServiceImports',
      ],
    ])
  })

  test('that exports without ServiceExports is in order, and told where a namespace may not', async () => {
    const { files } = east(service({ exported: false, spec: 'selector: {app: cart}' }))
    const keys = (namespaces: string) =>
      `${FLAT}, exports: {services: "!internal", namespaces: ${namespaces}}`
    expect(await ofKind('objects', { 'cluster-east': { keys: keys('{}'), files } })).toMatchObject([
      ['ok', 'cluster-east', expect.stringContaining('1 Service')],
    ])
    expect(await ofKind('export', { 'cluster-east': { keys: keys('{}'), files } })).toEqual([])
    expect(await ofKind('export', { 'cluster-east': { keys: keys('{deny: [shop]}'), files } })).toEqual([
      ['warning', 'cluster-east shop/cart', expect.stringContaining('so the Service is not exported')],
    ])
  })

  test('with a part of an object that cannot be read is warned of that part', async () => {
    const found = await ofKind('source', {
      'cluster-east': east(service({ spec: 'publishNotReadyAddresses: 1' })),
    })
    expect(found).toEqual([
      [
        'warning',
        'cluster-east',
        expect.stringMatching(/publishNotReadyAddresses: 1 is not true or false; it is left out$/),
      ],
    ])
  })

  test('with a Service that cannot be read says that, and not that there is none', async () => {
    const found = await findings({ 'cluster-east': east(service({ spec: 'type: Other' })) })
    expect(found.filter(({ kind }) => kind === 'export')).toMatchObject([
      { level: 'broken', finding: 'its Service or its ServiceExport cannot be read, so it is not exported' },
    ])
    expect(JSON.stringify(found)).not.toContain('NoService')
  })

  test('without objects is told what belongs there', async () => {
    expect(await ofKind('objects', { 'cluster-east': { keys: FLAT, files: { 'a.yaml': '' } } })).toEqual([
      ['warning', 'cluster-east', 'its source holds no object that is read'],
    ])
  })

  test('without exports is told how to export', async () => {
    expect(await ofKind('objects', { 'cluster-east': east(service({ exported: false })) })).toEqual([
      ['advice', 'cluster-east', 'it exports nothing'],
      ['ok', 'cluster-east', '1 Service, 1 EndpointSlice, 0 ServiceExports, 0 ServiceImports'],
    ])
  })
})

describe('a cluster', () => {
  const beside = (keys: string) => ({
    'cluster-east': east(service({ n: 1 })),
    'cluster-west': { keys, files: { 'a.yaml': service({ n: 2 }) } },
  })

  test('that others reach by load balancers alone is warned', async () => {
    expect(await ofKind('network', beside('locality: eu-1'))).toEqual([
      ['warning', 'cluster-east', expect.stringContaining('alone on network flat and has no gateway')],
      ['warning', 'cluster-west', expect.stringContaining('names no network and has no gateway')],
    ])
    expect(await ofKind('network', beside('locality: eu-1, network: flat'))).toEqual([])
  })

  test('without a locality is told what that means', async () => {
    expect(await ofKind('locality', beside('network: flat'))).toEqual([
      ['advice', 'cluster-west', expect.stringContaining('no locality')],
    ])
  })

  test('without one where its clients have one is told to write that', async () => {
    const config = `${QUIET}local: {cluster: cluster-west, locality: us-east-1/a}\n`
    const found = await findings(beside('network: flat'), config)
    expect(found.find(({ kind }) => kind === 'locality')).toMatchObject({
      finding: expect.stringContaining("no locality (local.locality is its clients')"),
      remedy: 'write its locality: us-east-1/a',
    })
  })

  test('that drains is told so', async () => {
    expect(await ofKind('drain', beside(`${FLAT}, drain: true`))).toEqual([
      ['advice', 'cluster-west', expect.stringContaining('drain is set')],
    ])
    expect(await ofKind('drain', beside(`${FLAT}, weight: 0`))).toEqual([
      ['advice', 'cluster-west', expect.stringContaining('its weight is 0')],
    ])
  })
})

describe('an export', () => {
  test('by an object of a registry that names a cluster without the Service is told', async () => {
    const multi =
      '{apiVersion: networking.karmada.io/v1alpha1, kind: MultiClusterService, metadata: {name: cart, namespace: shop}, spec: {types: [CrossCluster], providerClusters: [{name: cluster-east}, {name: cluster-west}]}}'
    const found = await findings(
      {
        'cluster-east': east(service({ exported: false }), multi),
        'cluster-west': { files: { 'a.yaml': service({ key: 'shop/other' }) } },
      },
      `${QUIET}local: {cluster: cluster-east}\nregistries: [{karmada: {}}]\n`,
    )
    expect(found.filter(({ kind }) => kind === 'export')).toMatchObject([
      {
        level: 'warning',
        subject: 'cluster-west shop/cart',
        finding: expect.stringContaining('which has no Service of its name'),
        remedy: expect.stringContaining('create the Service there, or take the cluster out'),
      },
    ])
  })

  test('that cannot be valid is broken, and says why', async () => {
    const derived = 'annotations: {multicluster.kubernetes.io/derived-service: x}'
    const found = await ofKind('export', {
      'cluster-east': east(
        exportOf('shop/nothing'),
        service({ key: 'shop/external', spec: 'type: ExternalName, externalName: example.com' }),
        service({ key: 'shop/derived', exported: false }).replace(
          'name: derived,',
          `name: derived, ${derived},`,
        ),
        exportOf('shop/derived'),
      ),
    })
    expect(found).toEqual([
      ['broken', 'cluster-east shop/derived', expect.stringContaining('made from a ServiceImport')],
      ['broken', 'cluster-east shop/external', expect.stringContaining('InvalidServiceType')],
      ['broken', 'cluster-east shop/nothing', expect.stringContaining('NoService')],
    ])
  })

  test('that its namespace may not make is a warning: somebody decided it', async () => {
    const clusters = { 'cluster-east': east(service(), service({ key: 'kube-system/dns', n: 2 })) }
    expect(await ofKind('export', clusters)).toEqual([
      ['warning', 'cluster-east kube-system/dns', expect.stringContaining('exports.namespaces')],
    ])
  })

  test.each([1000, 1001, 10_000])(
    'with a Service of %i ports is told of those that do not count',
    async (n) => {
      const ports = Array.from({ length: n }, (_, i) => `{name: p${i}, port: ${i + 1}}`).join()
      const many = service().replace(/ports: \[.*?\]/, `ports: [${ports}]`)
      const finding = `not counted: ${n - 1000} of its Service's ${n} ports, beyond the first 1000`
      const all = await findings({ 'cluster-east': east(many) }, QUIET)
      expect(all.filter(({ kind }) => kind === 'annotation')).toEqual([])
      const found = all.filter((one) => one.finding.includes('its Service'))
      expect(found.map((one) => [one.level, one.subject, one.finding, one.remedy])).toEqual(
        n === 1000
          ? []
          : [
              [
                'warning',
                'cluster-east shop/cart',
                finding,
                'divide the service: some of it is in no answer',
              ],
            ],
      )
    },
  )

  test('with an annotation that is not understood is warned', async () => {
    const exportMeta = 'annotations: {meridian-dns.io/weight: "many", meridian-dns.io/reach: "tunnel"}'
    expect(await ofKind('annotation', { 'cluster-east': east(service({ exportMeta })) })).toEqual([
      ['warning', 'cluster-east shop/cart', expect.stringContaining('meridian-dns.io/weight: "many"')],
      ['warning', 'cluster-east shop/cart', expect.stringContaining('meridian-dns.io/reach: "tunnel"')],
    ])
  })

  test('without ready endpoints is warned, and whether there are any', async () => {
    const found = await ofKind('notReady', {
      'cluster-east': east(
        service({ key: 'shop/none', ready: [] }),
        service({ key: 'shop/starting', n: 2, ready: [false, false] }),
        service({ key: 'shop/heads', n: 3, ready: [false], spec: 'clusterIP: None' }),
      ),
    })
    expect(found).toEqual([
      [
        'warning',
        'cluster-east shop/heads',
        'exported, but none of its 1 endpoint is ready: nothing of it is in DNS',
      ],
      ['warning', 'cluster-east shop/none', expect.stringContaining('it has no endpoints')],
      ['warning', 'cluster-east shop/starting', expect.stringContaining('none of its 2 endpoints is ready')],
    ])
  })
})

test('endpoints that a rule left out are counted by the rule, those left out on purpose without alarm', async () => {
  const mirrored = service({ key: 'shop/cart', exported: false }).split('\n---\n')[1] ?? ''
  const files = {
    'a.yaml': [
      service({ addresses: ['10.1.1.1', '192.168.0.1', '127.0.0.1'] }),
      service({ key: 'shop/web', n: 2, addresses: ['192.168.0.2'] }),
    ].join('\n---\n'),
    'b.yaml': mirrored
      .replace('cart-x', 'cart-mirror')
      .replace('labels: {', 'labels: {multicluster.kubernetes.io/source-cluster: elsewhere, '),
  }
  const found = await ofKind('ignored', {
    'cluster-east': { keys: `${FLAT}, podCIDRs: [10.1.0.0/16]`, files },
  })
  expect(found).toEqual([
    [
      'warning',
      'cluster-east',
      '1 endpoint of shop/cart not counted: loopback address, for example 127.0.0.1',
    ],
    [
      'warning',
      'cluster-east',
      "2 endpoints of shop/cart, shop/web not counted: outside the cluster's podCIDRs, for example 192.168.0.1",
    ],
    [
      'ok',
      'cluster-east',
      expect.stringContaining('mirrored from another cluster, for example EndpointSlice'),
    ],
  ])
})

describe('the addresses that a cluster names', () => {
  const balanced = (...ips: readonly string[]) => `
kind: Service
apiVersion: v1
metadata: {name: edge, namespace: shop}
spec: {type: LoadBalancer, clusterIP: 10.96.0.9, ports: [{name: http, port: 80}]}
status: {loadBalancer: {ingress: [${ips.map((ip) => `{ip: ${ip}}`).join(', ')}]}}
---
${exportOf('shop/edge')}`
  const pods = { keys: `${FLAT}, podCIDRs: [10.1.0.0/16]`, files: { 'all.yaml': service({ n: 1 }) } }

  test('by load balancers that nobody declared are asked about', async () => {
    expect(await ofKind('address', { 'cluster-east': east(balanced('203.0.113.7')) })).toEqual([
      [
        'advice',
        'cluster-east',
        "where the load balancers of 1 service may be is not declared: any address is answered that is no other cluster's (now 203.0.113.7)",
      ],
    ])
  })

  test('are told where they are another’s, and what becomes of them', async () => {
    const west = { 'cluster-east': pods, 'cluster-west': east(balanced('10.1.0.9')) }
    const [observed] = await ofKind('address', west)
    expect(observed).toEqual([
      'warning',
      'cluster-west',
      "1 address is answered, but not once addresses.mode is enforce: a load balancer in another cluster's CIDRs, for example 10.1.0.9",
    ])
    const [refused] = await ofKind('address', west, `${QUIET}addresses: {mode: enforce}\n`)
    expect(refused?.[2]).toBe(
      "1 address is left out: a load balancer in another cluster's CIDRs, for example 10.1.0.9",
    )
  })

  test('are in order where they are declared', async () => {
    const declared = {
      ...east(balanced('203.0.113.7')),
      keys: `${FLAT}, loadBalancerCIDRs: [203.0.113.0/24]`,
    }
    expect(await ofKind('address', { 'cluster-east': declared })).toEqual([])
  })
})

describe('services across clusters', () => {
  const older = '2020-01-01T00:00:00Z'

  test('in conflict are told in the words of KEP-1645', async () => {
    const clusters = {
      'cluster-east': east(service({ n: 1, createdAt: older })),
      'cluster-west': east(service({ n: 2, port: 81 })),
    }
    expect(await ofKind('conflict', clusters)).toEqual([
      [
        'warning',
        'shop/cart',
        expect.stringMatching(/^PortConflict: Conflicting ports\. .* 1\/2 clusters disagree\.$/),
      ],
      [
        'warning',
        'shop/cart',
        'cluster-west exposes none of the merged ports, and so answers its own clients alone',
      ],
    ])
  })

  test('whose ports differ are told which, for clients that look up an address and know the port', async () => {
    const two = (n: number, port: number, more: string) =>
      service({ n, port, createdAt: n === 1 ? older : '2026-01-01T00:00:00Z' }).replace(
        'protocol: TCP}], endpoints',
        `protocol: TCP}${more}], endpoints`,
      )
    const west = two(2, 8080, ', {name: metrics, port: 9090, protocol: TCP}').replace(
      'protocol: TCP}]',
      'protocol: TCP}, {name: metrics, port: 9090, protocol: TCP}]',
    )
    const found = await findings({ 'cluster-east': east(two(1, 80, '')), 'cluster-west': east(west) })
    expect(found.filter(({ kind }) => kind === 'ports')).toEqual([
      {
        level: 'warning',
        kind: 'ports',
        cluster: null,
        subject: 'shop/cart',
        finding:
          'cluster-east has no port metrics:9090/TCP, cluster-west has port http:8080/TCP, not 80: clients that look up an address and connect to a fixed port may meet that',
        remedy: "make the ports alike; till then clients look up SRV records or one cluster's own name",
      },
    ])
  })

  test('whose ports differ and have no names of their own are told that SRV has no target either', async () => {
    const clusters = {
      'cluster-east': east(service({ n: 1, createdAt: older })),
      'cluster-west': east(
        service({ n: 2, port: 8080 }).replace('ports: [', 'ports: [{name: a, port: 80, protocol: TCP}, '),
      ),
    }
    const config = 'zones: {global: null, cluster: null}\ndns: {advertise: [10.96.0.53]}\n'
    const [found] = (await findings(clusters, config)).filter(({ kind }) => kind === 'ports')
    expect(found?.remedy).toContain('switch zones.global or zones.cluster on')
  })

  test('whose ports are the same under other names are not', async () => {
    const named = service({ n: 2 }).replaceAll('name: http', 'name: web')
    const clusters = {
      'cluster-east': east(service({ n: 1, createdAt: older })),
      'cluster-west': east(named),
    }
    expect(await ofKind('ports', clusters)).toEqual([])
    expect(await ofKind('conflict', clusters)).toHaveLength(1)
  })

  test('whose records no reply holds are told, and how many are answered', async () => {
    const addresses = (count: number) => Array.from({ length: count }, (_, i) => `10.1.${i >> 8}.${i & 255}`)
    const ofSize = (count: number) => ({
      'cluster-east': east(service({ spec: 'clusterIP: None', addresses: addresses(count) })),
      'cluster-west': east(service({ key: 'shop/other', n: 2 })),
    })
    expect(await ofKind('longReply', ofSize(200))).toEqual([])
    expect(await ofKind('longReply', ofSize(1000))).toEqual([
      [
        'warning',
        'shop/cart',
        expect.stringMatching(
          /^too long for a reply, over TCP too: SRV of .*shop.*: 1000 records, of which a reply holds the nearest \d+, .* and \d+ more$/,
        ),
      ],
    ])
  })

  test('of two types are told who is left out until then', async () => {
    const clusters = {
      'cluster-east': east(service({ n: 1, createdAt: older })),
      'cluster-west': east(service({ n: 2, spec: 'clusterIP: None' })),
    }
    const [found] = (await findings(clusters)).filter(({ kind }) => kind === 'conflict')
    expect(found?.finding).toMatch(/^TypeConflict: Conflicting type\. Using "ClusterSetIP"/)
    expect(found?.remedy).toContain('cluster-west contributes nothing')
  })

  test('that some clusters cannot reach are told with the obstacle, once for all that share it', async () => {
    const shifted = service({ port: 80, target: 8080 })
    const found = await ofKind('unreachable', {
      'cluster-east': east(shifted),
      'cluster-west': east(),
      'cluster-north': east(),
    })
    expect(found).toEqual([
      [
        'warning',
        'shop/cart',
        'clients in cluster-west, cluster-north cannot reach it: no route to cluster-east (endpoints: port 80 ≠ target 8080)',
      ],
    ])
  })

  test('Headless ones included', async () => {
    const found = await ofKind('unreachable', {
      'cluster-east': east(service({ spec: 'clusterIP: None' })),
      'cluster-west': { keys: 'network: b', files: {} },
    })
    expect(found.map(([level, , finding]) => `${level}: ${finding}`)).toEqual([
      'warning: clients in cluster-west cannot reach it: no route to cluster-east (network flat)',
    ])
  })

  test('that nobody reaches are broken', async () => {
    const lost = service({ port: 80, target: 8080, spec: 'clusterIP: ""' })
    const report = await check(await offlineOf({ 'cluster-east': east(lost), 'cluster-west': east() }, QUIET))
    const found = report.findings.filter(({ kind }) => kind === 'unreachable')
    expect(found.map(({ level }) => level)).toEqual(['broken', 'broken'])
    expect(found[0]?.finding).toContain('clients in no cluster reach it')
    expect(statusOf(report)).toBe(1)
  })

  test('that stay inside their cluster by policy are advice, not alarm', async () => {
    const found = await ofKind('unreachable', {
      'cluster-east': east(service({ spec: 'internalTrafficPolicy: Local' })),
      'cluster-west': east(),
    })
    expect(found).toEqual([
      ['advice', 'shop/cart', expect.stringContaining('not for clients in cluster-west')],
    ])
  })

  test('with a clusterset IP in the asking cluster are reached by that', async () => {
    const imported =
      '{apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ServiceImport, metadata: {name: cart, namespace: shop}, spec: {type: ClusterSetIP, ips: [10.200.0.1], ports: [{port: 80, protocol: TCP}]}}'
    const found = await ofKind('unreachable', {
      'cluster-east': east(service({ target: 8080 })),
      'cluster-west': east(imported),
    })
    expect(found).toEqual([])
  })

  test('whose exports do not say when they were made are told, where that decides something', async () => {
    const undated = service().replace(/, creationTimestamp: "[^"]*"/, '')
    const found = await ofKind('age', { 'cluster-east': east(undated), 'cluster-west': east(service()) })
    expect(found).toEqual([
      ['advice', 'shop/cart', expect.stringMatching(/^the ServiceExport in cluster-east does not say/)],
    ])
    expect(await ofKind('age', { 'cluster-east': east(undated) })).toEqual([])
  })

  test('without a ServiceExport are told of as Services', async () => {
    const { files } = east(
      service({ exported: false }).replace(
        'metadata: {',
        'metadata: {annotations: {service.cilium.io/global: "true"}, ',
      ),
    )
    const found = await findings({
      'cluster-east': { keys: `${FLAT}, exports: {annotations: cilium}`, files },
      'cluster-west': east(service({ port: 81 })),
    })
    const of = (wanted: CheckKind) =>
      found.filter(({ kind }) => kind === wanted).map(({ finding, remedy }) => `${finding} → ${remedy}`)
    expect(of('age')).toEqual([
      'the Service in cluster-east does not say when it was made, and so comes after those that do, by cluster id → write metadata.creationTimestamp into each Service whose place among the others matters',
    ])
    expect(of('conflict')).toContainEqual(
      expect.stringMatching(/→ make the Service in cluster-east like those of the oldest export$/),
    )
  })

  test('that ServiceEntries export are to be made alike there, where no Service is', async () => {
    const entry =
      'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: far, namespace: istio-system}\nspec: {hosts: [cart.shop.svc.cluster-west.local], ports: [{number: 81, name: http}], resolution: STATIC, endpoints: [{address: 192.0.2.7}]}'
    const found = await findings(
      {
        'cluster-east': { keys: FLAT, files: { ...east(service()).files, 'entry.yaml': entry } },
        'cluster-west': { keys: FLAT, files: {} },
      },
      'istio: {cluster: cluster-east, entries: {export: true}}',
    )
    expect(found.filter(({ kind }) => kind === 'conflict').map(({ remedy }) => remedy)).toContainEqual(
      'make the ports of ServiceEntry istio-system/far like those of the oldest export',
    )
  })

  test('that objects elsewhere export are told by those, where these do not say when they were made', async () => {
    const said = [
      'apiVersion: types.kubefed.io/v1beta1\nkind: FederatedNamespace\nmetadata: {name: shop, namespace: shop}\nspec: {placement: {clusterSelector: {}}}',
      'apiVersion: types.kubefed.io/v1beta1\nkind: FederatedService\nmetadata: {name: cart, namespace: shop}\nspec: {placement: {clusters: [{name: cluster-west}]}}',
      'apiVersion: core.kubefed.io/v1beta1\nkind: KubeFedCluster\nmetadata: {name: cluster-west, namespace: fed}\nspec: {apiEndpoint: "https://10.0.2.5:6443", secretRef: {name: west}}',
    ]
    const clusters = {
      'cluster-east': east(service(), ...said),
      'cluster-west': east(service({ exported: false })),
    }
    const config = `${QUIET}registries: [{kubefed: {namespace: fed}}]\n`
    const found = (await findings(clusters, config)).filter(({ kind }) => kind === 'age')
    expect(found.map(({ finding, remedy }) => `${finding} → ${remedy}`)).toEqual([
      'FederatedService shop/cart in cluster-east does not say when it was made, and so what cluster-west exports by it comes after what says so, by cluster id → write metadata.creationTimestamp into it, if the place of those exports among the others matters',
    ])
  })

  test('without a ServiceExport that ask to be exported, and are not, are told why, together', async () => {
    const asking = (key: string) =>
      service({ key, exported: false }).replace(
        'metadata: {',
        'metadata: {annotations: {service.cilium.io/global: "true"}, ',
      )
    const { files } = east(asking('kube-system/a'), asking('kube-system/b'), service({ exported: false }))
    const found = await ofKind('export', {
      'cluster-east': { keys: `${FLAT}, exports: {annotations: cilium}`, files },
    })
    expect(found).toEqual([
      [
        'advice',
        'cluster-east',
        "kube-system/a, kube-system/b not exported by clusters[].exports.annotations: cilium: namespace kube-system is the cluster's own",
      ],
    ])
    const all = await ofKind('export', { 'cluster-east': { keys: `${FLAT}, exports: {all: true}`, files } })
    expect(all).toEqual([])
  })

  test('that say by annotations how they are routed are told for whose clients that holds', async () => {
    const saying = (n: number, annotations: string) =>
      service({ n }).replace(/(kind: ServiceExport, metadata: {)/, `$1annotations: {${annotations}}, `)
    const weights = 'meridian-dns.io/weights: "{cluster-east: 1}"'
    const clusters = { 'cluster-east': east(saying(1, weights)), 'cluster-west': east(service({ n: 2 })) }
    expect(await ofKind('policy', clusters)).toEqual([
      [
        'ok',
        'shop/cart',
        'weights of the ServiceExport in cluster-east in force for clients in cluster-east',
      ],
    ])
    const decided = `${QUIET}routing: {services: {shop/cart: {weights: {cluster-east: 1}}}}\n`
    expect(await ofKind('policy', clusters, decided)).toEqual([
      [
        'advice',
        'shop/cart',
        'weights of the ServiceExport in cluster-east not in force: routing.services decides',
      ],
    ])
  })

  test('that node ports alone lead to are reached by SRV, where a global zone has such records', async () => {
    const ported = service({ spec: 'type: NodePort, clusterIP: 10.96.0.10' }).replace(
      /(ports: \[{name: \w+, port: \d+)/,
      '$1, nodePort: 30080',
    )
    const keys = 'locality: us-west-1/a, reach: nodePort, nodeAddresses: [192.0.2.11]'
    const clusters = { 'cluster-east': east(), 'cluster-west': { keys, files: { 'all.yaml': ported } } }
    expect(await ofKind('unreachable', clusters)).toEqual([])
    expect(await ofKind('ports', clusters)).toEqual([
      [
        'advice',
        'shop/cart',
        expect.stringMatching(/^clients in cluster-east reach it by SRV in the global zone alone/),
      ],
    ])
    const off = QUIET.replace('mesh.internal', 'null')
    expect(await ofKind('unreachable', clusters, off)).toEqual([
      ['warning', 'shop/cart', expect.stringContaining('cluster-east cannot reach it')],
    ])
  })

  test('whose names would be too long are told which are not made', async () => {
    const long = 'c'.repeat(60)
    const zone = ['z'.repeat(60), 'z'.repeat(60), 'z'.repeat(55)].join('.')
    const found = await ofKind(
      'longName',
      { [long]: east(service({ key: `${'n'.repeat(10)}/${'s'.repeat(10)}` })) },
      `zones: {clusterset: clusterset.local, global: ${zone}, cluster: null}\n`,
    )
    expect(found).toEqual([
      ['warning', 'nnnnnnnnnn/ssssssssss', expect.stringMatching(/^1 name not made, .*: c{60}\.s/)],
    ])
  })

  test('that ServiceImports of others alone make are looked at too', async () => {
    const port = 'p'.repeat(63)
    const fine = `{apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ServiceImport, metadata: {name: fine, namespace: default}, spec: {type: ClusterSetIP, ips: [10.98.0.1], ports: [{name: ${port}, port: 80}]}}`
    const given = { 'cluster-east': east(fine) }
    expect(await ofKind('longName', given)).toEqual([
      ['warning', 'default/fine', expect.stringMatching(/^\d names? not made, /)],
    ])
    expect(await ofKind('services', given)).toEqual([
      ['warning', 'services', expect.stringContaining('but 1 service of ServiceImports that others wrote')],
    ])
  })

  describe('that ServiceEntries alone make are looked at too', () => {
    const outside = (host: string, port: string, addresses: number): Given =>
      east(
        JSON.stringify({
          apiVersion: 'networking.istio.io/v1',
          kind: 'ServiceEntry',
          metadata: { name: 'outside', namespace: 'istio-system' },
          spec: {
            hosts: [host],
            ports: [{ number: 5432, name: port, protocol: 'TCP' }],
            resolution: 'STATIC',
            endpoints: Array.from({ length: addresses }, (_, i) => ({
              address: `10.1.${i >> 8}.${i & 255}`,
            })),
          },
        }),
      )
    const config = 'zones: {entries: [corp.example]}\nistio: {cluster: cluster-east}\n'

    test.each([
      ['shop/db', 'db.shop.global'],
      ['db.corp.example', 'db.corp.example'],
    ])('%s', async (key, host) => {
      const given = (port: string, addresses: number) => ({
        'cluster-east': outside(host, port, addresses),
      })
      expect(await ofKind('longName', given('p'.repeat(62), 1), config)).toEqual([])
      expect(await ofKind('longName', given('p'.repeat(63), 1), config)).toEqual([
        ['warning', key, expect.stringContaining('1 name not made')],
      ])
      expect(await ofKind('longReply', given('pg', 4000), config)).toEqual([])
      expect(await ofKind('longReply', given('pg', 4200), config)).toEqual([
        ['warning', key, expect.stringContaining(`A of outside.${host}: 4200 records`)],
      ])
    })
  })

  describe('of which ServiceEntries say where they stand', () => {
    const outside = (hosts: readonly string[], endpoints: readonly object[]) =>
      JSON.stringify({
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { name: 'outside', namespace: 'istio-system' },
        spec: {
          hosts,
          ports: [{ number: 80, name: 'http', protocol: 'TCP' }],
          resolution: 'STATIC',
          endpoints,
        },
      })
    const config = 'zones: {entries: [corp.example]}\nistio: {cluster: cluster-east}\n'
    const told = async (...objects: readonly string[]) => {
      const clusters = {
        'cluster-east': east(...objects),
        'cluster-west': { keys: 'network: other', files: {} },
      }
      const all = await findings(clusters, config)
      return all.flatMap(({ kind, level, subject, finding }) =>
        kind === 'unreachable' || kind === 'ports' || kind === 'services'
          ? [`${level} ${subject}: ${finding}`]
          : [],
      )
    }
    const both = ['db.shop.global', 'db.corp.example']
    const alone = (reached: string) => [
      `ok services: 1 service outside of clusters, in the global zone alone, ${reached}; 1 host of zones.entries, ${reached}`,
    ]

    test('are told as reached where everybody reaches them', async () => {
      expect(await told(outside(both, [{ address: '192.0.2.1' }]))).toEqual(
        alone('each reached from every cluster'),
      )
    })

    test('are told with who does not reach them, or that nobody does', async () => {
      expect(await told(outside(both, [{ address: '192.0.2.1', network: 'flat' }]))).toEqual([
        'warning db.corp.example: clients in cluster-west cannot reach it: no route to outside (network flat)',
        'warning shop/db: clients in cluster-west cannot reach it: no route to outside (network flat)',
        ...alone('0 of them reached from every cluster'),
      ])
      expect(await told(outside(both, [{ address: '192.0.2.1', network: 'third' }]))).toEqual([
        'broken db.corp.example: clients in no cluster reach it: no route to outside (network third)',
        'broken shop/db: clients in no cluster reach it: no route to outside (network third)',
        ...alone('0 of them reached from every cluster'),
      ])
    })

    test('are told where SRV records alone lead to them', async () => {
      expect(await told(outside(both, [{ address: '192.0.2.1', ports: { http: 8080 } }]))).toEqual([
        'advice db.corp.example: clients in cluster-east, cluster-west reach it by SRV in corp.example alone, at numbers of its own; their look-ups of addresses are empty: no route to outside (endpoints: port 80 ≠ target 8080)',
        'advice shop/db: clients in cluster-east, cluster-west reach it by SRV in the global zone alone, at numbers of its own; their look-ups of addresses are empty: no route to outside (endpoints: port 80 ≠ target 8080)',
        ...alone('each reached from every cluster'),
      ])
    })

    test('are told where it is the clusters that a ServiceEntry names in the global zone whom nobody reaches', async () => {
      const share = outside(['cart.shop.global'], [{ address: 'cart.shop.svc.cluster-east.local' }])
      const west = { 'cluster-west': { keys: 'network: other', files: { 'a.yaml': service({ n: 2 }) } } }
      const clusters = { 'cluster-east': east(service({ n: 1 }), share), ...west }
      const all = await findings(clusters, config)
      expect(
        all.filter(({ kind }) => kind === 'unreachable').map(({ level, finding }) => [level, finding]),
      ).toEqual([
        [
          'warning',
          'by its name in global, clients in cluster-west cannot reach it: no route to cluster-east (network flat)',
        ],
      ])
    })
  })

  test('are missed when nobody exports any', async () => {
    expect(await ofKind('services', { 'cluster-east': east(service({ exported: false })) })).toEqual([
      ['warning', 'services', expect.stringContaining('nothing to answer')],
    ])
  })
})

test.each([
  ['[mesh.internal, a.test, x.home.arpa]', []],
  ['["*.corp.example", mesh.internal, internal.example]', ['corp.example', 'internal.example']],
])('a domain of zones.entries in which others may have names is told of: %s', async (entries, told) => {
  const config = `zones: {global: null, entries: ${entries}}\nistio: {cluster: cluster-east}\n`
  expect(await ofKind('suffix', { 'cluster-east': east(service()) }, config)).toEqual(
    told.map((zone) => [
      'advice',
      `zones.entries ${zone}`,
      expect.stringContaining(`such as www.${zone}, do not exist`),
    ]),
  )
})

describe('host names of load balancers and gateways', () => {
  const balanced = service({
    target: 8080,
    spec: 'type: LoadBalancer}, status: {loadBalancer: {ingress: [{hostname: lb.example.com}]}',
  })
  const clusters = { 'cluster-east': east(balanced), 'cluster-west': east() }

  test('are resolved, so that what they lead to counts as reached', async () => {
    const lookup = async (_: string, family: number) =>
      family === 4 ? [{ address: '203.0.113.7', ttl: 60 }] : []
    const all = await findings(clusters, QUIET, { lookup })
    expect(all.filter(({ kind }) => kind === 'hostName' || kind === 'unreachable')).toEqual([])
  })

  test('that do not resolve are told with the reason', async () => {
    const lookup = async () => []
    expect(await ofKind('hostName', clusters, QUIET, { lookup })).toEqual([
      ['warning', 'lb.example.com', expect.stringContaining('does not resolve: no address')],
    ])
  })
})

describe('the command', () => {
  const broken = {
    'cluster-east': east(service()),
    'cluster-west': east(...Array.from({ length: 8 }, (_, i) => exportOf(`shop/lost-${i}`))),
  }

  test('prints a table, each cluster’s worst first, with remedies, and counts', async () => {
    const { text, status } = await checkCommand(await offlineOf(broken, QUIET), {})
    const lines = text.split('\n')
    expect(lines[0]).toMatch(/^LEVEL +SUBJECT +FINDING$/)
    expect(text).toMatch(/^broken {2}cluster-west shop\/lost-4 {2}NoService: .*\n {2,}→ create the Service/m)
    expect(lines.findIndex((line) => line.startsWith('ok      cluster-east'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('broken')),
    )
    expect(lines.findIndex((line) => line.startsWith('broken'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('ok      cluster-west')),
    )
    expect(text).toContain('8 broken; 0 warnings, 1 piece of advice.')
    expect(status).toBe(1)
  })

  test('cuts long lists unless it is verbose', async () => {
    const offline = await offlineOf(broken, QUIET)
    const { text } = await checkCommand(offline, {})
    expect(text.match(/NoService/g)).toHaveLength(5)
    expect(text.match(/→ create the Service/g)).toHaveLength(1)
    expect(text).toMatch(/^broken .* and 3 more like this: --verbose shows all$/m)
    const verbose = await checkCommand(offline, { verbose: true })
    expect(verbose.text.match(/NoService/g)).toHaveLength(8)
  })

  test('colours levels only where it is told to', async () => {
    const offline = await offlineOf(broken, QUIET)
    const plain = await checkCommand(offline, {})
    const coloured = await checkCommand(offline, { colour: true })
    expect(plain.text).not.toContain('\x1b')
    expect(coloured.text).toContain('\x1b[31mbroken\x1b[0m')
    expect(stripVTControlCharacters(coloured.text)).toBe(plain.text)
  })

  test('prints JSON whole, with the same status', async () => {
    const { text, status } = await checkCommand(await offlineOf(broken, QUIET), {
      output: 'json',
      matrix: true,
    })
    const { findings, matrix } = JSON.parse(text)
    expect(findings.filter(({ level }: CheckResult) => level === 'broken')).toHaveLength(8)
    expect(matrix.clusters).toEqual(['cluster-east', 'cluster-west'])
    expect(status).toBe(1)
  })

  test('succeeds over warnings', async () => {
    const warned = { 'cluster-east': east(service({ ready: [false] })) }
    const { text, status } = await checkCommand(await offlineOf(warned, QUIET), {})
    expect(text).toContain('Nothing is broken; 1 warning, 1 piece of advice.')
    expect(status).toBe(0)
  })
})
