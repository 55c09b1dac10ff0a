import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../../src/values/dns/index.ts'
import {
  type EndpointSlice,
  endpointsIn,
  IMPORT,
  KINDS,
  type KubeObject,
  memberScope,
  parseObject,
  SERVICE,
  SLICE,
  unpackList,
} from '../../../src/words/kube/index.ts'

type Raw = Record<string, unknown>

const MCS = 'multicluster.x-k8s.io/v1beta1'
const META = { namespace: 'shop', name: 'cart', creationTimestamp: '2026-11-22T14:02:11Z' }

const service = (spec: unknown = {}, metadata: Raw = {}, status: unknown = {}): Raw => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...META, ...metadata },
  spec,
  status,
})

const slice = (fields: Raw = {}, metadata: Raw = {}): Raw => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { ...META, name: 'cart-x7k2p', ...metadata },
  addressType: 'IPv4',
  endpoints: [],
  ports: [],
  ...fields,
})

const exported = (metadata: Raw = {}, spec?: unknown): Raw => ({
  apiVersion: MCS,
  kind: 'ServiceExport',
  metadata: { ...META, ...metadata },
  spec,
})

const imported = (spec: unknown, metadata: Raw = {}): Raw => ({
  apiVersion: MCS,
  kind: 'ServiceImport',
  metadata: { ...META, ...metadata },
  spec,
})

function objectOf(value: unknown): KubeObject {
  const parsed = parseObject(value)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return parsed.object
}

/** A slice with its endpoints unpacked. */
function sliceOf(value: unknown): Omit<EndpointSlice, 'endpoints'> & { readonly endpoints: unknown } {
  const object = objectOf(value)
  if (!SLICE.is(object)) throw new Error(object.kind)
  return { ...object, endpoints: endpointsIn(object) }
}

function problemOf(value: unknown): string {
  const parsed = parseObject(value)
  if (parsed.outcome !== 'problem') throw new Error(JSON.stringify(parsed))
  return parsed.problem
}

/** What is left out of an object that is read all the same. */
const flawsOf = (value: unknown): readonly string[] => objectOf(value).flaws ?? []

const octets = (text: string): string => parseAddress(text) ?? 'not an address'

describe('a Service', () => {
  test('keeps what answers need and nothing else', () => {
    const spec = {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10', 'fd00::10'],
      ipFamilies: ['IPv4', 'IPv6'],
      selector: { app: 'cart' },
      ports: [
        { name: 'http', protocol: 'TCP', appProtocol: 'h2c', port: 80, targetPort: 8080, nodePort: 30080 },
      ],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } },
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
      publishNotReadyAddresses: true,
    }
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'LB-1.Example.COM.' }, {}] } }
    expect(objectOf(service(spec, { labels: { app: 'cart' } }, status))).toEqual({
      kind: 'Service',
      namespace: 'shop',
      name: 'cart',
      createdAt: Date.UTC(2026, 10, 22, 14, 2, 11),
      type: 'LoadBalancer',
      headless: false,
      clusterIPs: [octets('10.96.0.10'), octets('fd00::10')],
      ipFamilies: [4, 6],
      ports: [{ name: 'http', protocol: 'TCP', port: 80, appProtocol: 'h2c' }],
      nodePorts: [{ protocol: 'TCP', port: 80, nodePort: 30080 }],
      ingress: [{ address: octets('192.0.2.1') }, { hostname: 'lb-1.example.com' }],
      sessionAffinity: 'ClientIP',
      sessionAffinityTimeout: 600,
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
      publishNotReadyAddresses: true,
      derived: false,
    })
  })

  test("what a template of no value leaves as '' is as what is not said", () => {
    const spec = { ports: [{ port: 53 }] }
    const bare = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' }, spec }
    const blank = {
      ...bare,
      metadata: { name: 'cart', namespace: '' },
      spec: {
        type: '',
        clusterIP: '',
        ports: [{ name: '', protocol: '', port: 53, appProtocol: '' }],
        sessionAffinity: '',
        internalTrafficPolicy: '',
        trafficDistribution: '',
      },
    }
    expect(objectOf(blank)).toEqual(objectOf(bare))
    const nameless = { ...bare, metadata: { namespace: '', name: 'Cart' } }
    expect(parseObject(nameless)).toMatchObject({
      problem: expect.stringMatching(/^Service default\/Cart: /),
    })
  })

  test('has the defaults that Kubernetes gives it', () => {
    const bare = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart' },
      spec: { ports: [{ port: 53 }] },
    }
    expect(objectOf(bare)).toMatchObject({
      namespace: 'default',
      createdAt: 0,
      type: 'ClusterIP',
      headless: false,
      clusterIPs: [],
      ipFamilies: [],
      ports: [{ name: '', protocol: 'TCP', port: 53, appProtocol: null }],
      sessionAffinity: 'None',
      sessionAffinityTimeout: null,
      internalTrafficPolicy: 'Cluster',
      trafficDistribution: null,
      publishNotReadyAddresses: false,
      ingress: [],
    })
  })

  test('may have null wherever a field may be absent', () => {
    const nulls = { type: null, clusterIP: null, clusterIPs: null, ports: null, sessionAffinityConfig: null }
    expect(objectOf({ ...service(nulls), status: null })).toEqual(objectOf(service()))
  })

  test.each([
    ['None is headless', { clusterIP: 'None', clusterIPs: ['None'] }, true, []],
    ['None in the list alone is headless', { clusterIPs: ['None'] }, true, []],
    ['an empty one is none', { clusterIP: '' }, false, []],
    [
      'clusterIPs win over clusterIP',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] },
      false,
      ['10.0.0.2'],
    ],
    ['clusterIP alone counts', { clusterIP: '10.0.0.1' }, false, ['10.0.0.1']],
  ])('clusterIP: %s', (_rule, spec, headless, addresses) => {
    expect(objectOf(service(spec))).toMatchObject({ headless, clusterIPs: addresses.map(octets) })
  })

  test.each([
    [
      'an owner reference to a ServiceImport',
      { ownerReferences: [{ kind: 'Pod' }, { kind: 'ServiceImport' }] },
    ],
    [
      'the annotation of the reference implementation',
      { annotations: { 'multicluster.kubernetes.io/derived-service': 'x' } },
    ],
    ['the annotation of GKE', { annotations: { 'net.gke.io/derived-service': 'x' } }],
    ['the annotation of AWS', { annotations: { 'multicluster.k8s.aws/derived-service': 'x' } }],
    ['the MCS service-name label', { labels: { 'multicluster.kubernetes.io/service-name': 'cart' } }],
    [
      'the mark of Lighthouse',
      { labels: { 'app.kubernetes.io/managed-by': 'lighthouse-clusterlocal-reflector' } },
    ],
  ])('is derived by %s', (_mark, metadata) => {
    expect(objectOf(service({}, metadata))).toMatchObject({ derived: true })
  })

  test('is not derived by other owners, labels and annotations', () => {
    const metadata = {
      ownerReferences: [{ kind: 'Deployment' }],
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { note: 'x' },
    }
    expect(objectOf(service({}, metadata))).toMatchObject({ derived: false })
  })

  test('may have been created at a Date, which YAML 1.1 parsers make of timestamps', () => {
    const creationTimestamp = new Date('2026-11-22T14:02:11Z')
    expect(objectOf(service({}, { creationTimestamp }))).toEqual(objectOf(service()))
  })
})

