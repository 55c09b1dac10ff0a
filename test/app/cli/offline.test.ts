import { expect, test } from 'vitest'
import { type Given, offlineOf } from './clusterset.ts'

const ENTRY = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: one, namespace: istio-system}
spec:
  hosts: [web.shop.svc.west.local]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: 192.0.2.9}]
`

const namespace = (share: boolean): string =>
  `{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {share: "${share}"}}}\n`

const SELECTOR = 'exports: {namespaces: {selector: share=true}}'

const ISTIO = 'istio: {cluster: east, entries: {export: true}}\n'

/** What is exported of shop/web, with the clusters in this order. */
async function exportsIn(order: readonly string[], clusters: Readonly<Record<string, Given>>) {
  const inOrder = Object.fromEntries(order.map((id) => [id, clusters[id] ?? { files: null }]))
  const { world } = await offlineOf(inOrder, ISTIO)
  return world.entries.get('shop/web')?.exports.map(({ cluster, kind }) => `${cluster}: ${kind}`)
}

const ORDERS = [
  ['east', 'west'],
  ['west', 'east'],
]

test.each(ORDERS)(
  'a ServiceEntry exports for a cluster that has nothing of the name: %s, %s',
  async (...order) => {
    const clusters = { east: { files: { 'a.yaml': ENTRY } }, west: { files: {} } }
    expect(await exportsIn(order, { ...clusters, west: { files: { 'a.yaml': namespace(true) } } })).toEqual([
      'west: valid',
    ])
    expect(await exportsIn(order, { ...clusters, west: { files: null } })).toEqual(['west: valid'])
  },
)

test.each(ORDERS)('and not where its Namespace is not admitted there: %s, %s', async (...order) => {
  const of = (share: boolean) => ({
    east: { files: { 'a.yaml': ENTRY } },
    west: { keys: SELECTOR, files: { 'a.yaml': namespace(share) } },
  })
  expect(await exportsIn(order, of(false))).toEqual(['west: namespaceDenied'])
  expect(await exportsIn(order, of(true))).toEqual(['west: valid'])
})
