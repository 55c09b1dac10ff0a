import { describe, expect, test } from 'vitest'
import { serviceEntry } from '../../support/manifests.ts'
import {
  address,
  bodies,
  conditionsIn,
  fresh,
  type Holding,
  memberOf,
  PORT,
  printedConditions,
  RULES,
  settled,
  stage,
  wants,
} from './ground.ts'

const LATER = '2026-02-01T00:00:00Z'
const NONE = { ...RULES, clusterSetIP: 'none' } as const

const importOf = (
  holdings: Record<string, Holding>,
  here = fresh('east'),
  rules = RULES,
  config: Record<string, object> = {},
) => {
  const { desired } = settled(stage(holdings, config), here, rules)
  const [body] = bodies(desired, 'ServiceImport')
  if (body === undefined) throw new Error('no import')
  return { metadata: memberOf(body, 'metadata'), spec: memberOf(body, 'spec'), desired }
}

describe('a ServiceImport', () => {
  test('follows what is exported without a ServiceExport, of which nothing is written', () => {
    const byItself: Holding = {
      export: null,
      service: { selector: { app: 'cart' } },
      declared: { exports: { all: true } },
    }
    const { desired, spec } = importOf({ east: byItself }, fresh('east', { export: null }))
    expect(spec).toMatchObject({ type: 'ClusterSetIP', ports: [{ name: 'http', port: 80 }] })
    expect(bodies(desired, 'ServiceImport/status')).toMatchObject([
      { status: { clusters: [{ cluster: 'east' }] } },
    ])
    expect(desired.objects.map(({ kind }) => kind)).not.toContain('ServiceExport/status')
  })

  test('says of the service what its oldest export says, and has the ports of all', () => {
    const oldest = {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
    }
    const alt = { name: 'alt', protocol: 'UDP', port: 53, appProtocol: 'dns' }
    const { spec } = importOf({
      east: { created: LATER, service: { ports: [PORT, alt] } },
      west: { service: oldest },
    })
    expect(spec).toEqual({
      type: 'ClusterSetIP',
      ports: [PORT, alt],
      ips: ['10.97.0.1'],
      ipFamilies: ['IPv4'],
      ...oldest,
    })
  })

  test('has the labels and annotations that the oldest export exports, and marks of its own that none can forge', () => {
    const spec = {
      exportedLabels: { tier: 'gold', 'app.kubernetes.io/managed-by': 'helm', 'not a label': '' },
      exportedAnnotations: {
        'example.com/note': 'hello',
        'multicluster.kubernetes.io/derived-service': 'mine',
      },
    }
    const { metadata } = importOf({ east: { export: { spec } } })
    expect(metadata['labels']).toEqual({ 'app.kubernetes.io/managed-by': 'meridian-dns.io', tier: 'gold' })
    expect(metadata['annotations']).toEqual({
      'example.com/note': 'hello',
      'multicluster.kubernetes.io/derived-service': 'derived-bsqa4s8pq5',
    })
  })

  test('of a Headless service has families and no addresses, and needs no derived Service', () => {
    const { spec, desired, metadata } = importOf({
      east: { service: { clusterIPs: ['None'], ipFamilies: ['IPv4', 'IPv6'] } },
    })
    expect(spec).toMatchObject({ type: 'Headless', ipFamilies: ['IPv4', 'IPv6'] })
    expect(spec).not.toHaveProperty('ips')
    expect(metadata['annotations']).toEqual({})
    expect(bodies(desired, 'Service')).toEqual([])
    expect(printedConditions(desired, 'ServiceImport/status')[0]).toBe(
      'Ready=True Ready: Its names lead to its endpoints.',
    )
  })

  test('names in its status the clusters that contribute, and whether slices are written', () => {
    const at = stage({
      west: { created: LATER },
      east: {},
      north: { created: LATER, service: { clusterIPs: ['None'] } },
    })
    const statusOf = (rules = RULES, declaresSlices = true) =>
      bodies(wants(at, fresh('east', { declaresSlices }), rules), 'ServiceImport/status').map((body) =>
        memberOf(body, 'status'),
      )
    expect(statusOf()).toMatchObject([
      { clusters: [{ cluster: 'east' }, { cluster: 'west' }], endpointSliceObjects: 'Present' },
    ])
    expect(statusOf(NONE)).toMatchObject([{ endpointSliceObjects: 'Absent' }])
    expect(statusOf(RULES, false)[0]).not.toHaveProperty('endpointSliceObjects')
  })

  test('is in the version that the cluster has', () => {
    const found = wants(stage({ east: {} }), fresh('east', { version: 'v1alpha1' }))
    expect(bodies(found, 'ServiceImport')).toMatchObject([{ apiVersion: 'multicluster.x-k8s.io/v1alpha1' }])
  })

  test('without clusterset IPs is ready at once, and nothing else is written', () => {
    const { desired, spec } = importOf({ east: {}, west: {} }, fresh('east'), NONE)
    expect(spec).not.toHaveProperty('ips')
    expect(desired.objects.map(({ kind }) => kind)).toEqual([
      'ServiceExport/status',
      'ServiceImport',
      'ServiceImport/status',
    ])
    expect(printedConditions(desired, 'ServiceImport/status')).toEqual([
      'Ready=True Ready: Its names lead to the clusters that export it; controller.clusterSetIP is none.',
      'meridian-dns.io/EndpointsIncomplete=False NotWritten: No EndpointSlices are written; controller.clusterSetIP is none.',
    ])
  })
})