describe('an EndpointSlice', () => {
  test('keeps what answers need and nothing else', () => {
    const labels = {
      'kubernetes.io/service-name': 'cart',
      'multicluster.kubernetes.io/service-name': 'cart',
      'multicluster.kubernetes.io/source-cluster': 'west',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      other: 'x',
    }
    const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-11-22T14:02:12.5Z' }
    const endpoints = [
      {
        addresses: ['10.0.0.1'],
        hostname: 'cart-0',
        zone: 'us-east-1a',
        nodeName: 'node-1',
        targetRef: { kind: 'Pod', name: 'cart-0', uid: 'cart-0-uid' },
        conditions: { ready: true, serving: true, terminating: false },
      },
    ]
    const ports = [{ name: 'http', protocol: 'UDP', port: 8080, appProtocol: null }]
    expect(sliceOf(slice({ endpoints, ports }, { labels, annotations }))).toEqual({
      kind: 'EndpointSlice',
      namespace: 'shop',
      name: 'cart-x7k2p',
      createdAt: Date.UTC(2026, 10, 22, 14, 2, 11),
      service: 'cart',
      importedService: 'cart',
      sourceCluster: 'west',
      managedBy: 'endpointslice-controller.k8s.io',
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: [octets('10.0.0.1')],
          strays: [],
          hostname: 'cart-0',
          uid: 'cart-0-uid',
          ready: true,
          serving: true,
          terminating: false,
          zone: 'us-east-1a',
        },
      ],
      ports: [{ name: 'http', protocol: 'UDP', port: 8080 }],
      triggeredAt: Date.UTC(2026, 10, 22, 14, 2, 12, 500),
    })
  })

  test('keeps the third value of conditions: not said', () => {
    const endpoints = [
      { addresses: ['10.0.0.1'] },
      { addresses: ['10.0.0.2'], conditions: { ready: null, serving: false } },
    ]
    const parsed = sliceOf(slice({ endpoints }))
    expect(parsed).toMatchObject({
      endpoints: [
        { ready: null, serving: null, terminating: null, hostname: null, zone: null },
        { ready: null, serving: false, terminating: null },
      ],
    })
  })

  test.each([
    ['absent ones restrict nothing', undefined, null],
    ['null restricts nothing', null, null],
    ['an empty list is empty', [], []],
    [
      'a port needs neither name nor number',
      [{ name: null, port: null }],
      [{ name: '', protocol: 'TCP', port: null }],
    ],
  ])('ports: %s', (_rule, ports, expected) => {
    expect(objectOf(slice({ ports }))).toMatchObject({ ports: expected })
  })

  test('without labels or a readable trigger time has none of them', () => {
    const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': 'lately' }
    const none = {
      service: null,
      importedService: null,
      sourceCluster: null,
      managedBy: null,
      triggeredAt: null,
    }
    expect(objectOf(slice({}, { annotations }))).toMatchObject(none)
  })

  test('may have a name of several labels', () => {
    expect(objectOf(slice({}, { name: 'cart.v2.x7k2p' }))).toMatchObject({ name: 'cart.v2.x7k2p' })
  })
})

