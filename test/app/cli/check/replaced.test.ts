import { expect, test } from 'vitest'
import { entriesOf } from '../../../../src/app/cli/check/reach.ts'
import { replacedSettings } from '../../../../src/app/cli/check/replaced.ts'
import { offlineOf, service } from '../clusterset.ts'

// What routing says in general is a default: check names each service that something else decides for, and what.

const rule = (host: string) =>
  JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: host, namespace: 'shop' },
    spec: { host, trafficPolicy: { loadBalancer: { localityLbSetting: {} } } },
  })

async function found(routing: string, hosts: readonly string[]) {
  const files = {
    'all.yaml': [...hosts.map((host) => service({ key: `shop/${host}` })), ...hosts.map(rule)].join(
      '\n---\n',
    ),
  }
  const { world } = await offlineOf(
    { east: { keys: 'locality: us-east-1', files } },
    `local: {cluster: east}\nistio: {cluster: east}\nrouting: ${routing}`,
  )
  return replacedSettings(entriesOf(world), world).map(({ subject, finding }) => `${subject}: ${finding}`)
}

const GENERAL = 'distribute: [{from: us-east-1, to: {eu-1: 100}}], failover: [{from: us-east-1, to: eu-1}]'

test('each general key is told once, with the services and what decides there', async () => {
  expect(await found(`{${GENERAL}}`, ['cart', 'web'])).toEqual([
    'routing.distribute: what it says in general is replaced for 2 services: shop/cart by DestinationRule shop/cart, shop/web by DestinationRule shop/web',
    'routing.failover: what it says in general is replaced for 2 services: shop/cart by DestinationRule shop/cart, shop/web by DestinationRule shop/web',
  ])
})

test.each([
  ['where nothing is said in general', '{}'],
  ['where it is for clients elsewhere', '{distribute: [{from: ap-1, to: {eu-1: 100}}]}'],
  [
    'where meridian.yaml itself says more of the service',
    `{${GENERAL}, services: {shop/cart: {distribute: [], failover: []}}}`,
  ],
])('nothing is told %s', async (_where, routing) => {
  expect(await found(routing, ['cart'])).toEqual([])
})

test('of many services the first are named', async () => {
  const many = Array.from({ length: 60 }, (_, i) => `s${i + 10}`)
  const [first = ''] = await found(`{${GENERAL}}`, many)
  expect(first).toContain('replaced for 60 services: shop/s10 by')
  expect(first.length).toBeLessThan(400)
})