describe('its clusterset IPs', () => {
  test('are those of a derived Service, which selects nothing, goes with the import, and has its ports', () => {
    const { desired } = importOf({ east: { service: { sessionAffinity: 'ClientIP' } } })
    expect(bodies(desired, 'Service')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          namespace: 'shop',
          name: 'derived-bsqa4s8pq5',
          labels: {
            'app.kubernetes.io/managed-by': 'meridian-dns.io',
            'multicluster.kubernetes.io/service-name': 'cart',
          },
          ownerReferences: [
            {
              apiVersion: 'multicluster.x-k8s.io/v1beta1',
              kind: 'ServiceImport',
              name: 'cart',
              uid: 'uid-1',
            },
          ],
        },
        spec: {
          type: 'ClusterIP',
          ports: [PORT],
          ipFamilyPolicy: 'SingleStack',
          ipFamilies: ['IPv4'],
          sessionAffinity: 'ClientIP',
          internalTrafficPolicy: 'Cluster',
        },
      },
    ])
  })

  test('come in steps: first the import, then its Service, then its addresses', () => {
    const at = stage({ east: {} })
    const ready = (here = fresh('east')) =>
      conditionsIn(wants(at, here), 'ServiceImport/status')[0]?.['message']
    const standing = {
      uid: 'u',
      generation: 1,
      managedBy: 'meridian-dns.io',
      clusters: ['east'],
      conditions: [],
    }
    expect(wants(at, fresh('east')).objects.map(({ kind }) => kind)).not.toContain('Service')
    expect(ready()).toBe('Service "derived-bsqa4s8pq5" has no cluster IP yet.')
    const second = fresh('east', { import: standing })
    expect(wants(at, second).objects.map(({ kind }) => kind)).toContain('Service')
    const derived = { managedBy: 'meridian-dns.io', clusterIPs: [address('10.97.0.7')] }
    expect(ready({ ...second, derived })).toBe('Its addresses are those of Service "derived-bsqa4s8pq5".')
  })

  test('of both families come in the order in which the cluster gives them', () => {
    const service = { ipFamilies: ['IPv4', 'IPv6'], clusterIPs: ['10.96.0.10', 'fd00:96::10'] }
    const at = stage({ east: { service } })
    const derived = {
      managedBy: 'meridian-dns.io',
      clusterIPs: [address('fd00:97::1'), address('10.97.0.1')],
    }
    const found = wants(at, fresh('east', { derived }))
    expect(bodies(found, 'ServiceImport').map((body) => memberOf(body, 'spec'))).toMatchObject([
      { ips: ['fd00:97::1', '10.97.0.1'], ipFamilies: ['IPv6', 'IPv4'] },
    ])
    expect(
      bodies(settled(at, fresh('east')).desired, 'Service').map((body) => memberOf(body, 'spec')),
    ).toEqual([
      {
        type: 'ClusterIP',
        ports: [PORT],
        ipFamilyPolicy: 'PreferDualStack',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      },
    ])
  })

  test('become two when the service comes to be of both families, and one again when it is not any more', () => {
    const service = { ipFamilies: ['IPv4', 'IPv6'], clusterIPs: ['10.96.0.10', 'fd00:96::10'] }
    const [single, dual] = [stage({ east: {} }), stage({ east: { service } })]
    const ipsIn = ({ desired }: ReturnType<typeof settled>) =>
      bodies(desired, 'ServiceImport').map((body) => memberOf(body, 'spec')['ips'])
    const first = settled(single, fresh('east'))
    expect(ipsIn(first)).toEqual([['10.97.0.1']])
    const second = settled(dual, first.here)
    expect(ipsIn(second)).toEqual([['10.97.0.1', 'fd00:97::1']])
    expect(ipsIn(settled(single, second.here))).toEqual([['10.97.0.1']])
  })

  test('are of the families that the cluster has', () => {
    const service = { ipFamilies: ['IPv4', 'IPv6'] }
    const { spec } = importOf({ east: { service } }, fresh('east', { families: [6] }))
    expect(spec).toMatchObject({ ips: ['fd00:97::1'], ipFamilies: ['IPv6'] })
  })

  test('cannot be had where the cluster has none of the families of the service', () => {
    const { spec, desired } = importOf({ east: {} }, fresh('east', { families: [6] }))
    expect(spec).toMatchObject({ ipFamilies: ['IPv4'] })
    expect(spec).not.toHaveProperty('ips')
    expect(printedConditions(desired, 'ServiceImport/status')[0]).toBe(
      'Ready=False IPFamilyNotSupported: The service is IPv4; Services of this cluster are IPv6.',
    )
    expect(desired.objects.map(({ kind }) => kind)).not.toContain('EndpointSlice')
  })

  test.each([
    ['IPv4', ['198.51.100.7'], ['10.97.0.1']],
    ['IPv6', ['2001:db8::7'], ['fd00:97::1']],
    ['both', ['198.51.100.7', '2001:db8::7'], ['10.97.0.1', 'fd00:97::1']],
    ['a host name, of which nobody knows yet', ['lb.example.com'], ['10.97.0.1', 'fd00:97::1']],
  ])(
    'where ServiceEntries alone export it, are of the families at which they list it: %s',
    (_, listed, ips) => {
      const entry = serviceEntry({
        name: 'cart',
        namespace: 'shop',
        hosts: ['cart.shop.svc.west.local'],
        resolution: 'DNS',
        endpoints: listed.map((one) => ({ address: one })),
      })
      const none: Holding = { service: null, export: null, pods: [] }
      const config = { istio: { cluster: 'east', entries: { export: true } } }
      const here = fresh('east', { families: [4, 6], export: null })
      const { spec } = importOf({ east: { ...none, more: [entry] }, west: none }, here, RULES, config)
      expect(spec['ips']).toEqual(ips)
    },
  )

  test("whose first family is not the service's any more go, and the Service is made anew", () => {
    const at = stage({ east: {} })
    const derived = { managedBy: 'meridian-dns.io', clusterIPs: [address('fd00:97::1')] }
    const { here } = settled(at, fresh('east'))
    const found = wants(at, { ...here, derived })
    expect(found.objects.map(({ kind }) => kind)).not.toContain('Service')
    expect(settled(at, { ...here, derived }).here.derived?.clusterIPs).toEqual([address('10.97.0.1')])
  })

  test("are not taken from a Service that is somebody else's, which no slice names then", () => {
    const derived = { managedBy: 'helm', clusterIPs: [address('10.97.0.9')] }
    const { spec, desired } = importOf({ east: {} }, fresh('east', { derived }))
    expect(spec).not.toHaveProperty('ips')
    expect(bodies(desired, 'Service')).toEqual([])
    expect(JSON.stringify(bodies(desired, 'EndpointSlice'))).not.toContain(
      'kubernetes.io/service-name":"derived',
    )
    expect(printedConditions(desired, 'ServiceImport/status')[0]).toBe(
      'Ready=False ForeignService: Service "derived-bsqa4s8pq5", which would give the addresses, is managed by "helm".',
    )
    expect(desired.remarks).toEqual([
      { reason: 'ForeignService', message: 'Service shop/derived-bsqa4s8pq5 is managed by "helm"' },
    ])
  })

  test('a port without a name beside others has one in the derived Service, which may not have such', () => {
    const unnamed = { protocol: 'TCP', port: 8080 }
    const { spec, desired } = importOf({
      east: { service: { ports: [unnamed] }, targets: [{ ...unnamed, name: '' }] },
      west: { created: LATER },
    })
    expect(spec['ports']).toEqual([unnamed, PORT])
    const [service] = bodies(desired, 'Service')
    expect(service && memberOf(service, 'spec')['ports']).toEqual([
      { ...unnamed, name: 'unnamed-tcp-8080' },
      PORT,
    ])
    expect(JSON.stringify(bodies(desired, 'EndpointSlice'))).toContain('"name":"unnamed-tcp-8080"')
  })
})