describe('the objects of the MCS API', () => {
  test('a ServiceExport keeps weight and reach as written, and what it exports of its Service', () => {
    const annotations = { 'meridian-dns.io/weight': '70', 'meridian-dns.io/reach': 'gateway', note: 'x' }
    const spec = { exportedLabels: { team: 'shop' }, exportedAnnotations: { doc: 'here' } }
    expect(objectOf(exported({ annotations }, spec))).toEqual({
      kind: 'ServiceExport',
      namespace: 'shop',
      name: 'cart',
      createdAt: Date.UTC(2026, 10, 22, 14, 2, 11),
      weight: '70',
      reach: 'gateway',
      exportedLabels: { team: 'shop' },
      exportedAnnotations: { doc: 'here' },
    })
  })

  test('a ServiceExport needs no spec', () => {
    const nothing = { weight: null, reach: null, exportedLabels: {}, exportedAnnotations: {} }
    expect(objectOf(exported())).toMatchObject(nothing)
  })

  test('a ServiceImport keeps type, addresses, ports and who writes it', () => {
    const spec = { type: 'ClusterSetIP', ips: ['10.1.0.1', 'fd00::1'], ports: [{ name: 'http', port: 80 }] }
    expect(
      objectOf(imported(spec, { labels: { 'app.kubernetes.io/managed-by': 'meridian-dns.io' } })),
    ).toEqual({
      kind: 'ServiceImport',
      namespace: 'shop',
      name: 'cart',
      createdAt: Date.UTC(2026, 10, 22, 14, 2, 11),
      type: 'ClusterSetIP',
      ips: [octets('10.1.0.1'), octets('fd00::1')],
      ports: [{ name: 'http', protocol: 'TCP', port: 80, appProtocol: null }],
      managedBy: 'meridian-dns.io',
    })
  })

  test.each(['multicluster.x-k8s.io/v1alpha1', 'multicluster.x-k8s.io/v1beta1'])(
    'are read in %s',
    (apiVersion) => {
      expect(objectOf({ ...exported(), apiVersion })).toEqual(objectOf(exported()))
      expect(objectOf({ ...imported({ type: 'Headless' }), apiVersion })).toMatchObject({ type: 'Headless' })
    },
  )
})

