import { expect, test } from 'vitest'
import { withHostNamesResolved } from '../../../../src/app/cli/check/hostnames.ts'
import { portFindings, strandedPlaces } from '../../../../src/app/cli/check/ports.ts'
import { offlineOf } from '../clusterset.ts'

const entry = (name: string, port: number, endpoint: object): string =>
  JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace: 'istio-system' },
    spec: {
      hosts: ['db.shop.global'],
      ports: [{ number: port, name: `p${port}`, protocol: 'TCP' }],
      resolution: 'DNS',
      endpoints: [endpoint],
    },
  })

const offlineWith = (files: Readonly<Record<string, string>>) =>
  offlineOf({ 'cluster-east': { keys: 'network: a', files } }, 'istio: {cluster: cluster-east}\n')

const entryOf = async (files: Readonly<Record<string, string>>) => {
  const { world } = await offlineWith(files)
  const found = world.entries.get('shop/db')
  if (found === undefined) throw new Error('nobody holds it')
  return { found, world }
}

test('a place outside of clusters that lacks a port of its service is told of as a cluster is', async () => {
  const { found, world } = await entryOf({
    'a.yaml': entry('a', 80, { address: '192.0.2.1' }),
    'b.yaml': entry('b', 443, { address: '192.0.2.2', locality: 'us-east-1' }),
  })
  const [first] = portFindings(found, world)
  expect(first?.finding).toContain('outside has no port p443:443/TCP, us-east-1 has no port p80:80/TCP')
  const alike = await entryOf({ 'a.yaml': entry('a', 80, { address: '192.0.2.1' }) })
  expect(portFindings(alike.found, alike.world)).toEqual([])
})

test.each([
  [
    'nowhere',
    ['no cluster is on the network of outside (network nowhere), so nobody reaches what stands there'],
  ],
  ['a', []],
  ['', []],
])('of a place on network "%s" it is told whether no client reaches it', async (network, findings) => {
  const { found, world } = await entryOf({ 'a.yaml': entry('a', 80, { address: '192.0.2.1', network }) })
  expect(strandedPlaces(found, world).map(({ finding }) => finding)).toEqual(findings)
})

test('a host name that does not resolve is told with the ServiceEntry in which it stands', async () => {
  const offline = await offlineWith({ 'a.yaml': entry('a', 80, { address: 'nosuch.invalid' }) })
  const { findings } = await withHostNamesResolved(offline, () => Promise.reject(new Error('NXDOMAIN')))
  expect(findings.map(({ subject, finding }) => [subject, finding.split(' does ')[0]])).toEqual([
    ['nosuch.invalid', 'the host name of an endpoint of ServiceEntry istio-system/a'],
  ])
})
