import { expect, test } from 'vitest'
import {
  EXPORT,
  FEDERATED_SERVICE,
  KARMADA_CLUSTER,
  KUBEFED_CLUSTER,
  type KubeObject,
  MULTI_CLUSTER_SERVICE,
  parseAs,
  RESOURCE_BINDING,
  type RowOf,
} from '../../../src/words/kube/index.ts'

function parsed<T extends KubeObject>(row: RowOf<T>, fields: object): T {
  const read = parseAs(row, { metadata: { namespace: 'shop', name: 'web' }, ...fields })
  if (read.outcome === 'problem' || !row.is(read.object)) throw new Error('it cannot be read')
  return read.object
}

const listOf = <T>(count: number, one: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => one(i))

/** At a bound, one beyond, ten times it. */
const about = (bound: number) => [bound, bound + 1, bound * 10].map((count) => [count, bound] as const)

test.each(about(10_000))(
  'of %i clusters of a binding, its weights and a provider list %i count',
  (count, kept) => {
    const spec = {
      resource: { kind: 'Deployment', name: 'web' },
      clusters: listOf(count, (i) => ({ name: `c${i}`, replicas: 1 })),
      placement: {
        replicaScheduling: {
          replicaDivisionPreference: 'Weighted',
          weightPreference: {
            staticWeightList: listOf(count, (i) => ({
              targetCluster: { clusterNames: [`c${i}`] },
              weight: 1,
            })),
          },
        },
      },
    }
    const { clusters, weights, flaws = [] } = parsed(RESOURCE_BINDING, { spec })
    expect([clusters.length, weights?.length]).toEqual([kept, kept])
    const told = flaws.filter((flaw) => flaw.includes('is not one of the first 10000'))
    expect(told).toHaveLength(count > kept ? 2 : 0)
    const providerClusters = listOf(count, (i) => ({ name: `c${i}` }))
    const { providers } = parsed(MULTI_CLUSTER_SERVICE, {
      spec: { types: ['CrossCluster'], providerClusters },
    })
    expect(providers).toHaveLength(kept)
  },
)

test.each(about(100))('of %i zones and taints of a Cluster %i count', (count, kept) => {
  const spec = {
    zones: listOf(count, (i) => `z${i}`),
    taints: listOf(count, (i) => ({ key: `k${i}`, effect: 'NoExecute' })),
  }
  const { zones, taints } = parsed(KARMADA_CLUSTER, { metadata: { name: 'east' }, spec })
  expect([zones.length, taints.length]).toEqual([kept, kept])
})

/** Of a selector that cannot be read whole nothing is. */
test.each([
  ['requirements', 100],
  ['values', 1000],
] as const)('a selector with more %s than %i selects nothing', (what, bound) => {
  for (const [count] of about(bound)) {
    const matchExpressions =
      what === 'values'
        ? [{ key: 'a', operator: 'In', values: listOf(count, (i) => `v${i}`) }]
        : listOf(count, (i) => ({ key: `k${i}`, operator: 'Exists' }))
    const spec = { placement: { clusterSelector: { matchExpressions } } }
    const read = parseAs(FEDERATED_SERVICE, { metadata: { namespace: 'shop', name: 'web' }, spec })
    const isRead =
      read.outcome !== 'problem' &&
      FEDERATED_SERVICE.is(read.object) &&
      read.object.placement.selector !== null
    expect([count, isRead]).toEqual([count, count <= bound])
  }
})

test.each(about(20))(
  'of %i conditions of a KubeFedCluster %i are read, and one with more disabled validations is not',
  (count, kept) => {
    const spec = { apiEndpoint: 'https://h', secretRef: { name: 's' } }
    const status = {
      conditions: listOf(count, (i) => ({ type: `t${i}`, status: 'True', message: 'x'.repeat(10 * count) })),
    }
    const { conditions } = parsed(KUBEFED_CLUSTER, { spec, status })
    expect(conditions).toHaveLength(kept)
    for (const { message } of conditions) expect(message.length).toBeLessThanOrEqual(201)
    const disabledTLSValidations = listOf(count, (i) => `v${i}`)
    const metadata = { namespace: 'shop', name: 'web' }
    const { outcome } = parseAs(KUBEFED_CLUSTER, { metadata, spec: { ...spec, disabledTLSValidations } })
    expect(outcome).toBe(count <= kept ? 'object' : 'problem')
  },
)

test.each(about(16_384))('an annotation of %i characters says a policy up to %i', (count, bound) => {
  const annotations = { 'meridian-dns.io/failover': `{us-east-1: us-west-1}${' '.repeat(count - 22)}` }
  const metadata = { namespace: 'shop', name: 'web', annotations }
  const [part = {}] = Object.values(parsed(EXPORT, { metadata }).policy ?? {})
  if (count <= bound) expect(part).toHaveProperty('value')
  else expect(part).toEqual({ problem: `it has ${count} characters, and may have ${bound}` })
})