describe('other kinds', () => {
  test.each([
    ['v1', 'Pod'],
    ['apps/v1', 'Deployment'],
    ['serving.knative.dev/v1', 'Service'],
  ])('%s %s is skipped', (apiVersion, kind) => {
    expect(parseObject({ apiVersion, kind, metadata: {} })).toEqual({ outcome: 'skipped', apiVersion, kind })
  })

  test.each([
    ['net.gke.io/v1', 'ServiceExport', 'exports', 'ServiceExports of net.gke.io', 'groups: [net.gke.io]'],
    [
      'application-networking.k8s.aws/v1alpha1',
      'ServiceExport',
      'exports',
      'ServiceExports of application-networking.k8s.aws',
      'multicluster.x-k8s.io/v1beta1',
    ],
    [
      'multicluster.k8s.io/v1',
      'ServiceExport',
      'exports',
      'ServiceExports of multicluster.k8s.io',
      'multicluster.x-k8s.io/v1beta1',
    ],
    [
      'lighthouse.submariner.io/v2alpha1',
      'ServiceExport',
      'exports',
      'ServiceExports of lighthouse.submariner.io',
      'multicluster.x-k8s.io/v1beta1',
    ],
    [
      'multicluster.x-k8s.io/v1',
      'ServiceExport',
      'exports',
      'ServiceExports of multicluster.x-k8s.io/v1',
      'multicluster.x-k8s.io/v1beta1',
    ],
    ['net.gke.io/v1', 'ServiceImport', 'imports', 'ServiceImports of net.gke.io', 'nothing'],
    [
      'discovery.k8s.io/v1beta1',
      'EndpointSlice',
      'endpoints',
      'EndpointSlices of discovery.k8s.io/v1beta1',
      'endpointslices.v1.discovery.k8s.io',
    ],
    ['v1', 'Endpoints', 'endpoints', 'Endpoints', 'endpointslices.v1.discovery.k8s.io'],
    ['v1', 'ServiceExport', 'exports', 'ServiceExports of v1', 'multicluster.x-k8s.io/v1beta1'],
    ['v1', 'EndpointSlice', 'endpoints', 'EndpointSlices of v1', 'endpointslices.v1.discovery.k8s.io'],
  ])('%s %s is skipped, and told with what to do', (apiVersion, kind, like, what, remedy) => {
    expect(parseObject({ apiVersion, kind, metadata: META })).toEqual({
      outcome: 'skipped',
      apiVersion,
      kind,
      other: { like, what, remedy: expect.stringContaining(remedy) },
      title: 'shop/cart',
    })
  })

  test.each([
    ['v1', 'service', 'apiVersion: v1, kind: Service'],
    ['v1', 'Services', 'apiVersion: v1, kind: Service'],
    ['V1', 'Service', 'apiVersion: v1, kind: Service'],
    ['core/v1', 'Service', 'apiVersion: v1, kind: Service'],
    ['v1 ', 'Service ', 'apiVersion: v1, kind: Service'],
    ['v1', 'list', 'apiVersion: v1, kind: List'],
    ['discovery.k8s.io/v1', 'Endpointslice', 'apiVersion: discovery.k8s.io/v1, kind: EndpointSlice'],
    [
      'multicluster.x-k8s.io/v1beta1',
      'serviceExports',
      'apiVersion: multicluster.x-k8s.io/v1beta1, kind: ServiceExport',
    ],
  ])('%s %s is no kind that there is: told, with how it is written', (apiVersion, kind, meant) => {
    expect(parseObject({ apiVersion, kind, metadata: META })).toEqual({
      outcome: 'problem',
      problem: `${kind} shop/cart: there is no such kind in ${apiVersion}; write ${meant}`,
      of: null,
    })
  })

  test.each([
    ['serving.knative.dev/v1', 'Service'],
    ['apps/v1', 'deployment'],
    ['v1', 'ConfigMap'],
    ['example.com/v1', 'service'],
  ])('%s %s is somebody else’s, and no matter', (apiVersion, kind) => {
    expect(parseObject({ apiVersion, kind, metadata: META })).toEqual({
      outcome: 'skipped',
      apiVersion,
      kind,
    })
  })

  test('a ServiceExport of net.gke.io is read where that is said, as a kind of its own', () => {
    const value = {
      ...exported({ annotations: { 'meridian-dns.io/weight': '7' } }),
      apiVersion: 'net.gke.io/v1',
    }
    expect(parseObject(value, KINDS.inManifests(memberScope(false, ['net.gke.io'])))).toMatchObject({
      outcome: 'object',
      object: { kind: 'ServiceExport.net.gke.io', namespace: 'shop', name: 'cart', weight: '7' },
    })
  })
})

