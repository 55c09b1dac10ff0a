import { expect, test } from 'vitest'
import { printRemark } from '../../../src/world/inventory/index.ts'
import { made } from '../../support/world.ts'

/** The remarks on an export whose ServiceExport has such annotations, and on another beside it. */
function remarksOf(annotations: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const metadata = { name: 'web', namespace: 'default' }
  const items = (own: object) => [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'ClusterIP', clusterIP: '10.101.0.1', ports: [{ port: 80 }] },
    },
    { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata: { ...metadata, ...own } },
  ]
  const file = (own: object): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items(own) })
  const { world } = made({
    clusters: { bad: { 'web.json': file({ annotations }) }, good: { 'web.json': file({}) } },
  })
  const { exports = [] } = world.entries.get('default/web') ?? {}
  return exports.map((one) => (one.kind === 'valid' ? one.remarks.map(printRemark) : ['not valid']))
}

test.each([
  ['weight', 'is not a whole number from 0 up'],
  ['reach', 'is none of auto, clusterIP, endpoints, loadBalancer, gateway, nodePort'],
])('of an annotation that is no %s the first 64 characters are quoted', (name, why) => {
  for (const length of [63, 64, 65, 640]) {
    const [bad, good] = remarksOf({ [`meridian-dns.io/${name}`]: '\x7f'.repeat(length) })
    const quoted = length <= 64 ? '\\x7f'.repeat(length) : `${'\\x7f'.repeat(63)}…`
    expect(bad).toEqual([`meridian-dns.io/${name}: "${quoted}" ${why}`])
    expect(good).toEqual([])
  }
})
