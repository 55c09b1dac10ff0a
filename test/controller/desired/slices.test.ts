import { describe, expect, test } from 'vitest'
import {
  bodies,
  fresh,
  type Holding,
  listOf,
  memberOf,
  PORT,
  printedConditions,
  printedSlices,
  settled,
  stage,
} from './ground.ts'

const LATER = '2026-02-01T00:00:00Z'
const HTTP = 'http:80/TCP'

const slicesOf = (holdings: Record<string, Holding>, cluster = 'east', config: Record<string, object> = {}) =>
  settled(stage(holdings, config), fresh(cluster)).desired

const of = (...args: Parameters<typeof slicesOf>) => printedSlices(slicesOf(...args))

/** Why endpoints are missing, as the import says it. */
const missing = (...args: Parameters<typeof slicesOf>) =>
  printedConditions(slicesOf(...args), 'ServiceImport/status')[1]?.replace(/^.*Incomplete=/, '')

describe('the slices of an import', () => {
  test('hold the endpoints of one source cluster each; the clusterset IP leads where the names lead', () => {
    const holdings = { east: {}, west: { pods: ['10.2.0.5', '10.2.0.6'] } }
    expect(of(holdings, 'east')).toEqual([
      `east IPv4 10.1.0.5 ${HTTP} followed`,
      `west IPv4 10.2.0.5,10.2.0.6 ${HTTP}`,
    ])
    expect(of(holdings, 'west')).toEqual([
      `east IPv4 10.1.0.5 ${HTTP}`,
      `west IPv4 10.2.0.5,10.2.0.6 ${HTTP} followed`,
    ])
    expect(of({ ...holdings, north: { export: null } }, 'north')).toEqual([
      `east IPv4 10.1.0.5 ${HTTP} followed`,
      `west IPv4 10.2.0.5,10.2.0.6 ${HTTP} followed`,
    ])
    expect(missing(holdings)).toBe(
      'False Complete: The ready endpoints of all clusters that export it are here.',
    )
  })

  test('say whose they are, of which service, and of which cluster', () => {
    const [body] = bodies(slicesOf({ west: {}, east: { export: null } }), 'EndpointSlice')
    expect(body && memberOf(body, 'metadata')).toEqual({
      namespace: 'shop',
      name: expect.stringMatching(/^cart-west-[0-9a-v]{10}$/),
      labels: {
        'endpointslice.kubernetes.io/managed-by': 'meridian-dns.io',
        'kubernetes.io/service-name': 'derived-bsqa4s8pq5',
        'multicluster.kubernetes.io/service-name': 'cart',
        'multicluster.kubernetes.io/source-cluster': 'west',
      },
      ownerReferences: [
        { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceImport', name: 'cart', uid: 'uid-1' },
      ],
    })
  })

  test('follow failover and distribution as names do', () => {
    const placed = (locality: string): Holding => ({ declared: { locality } })
    const holdings = {
      east: { ...placed('us-east/a'), export: null },
      west: placed('us-west/a'),
      paris: { ...placed('eu-west/a'), pods: ['10.3.0.5'] },
    }
    const failover = [{ from: 'us-east', to: 'eu-west' }]
    expect(of(holdings, 'east', { routing: { failover } })).toEqual([
      `paris IPv4 10.3.0.5 ${HTTP} followed`,
      `west IPv4 10.1.0.5 ${HTTP}`,
    ])
    const services = { 'shop/cart': { weights: { west: 1 } } }
    expect(of(holdings, 'east', { routing: { failover, services } })).toEqual([
      `paris IPv4 10.3.0.5 ${HTTP}`,
      `west IPv4 10.1.0.5 ${HTTP} followed`,
    ])
  })

  test('stay inside the cluster for a service whose internal traffic policy is Local', () => {
    const service = { internalTrafficPolicy: 'Local' }
    expect(of({ west: { service }, east: { export: null } })).toEqual([`west IPv4 10.1.0.5 ${HTTP}`])
  })

  test('have ports as the import names them, at the numbers that the endpoints listen at', () => {
    const web = { name: 'web', protocol: 'TCP', port: 80 }
    const west = { created: LATER, service: { ports: [web] }, targets: [{ ...web, port: 8080 }] }
    expect(of({ east: { pods: [] }, west }, 'east')).toEqual(['west IPv4 10.1.0.5 http:8080/TCP followed'])
  })

  test('lead to no port of another name that is one of the import too, and happens to have the number', () => {
    const alt = { name: 'alt', protocol: 'TCP', port: 81 }
    const both = { ports: [PORT, alt] }
    const west = {
      created: LATER,
      pods: ['10.2.0.5'],
      service: { ports: [{ ...PORT, port: 81 }] },
      targets: [{ ...PORT, port: 8080 }],
    }
    const east = { service: both, targets: [PORT, alt] }
    expect(of({ east, west, north: { export: null } }, 'north')).toEqual([
      'east IPv4 10.1.0.5 http:80/TCP,alt:81/TCP followed',
      'west IPv4 10.2.0.5 http:8080/TCP followed',
    ])
  })

  test('lead for a port that only some clusters have to those alone, however near the others are', () => {
    const alt = { name: 'alt', protocol: 'TCP', port: 4242 }
    const west = {
      created: LATER,
      pods: ['10.2.0.5'],
      service: { ports: [PORT, alt] },
      targets: [PORT, alt],
    }
    expect(of({ east: {}, west }, 'east')).toEqual([
      `east IPv4 10.1.0.5 ${HTTP} followed`,
      'west IPv4 10.2.0.5 alt:4242/TCP followed',
      `west IPv4 10.2.0.5 ${HTTP}`,
    ])
  })

  test('are of one family and one set of ports each', () => {
    const service = { ipFamilies: ['IPv4', 'IPv6'], clusterIPs: ['10.96.0.10', 'fd00:96::10'] }
    expect(of({ east: { service, pods: ['10.1.0.5', 'fd00:1::5'] } })).toEqual([
      `east IPv4 10.1.0.5 ${HTTP} followed`,
      `east IPv6 fd00:1::5 ${HTTP} followed`,
    ])
  })

  test('of a Headless service keep host names and the ports of the endpoints, and no Service follows them', () => {
    const service = { clusterIPs: ['None'] }
    const pods = [{ addresses: ['10.2.0.5'], hostname: 'db-0', zone: 'a' }, '10.2.0.6']
    const desired = slicesOf({
      east: { export: null },
      west: { service, pods, targets: [{ ...PORT, port: 5432 }] },
    })
    expect(printedSlices(desired)).toEqual(['west IPv4 10.2.0.6,10.2.0.5 http:5432/TCP'])
    const [body] = bodies(desired, 'EndpointSlice')
    const conditions = { ready: true, serving: true, terminating: false }
    expect(body?.['endpoints']).toEqual([
      { addresses: ['10.2.0.6'], conditions },
      { addresses: ['10.2.0.5'], conditions, hostname: 'db-0', zone: 'a' },
    ])
  })

  test('say of endpoints that are about to go that they only serve', () => {
    const pods = [{ addresses: ['10.1.0.5'], conditions: { ready: false, serving: true, terminating: true } }]
    const [body] = bodies(slicesOf({ east: { pods } }), 'EndpointSlice')
    expect(listOf(body?.['endpoints'])).toMatchObject([
      { conditions: { ready: false, serving: true, terminating: true } },
    ])
  })

  test('have zone hints on every endpoint that is followed, or on none', () => {
    const service = { trafficDistribution: 'PreferClose' }
    const zoned = { addresses: ['10.1.0.5'], zone: 'a' }
    const hintsIn = (pods: Holding['pods'] = []) =>
      bodies(slicesOf({ east: { service, pods } }), 'EndpointSlice').flatMap((body) =>
        listOf(body['endpoints']).map(({ hints }) => hints),
      )
    expect(hintsIn([zoned, { addresses: ['10.1.0.6'], zone: 'b' }])).toEqual([
      { forZones: [{ name: 'a' }] },
      { forZones: [{ name: 'b' }] },
    ])
    expect(hintsIn([zoned, '10.1.0.6'])).toEqual([undefined, undefined])
  })
})

describe('endpoints that cannot be reached', () => {
  const far = { declared: { network: 'other' }, created: LATER, pods: ['10.9.0.5'] }

  test('are left out, and the import says why', () => {
    expect(of({ east: {}, west: far })).toEqual([`east IPv4 10.1.0.5 ${HTTP} followed`])
    expect(missing({ east: {}, west: far })).toBe(
      'True NoRoute: No route to the endpoints of cluster "west" (endpoints: its network is other, the asker\'s is flat; load balancer: its Service has no ingress address; gateway: the cluster declares none).',
    )
  })

  test('are left out of Headless services too', () => {
    const service = { clusterIPs: ['None'] }
    expect(of({ east: { service }, west: { ...far, service } })).toEqual([`east IPv4 10.1.0.5 ${HTTP}`])
    expect(missing({ east: { service }, west: { ...far, service } })).toBe(
      'True NoRoute: No route to the endpoints of cluster "west" (it is on network other, this cluster on network flat).',
    )
  })

  test('have the gateway of their cluster in their place, at the port of the Service', () => {
    const gateway = { addresses: ['203.0.113.7'], ports: [80] }
    const west = { ...far, declared: { network: 'other', gateway }, targets: [{ ...PORT, port: 8080 }] }
    expect(of({ east: { export: null }, west })).toEqual([`west IPv4 203.0.113.7 ${HTTP} followed`])
    expect(missing({ east: { export: null }, west })).toMatch(/^False Complete/)
  })

  test('have the nodes of their cluster in their place, at the node port', () => {
    const ports = [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 }]
    const declared = { network: 'other', reach: 'nodePort', nodeAddresses: ['192.0.2.11'] }
    const west = { ...far, declared, service: { type: 'NodePort', ports } }
    expect(of({ east: { export: null }, west })).toEqual([
      `west IPv4 192.0.2.11 ${HTTP.replace('80', '30080')} followed`,
    ])
    expect(missing({ east: { export: null }, west })).toMatch(/^False Complete/)
  })

  test('of a family that the import does not have are no route', () => {
    const gateway = { addresses: ['2001:db8::7'], ports: [80] }
    const west = { ...far, declared: { network: 'other', gateway } }
    expect(of({ east: { export: null }, west })).toEqual([])
    expect(missing({ east: { export: null }, west })).toBe(
      'True NoRoute: No route to the endpoints of cluster "west" (gateway: no address is IPv4).',
    )
  })

  test('of a cluster whose id is no label are left out, and lead nobody away from the others', () => {
    const id = `${'x'.repeat(60)}.emea`
    expect(of({ east: { declared: { weight: 0 } }, [id]: {} })).toEqual([
      `east IPv4 10.1.0.5 ${HTTP} followed`,
    ])
    expect(of({ east: {}, [id]: {} })).toEqual([`east IPv4 10.1.0.5 ${HTTP} followed`])
    expect(missing({ east: {}, [id]: {} })).toBe(
      `True ClusterIdTooLong: Cluster "${id}": an id of more than 63 characters is no label, which its EndpointSlices need.`,
    )
  })
})