describe('a problem names the object, the path inside it, the value, and what would be right', () => {
  test.each([
    [service({ ports: 80 }), 'Service shop/cart: spec.ports: 80 is not a list'],
    [
      service({ type: 'Cluster' }),
      'Service shop/cart: spec.type: "Cluster" is not ClusterIP, NodePort, LoadBalancer or ExternalName',
    ],
    [service([]), 'Service shop/cart: spec: a list is not an object'],
    [imported({}), 'ServiceImport shop/cart: spec.type is missing: it must be ClusterSetIP or Headless'],
    [
      slice({ addressType: 'IPv5' }),
      'EndpointSlice shop/cart-x7k2p: addressType: "IPv5" is not IPv4, IPv6 or FQDN',
    ],
    [slice({ endpoints: 'none' }), 'EndpointSlice shop/cart-x7k2p: endpoints: "none" is not a list'],
    [
      slice({}, { labels: { 'kubernetes.io/service-name': 5 } }),
      'EndpointSlice shop/cart-x7k2p: metadata.labels["kubernetes.io/service-name"]: 5 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      slice({}, { labels: { 'multicluster.kubernetes.io/source-cluster': 5 } }),
      'EndpointSlice shop/cart-x7k2p: metadata.labels["multicluster.kubernetes.io/source-cluster"]: 5 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
  ])('where the object cannot be read without it: %#: %j', (value, sentence) => {
    expect(problemOf(value)).toBe(sentence)
  })

  test.each([
    [
      service({ ports: [{ port: 80 }, { port: 'eighty' }] }),
      'Service shop/cart: spec.ports[1].port: "eighty" is not a number from 1 to 65535',
    ],
    [
      service({ ports: [{ name: 'http' }] }),
      'Service shop/cart: spec.ports[0].port is missing: it must be a number from 1 to 65535',
    ],
    [
      service({ ports: [{ port: 70000 }] }),
      'Service shop/cart: spec.ports[0].port: 70000 is not a number from 1 to 65535',
    ],
    [
      service({ ports: [{ port: 80, protocol: 'QUIC' }] }),
      'Service shop/cart: spec.ports[0].protocol: "QUIC" is not TCP, UDP or SCTP',
    ],
    [
      service({ sessionAffinity: 'Cookie' }),
      'Service shop/cart: spec.sessionAffinity: "Cookie" is not None or ClientIP',
    ],
    [
      service({ internalTrafficPolicy: 'Near' }),
      'Service shop/cart: spec.internalTrafficPolicy: "Near" is not Cluster or Local',
    ],
    [
      service({ clusterIPs: ['10.0.0'] }),
      'Service shop/cart: spec.clusterIPs[0]: "10.0.0" is not an IP address',
    ],
    [
      service({ sessionAffinityConfig: { clientIP: { timeoutSeconds: '3h' } } }),
      'Service shop/cart: spec.sessionAffinityConfig.clientIP.timeoutSeconds: "3h" is not a number from 1 to 86400',
    ],
    [
      service({}, {}, { loadBalancer: { ingress: [{ hostname: 'not a name' }] } }),
      'Service shop/cart: status.loadBalancer.ingress[0].hostname: "not a name" is not a host name',
    ],
    ...[
      '203.0.113.7',
      '203.0.113.07',
      '203.0.113.7.',
      '2001:db8::7',
      '10.0.0.400',
      'my_lb.example.com',
      '*.example.com',
    ].map((hostname) => [
      service({}, {}, { loadBalancer: { ingress: [{ hostname }] } }),
      `Service shop/cart: status.loadBalancer.ingress[0].hostname: "${hostname}" is not a host name`,
    ]),
    [
      service({}, { creationTimestamp: 'yesterday' }),
      'Service shop/cart: metadata.creationTimestamp: "yesterday" is not a time such as 2026-11-22T14:02:11Z',
    ],
    [
      exported({ annotations: { 'meridian-dns.io/weight': 70 } }),
      'ServiceExport shop/cart: metadata.annotations["meridian-dns.io/weight"]: 70 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      exported({}, { exportedLabels: { gold: true } }),
      'ServiceExport shop/cart: spec.exportedLabels.gold: true is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      imported({ type: 'Headless', ips: ['x'] }),
      'ServiceImport shop/cart: spec.ips[0]: "x" is not an IP address',
    ],
    [
      slice({ endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: 'yes' } }] }),
      'EndpointSlice shop/cart-x7k2p: endpoints[0].conditions.ready: "yes" is not true or false',
    ],
    [
      slice({ endpoints: ['10.0.0.1'] }),
      'EndpointSlice shop/cart-x7k2p: endpoints[0]: "10.0.0.1" is not an object',
    ],
    [
      service({ ports: [{ port: 80, name: 80 }] }),
      'Service shop/cart: spec.ports[0].name: 80 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      service({ ports: [{ port: 80, appProtocol: 2 }] }),
      'Service shop/cart: spec.ports[0].appProtocol: 2 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      service({ trafficDistribution: 1 }),
      'Service shop/cart: spec.trafficDistribution: 1 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      service({ publishNotReadyAddresses: 'yes' }),
      'Service shop/cart: spec.publishNotReadyAddresses: "yes" is not true or false',
    ],
    [
      service({ ipFamilies: ['IPv4', 'IPv5'] }),
      'Service shop/cart: spec.ipFamilies[1]: "IPv5" is not IPv4 or IPv6',
    ],
    [
      service({}, {}, { loadBalancer: [] }),
      'Service shop/cart: status.loadBalancer: a list is not an object',
    ],
    [
      slice({ endpoints: [{ addresses: ['10.0.0.1'], hostname: 'cart-0.cart' }] }),
      'EndpointSlice shop/cart-x7k2p: endpoints[0].hostname: "cart-0.cart" is not a DNS label (a–z, 0–9 and inner hyphens, at most 63 characters)',
    ],
    [
      slice({ endpoints: [{ addresses: ['10.0.0.1'], zone: 1 }] }),
      'EndpointSlice shop/cart-x7k2p: endpoints[0].zone: 1 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      slice({ ports: [{ name: 'http', port: 0 }] }),
      'EndpointSlice shop/cart-x7k2p: ports[0].port: 0 is not a number from 1 to 65535',
    ],
    [
      slice({}, { labels: { 'endpointslice.kubernetes.io/managed-by': true } }),
      'EndpointSlice shop/cart-x7k2p: metadata.labels["endpointslice.kubernetes.io/managed-by"]: true is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
    [
      exported({ annotations: 'none' }),
      'ServiceExport shop/cart: metadata.annotations: "none" is not an object',
    ],
    [
      imported({ type: 'Headless' }, { labels: { 'app.kubernetes.io/managed-by': 1 } }),
      'ServiceImport shop/cart: metadata.labels["app.kubernetes.io/managed-by"]: 1 is not text (in YAML, numbers and booleans need quotes to be text)',
    ],
  ])('where it costs only itself: %#: %j', (value, sentence) => {
    expect(flawsOf(value)).toEqual([`${sentence}; it is left out`])
  })

  test.each([
    ['Cart', 'upper case'],
    ['cart.v2', 'a dot'],
    ['cart_v2', 'an underscore'],
    ['-cart', 'a leading hyphen'],
    ['', 'nothing'],
    ['c'.repeat(64), '64 characters'],
  ])('a Service cannot be called %j: %s', (name) => {
    expect(problemOf(service({}, { name }))).toContain(`metadata.name: "${name}" is not a DNS label`)
  })

  test('an object without a usable name belongs to no object', () => {
    expect(parseObject(service({}, { name: 'Cart' }))).toMatchObject({ of: null })
    expect(problemOf(service({}, { name: undefined }))).toContain(
      'Service without a name: metadata.name is missing',
    )
  })

  test('any other problem belongs to the object that has it', () => {
    const of = { kind: 'Service', key: 'shop/cart' }
    expect(parseObject(service({ type: 'x' }))).toMatchObject({ of })
    expect(parseObject(service([]))).toMatchObject({ of })
  })

  test.each([
    [7, '7 is not a Kubernetes object'],
    [[], 'a list is not a Kubernetes object'],
    [{ apiVersion: 'v1' }, 'an object without a name: kind is missing or not text'],
    [{ kind: 'Service', metadata: META }, 'Service shop/cart: apiVersion is missing or not text'],
    [{ apiVersion: 'v1', kind: 'List', items: 'x' }, 'List: items: "x" is not a list'],
  ])('%j', (value, sentence) => {
    expect(problemOf(value)).toBe(sentence)
  })

  test('long values are cut short', () => {
    expect(problemOf(service({ type: 'x'.repeat(10_000) })).length).toBeLessThan(250)
  })
})