describe('endpoints of a cluster that is down', () => {
  test.each(['down', 'unreachable'] as const)('(%s) leave while another has ready ones', (freshness) => {
    const holdings = { east: {}, west: { freshness, pods: ['10.2.0.5'] } }
    expect(of(holdings)).toEqual([`east IPv4 10.1.0.5 ${HTTP} followed`])
    expect(missing(holdings)).toBe(
      `True ClusterDown: Cluster "west" is ${freshness}: its endpoints are left out while other clusters have ready ones.`,
    )
  })

  test('stay while nobody else has ready ones, and the import says so', () => {
    const holdings: Record<string, Holding> = { east: { pods: [] }, west: { freshness: 'down' } }
    expect(of(holdings)).toEqual([`west IPv4 10.1.0.5 ${HTTP} followed`])
    expect(missing(holdings)).toBe(
      'True StaleEndpoints: Cluster "west" is down: its last known endpoints stay, since no other cluster has ready ones.',
    )
  })

  test('stay for a port that nobody else has', () => {
    const alt = { name: 'alt', protocol: 'TCP', port: 4242 }
    const ports = { service: { ports: [PORT, alt] }, targets: [PORT, alt] }
    const holdings: Record<string, Holding> = {
      east: {},
      west: { ...ports, freshness: 'down', pods: ['10.2.0.5'] },
    }
    expect(of(holdings)).toEqual([
      `east IPv4 10.1.0.5 ${HTTP} followed`,
      'west IPv4 10.2.0.5 alt:4242/TCP followed',
    ])
  })

  test('several troubles are said together, in one order', () => {
    const holdings: Record<string, Holding> = {
      east: {},
      west: { freshness: 'down' },
      north: { declared: { network: 'other' } },
    }
    expect(missing(holdings)).toMatch(/^True NoRoute,ClusterDown: /)
  })
})