describe('what is wrong with one part leaves the others', () => {
  test('ports, addresses and load balancers of a Service', () => {
    const spec = { clusterIPs: ['10.0.0', '10.0.0.2'], ports: [{ port: 0 }, { port: 80 }] }
    const status = { loadBalancer: { ingress: [{ ip: 'x' }, { ip: '192.0.2.1' }] } }
    expect(objectOf(service(spec, {}, status))).toMatchObject({
      clusterIPs: [octets('10.0.0.2')],
      ports: [{ port: 80 }],
      ingress: [{ address: octets('192.0.2.1') }],
      flaws: [{}, {}, {}],
    })
  })

  test('endpoints of a slice', () => {
    const endpoints = [
      { addresses: ['10.0.0.1'], hostname: 'a.b' },
      { addresses: ['10.0.0.2', 7, 'x'], zone: 7 },
    ]
    const parsed = sliceOf(slice({ endpoints, ports: [{ port: 0 }, { port: 80 }] }))
    expect(parsed).toMatchObject({
      endpoints: [{ addresses: [octets('10.0.0.2')], strays: ['7', 'x'], zone: null }],
      ports: [{ port: 80 }],
    })
    expect(parsed.flaws).toHaveLength(3)
  })

  test('annotations and labels of an export', () => {
    const annotations = { 'meridian-dns.io/weight': 7, 'meridian-dns.io/reach': 'gateway' }
    const spec = { exportedLabels: { gold: true, team: 'shop' } }
    expect(objectOf(exported({ annotations }, spec))).toMatchObject({
      weight: null,
      reach: 'gateway',
      exportedLabels: { team: 'shop' },
    })
  })

  test.each([
    [1023, 0],
    [1024, 0],
    [1025, 2],
    [10_240, 2],
  ])('words of %i characters, of an object that says each: %i are left out', (length, count) => {
    const word = '\u0100'.repeat(length)
    const one = objectOf(service({ trafficDistribution: word, ports: [{ port: 80 }] }))
    const other = sliceOf(
      slice({ endpoints: [{ addresses: ['10.0.0.1'], zone: word, targetRef: { uid: word } }] }),
    )
    const left = [one, other].flatMap(({ flaws }) => flaws ?? [])
    expect(left).toHaveLength(count)
    const kept = count === 0 ? word : null
    expect(one).toMatchObject({ trafficDistribution: kept, ports: [{ port: 80 }] })
    expect(other.endpoints).toMatchObject([{ zone: kept, uid: kept }])
    for (const flaw of left) expect(flaw.length).toBeLessThan(250)
    for (const flaw of left) expect(flaw).toContain('is not text of at most 1024 characters')
  })

  test.each([
    [316, true],
    [317, true],
    [318, false],
    [3170, false],
  ])('an application protocol of %i characters is kept: %s', (length, isKept) => {
    const word = '\u0100'.repeat(length)
    const one = objectOf(
      service({
        ports: [
          { port: 80, appProtocol: word },
          { name: 'http', port: 81 },
        ],
      }),
    )
    expect(one).toMatchObject({
      ports: [
        { port: 80, appProtocol: isKept ? word : null },
        { name: 'http', port: 81 },
      ],
    })
    expect(one.flaws ?? []).toHaveLength(isKept ? 0 : 1)
    for (const flaw of one.flaws ?? []) expect(flaw).toContain('is not text of at most 317 characters')
  })

  test.each([62, 63, 64, 630])('of the name of a port of %i characters the first 63 count', (length) => {
    const name = '\u0100'.repeat(length)
    const kept = length <= 63 ? name : `${'\u0100'.repeat(62)}…`
    const one = objectOf(service({ ports: [{ name, port: 80 }] }))
    expect(one).toMatchObject({ ports: [{ name: kept, port: 80 }] })
    expect(one.flaws ?? []).toEqual([])
    expect(sliceOf(slice({ ports: [{ name, port: 80 }] })).ports).toMatchObject([{ name: kept }])
  })

  test.each([
    [1024, true],
    [1025, false],
    [10_240, false],
  ])('a label or an annotation whose key has %i characters is kept: %s', (length, isKept) => {
    const pairs = { ['k'.repeat(length)]: '\u0100'.repeat(20_000), team: 'shop' }
    const object = objectOf(exported({}, { exportedLabels: pairs, exportedAnnotations: pairs }))
    const kept = isKept ? pairs : { team: 'shop' }
    expect(object).toMatchObject({ exportedLabels: kept, exportedAnnotations: kept })
    expect(object.flaws ?? []).toHaveLength(isKept ? 0 : 2)
    for (const flaw of object.flaws ?? []) expect(flaw.length).toBeLessThan(400)
  })

  test.each([
    [511, 'A'.repeat(511)],
    [512, 'A'.repeat(512)],
    [513, `${'A'.repeat(511)}…`],
    [5120, `${'A'.repeat(511)}…`],
    [2_000_000, `${'A'.repeat(511)}…`],
  ])('of a name of %i characters no more than 512 are told', (length, told) => {
    const name = 'A'.repeat(length)
    expect(problemOf(service({}, { name })).split(':')[0]).toBe(`Service shop/${told}`)
    expect(problemOf({ ...service({}), kind: name, apiVersion: 7 }).split(' ')[0]).toBe(told)
  })

  test('a mark counts whatever it says', () => {
    const annotations = { 'net.gke.io/derived-service': 7 }
    expect(objectOf(service({}, { annotations }))).toMatchObject({ derived: true })
  })

  describe('of a list the first so many count, as Kubernetes has it', () => {
    const ip = (i: number): string => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
    const many = <T>(count: number, of: (i: number) => T): readonly T[] =>
      Array.from({ length: count }, (_, i) => of(i))
    const port = (i: number) => ({ name: `p${i}`, port: 1 + i })
    const endpoint = (i: number) => ({ addresses: [ip(i)] })

    test.each<
      [path: string, most: number, (count: number) => Raw, (object: KubeObject) => readonly unknown[]]
    >([
      [
        'endpoints',
        1000,
        (n) => slice({ endpoints: many(n, endpoint) }),
        (one) => (SLICE.is(one) ? endpointsIn(one) : []),
      ],
      [
        'endpoints[0].addresses',
        100,
        (n) => slice({ endpoints: [{ addresses: many(n, ip) }] }),
        (one) => (SLICE.is(one) ? (endpointsIn(one)[0]?.addresses ?? []) : []),
      ],
      [
        'ports',
        20_000,
        (n) => slice({ ports: many(n, port) }),
        (one) => (SLICE.is(one) ? (one.ports ?? []) : []),
      ],
      [
        'spec.clusterIPs',
        2,
        (n) => service({ clusterIPs: many(n, ip) }),
        (one) => (SERVICE.is(one) ? one.clusterIPs : []),
      ],
      [
        'spec.ipFamilies',
        2,
        (n) => service({ ipFamilies: many(n, () => 'IPv4') }),
        (one) => (SERVICE.is(one) ? one.ipFamilies : []),
      ],
      [
        'status.loadBalancer.ingress',
        1000,
        (n) => service({}, {}, { loadBalancer: { ingress: many(n, (i) => ({ ip: ip(i) })) } }),
        (one) => (SERVICE.is(one) ? one.ingress : []),
      ],
      [
        'spec.ips',
        2,
        (n) => imported({ type: 'ClusterSetIP', ips: many(n, (i) => ip(i + 1)) }),
        (one) => (IMPORT.is(one) ? one.ips : []),
      ],
      [
        'spec.ports',
        1000,
        (n) => imported({ type: 'ClusterSetIP', ports: many(n, port) }),
        (one) => (IMPORT.is(one) ? one.ports : []),
      ],
    ])('%s: %i', (path, most, objectWith, itemsIn) => {
      expect(itemsIn(objectOf(objectWith(most)))).toHaveLength(most)
      expect(flawsOf(objectWith(most))).toEqual([])
      for (const count of [most + 1, 10 * most]) {
        const object = objectOf(objectWith(count))
        expect(itemsIn(object)).toEqual(itemsIn(objectOf(objectWith(most))))
        expect(object.flaws).toHaveLength(1)
        expect(object.flaws?.[0]).toContain(`: ${path}[${most}]: `)
        expect(object.flaws?.[0]).toContain(
          ` is not one of the first ${most}, which are all that count of ${count}; it is left out`,
        )
      }
    })

    test('what cannot be read among them is told beside that', () => {
      const addresses = [...many(100, ip), 'x'.repeat(300)]
      const endpoints = [{ addresses, hostname: 'a_b' }, { addresses }]
      const flaws = flawsOf(slice({ endpoints }))
      expect(flaws).toHaveLength(2)
      expect(flaws.join()).toContain('endpoints[0].hostname: "a_b"')
      expect(flaws.join()).toContain('endpoints[1].addresses[100]: "xxx')
    })
  })

  test.each([1, 9, 10, 11, 100])('of %i flaws ten are told, and that there are more', (count) => {
    const ports = Array.from({ length: count }, () => ({ port: 0 }))
    const flaws = flawsOf(service({ ports }))
    expect(flaws).toHaveLength(Math.min(count, 11))
    expect(flaws[10]).toBe(
      count > 10 ? 'Service shop/cart: more of it is wrong, and left out too' : undefined,
    )
  })

  test('what is wrong with one object is not told of the next', () => {
    expect(flawsOf(service({ ports: [{ port: 0 }] }))).toHaveLength(1)
    expect(problemOf(service({ ports: [{ port: 0 }], type: 'x' }))).toContain('spec.type')
    expect(objectOf(service())).not.toHaveProperty('flaws')
  })
})