describe('many endpoints', () => {
  const pods = (count: number) => Array.from({ length: count }, (_, i) => `10.1.${i >> 8}.${i & 255}`)
  const namesOf = (count: number, but: string | null = null) => {
    const all = slicesOf({ east: { pods: pods(count).filter((pod) => pod !== but) } })
    return new Map(bodies(all, 'EndpointSlice').map((body) => [memberOf(body, 'metadata')['name'], body]))
  }

  test('are in slices of at most a hundred', () => {
    const sizes = [...namesOf(1000).values()].map((body) => listOf(body['endpoints']).length)
    expect(sizes.reduce((a, b) => a + b)).toBe(1000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
    expect(sizes.length).toBeLessThan(25)
  })

  test('touch one slice when one of them goes', () => {
    const [before, after] = [namesOf(1000), namesOf(1000, '10.1.2.7')]
    const changed = [...before].filter(
      ([name, body]) => JSON.stringify(after.get(name)) !== JSON.stringify(body),
    )
    expect(changed).toHaveLength(1)
    expect([...after.keys()].filter((name) => !before.has(name))).toEqual([])
  })

  test('keep their slices when it is another cluster that clients are led to', () => {
    const led = (to: string) => {
      const routing = { services: { 'shop/cart': { weights: { [to]: 1 } } } }
      return slicesOf({ north: { export: null }, east: {}, west: {} }, 'north', { routing })
    }
    const names = (to: string) => led(to).objects.map(({ name }) => name)
    expect(printedSlices(led('east'))).not.toEqual(printedSlices(led('west')))
    expect(names('east')).toEqual(names('west'))
  })
})