describe('lists', () => {
  const list = (kind: string, ...items: unknown[]): Raw => ({ apiVersion: 'v1', kind, items })

  test('are unpacked, lists in them too', () => {
    expect(unpackList(list('List', 1, list('List', 2, 3), list('PodList')))).toEqual([1, 2, 3])
  })

  test('are empty when their items are null', () => {
    expect(unpackList({ apiVersion: 'v1', kind: 'ServiceList', items: null })).toEqual([])
  })

  test('of one kind give their items that kind, which API servers leave out', () => {
    const [item] = unpackList(list('ServiceList', { metadata: META }))
    expect(objectOf(item)).toEqual(objectOf(service()))
  })

  test('that hold themselves end', () => {
    const items: unknown[] = [1]
    const loop = { apiVersion: 'v1', kind: 'List', items }
    items.push(loop)
    expect(unpackList(loop)).toEqual([1])
  })

  test('are all that is unpacked', () => {
    expect(unpackList('x')).toEqual(['x'])
    expect(unpackList(service())).toEqual([service()])
    expect(unpackList([service()])).toEqual([[service()]])
  })
})

describe('for any value', () => {
  const KINDS = fc.constantFrom(
    ...['Service', 'EndpointSlice', 'ServiceExport', 'ServiceImport', 'List', 'Pod'],
  )
  const VERSIONS = fc.constantFrom('v1', 'discovery.k8s.io/v1', MCS)
  const FIELDS = fc.constantFrom(
    ...[
      'name',
      'namespace',
      'labels',
      'annotations',
      'ownerReferences',
      'creationTimestamp',
      'ports',
      'port',
    ],
    ...[
      'type',
      'clusterIP',
      'clusterIPs',
      'ips',
      'loadBalancer',
      'ingress',
      'endpoints',
      'conditions',
      'addresses',
    ],
  )
  const anything = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue(),
      fc.constant('shop'),
      tie('fields'),
      fc.array(tie('value')),
    ),
    fields: fc.dictionary(FIELDS, tie('value')),
  }))
  const almost = fc.record(
    {
      apiVersion: VERSIONS,
      kind: KINDS,
      metadata: anything.value,
      spec: anything.value,
      status: anything.value,
      items: anything.value,
    },
    { requiredKeys: ['apiVersion', 'kind'] },
  )

  test('parsing and unpacking never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), almost), (value) => {
        for (const each of unpackList(value)) {
          expect(['object', 'skipped', 'problem']).toContain(parseObject(each).outcome)
        }
      }),
    )
  })

  test('parsing the same twice gives equal objects', () => {
    fc.assert(
      fc.property(almost, (value) => {
        expect(parseObject(structuredClone(value))).toEqual(parseObject(value))
      }),
    )
  })
})

test('a mistake of ours that one object brings out is that object’s problem', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'cart' },
    get spec(): never {
      throw new RangeError('too deep')
    },
  }
  expect(parseObject(service)).toEqual({
    outcome: 'problem',
    problem: 'Service shop/cart: a bug of Meridian, please report it: RangeError: too deep',
    of: {
      kind: 'Service',
      key: 'shop/cart',
      service: 'shop/cart',
      problem: 'Service shop/cart: a bug of Meridian, please report it: RangeError: too deep',
    },
  })
})
