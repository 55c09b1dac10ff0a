import { describe, expect, test } from 'vitest'
import {
  conditionsIn,
  fresh,
  type Holding,
  NOW,
  PORT,
  printedConditions,
  RULES,
  type Stage,
  stage,
  wants,
} from './ground.ts'

const of = (at: Stage, cluster = 'east') =>
  printedConditions(wants(at, fresh(cluster)), 'ServiceExport/status')

const LATER = '2026-02-01T00:00:00Z'

describe('conditions of a ServiceExport', () => {
  test('one that counts is valid and ready, agrees with the others, and has no foreign imports', () => {
    expect(of(stage({ east: {}, west: { created: LATER } }))).toEqual([
      'Valid=True Valid: Its Service is exported.',
      'Ready=True Ready: Other clusters can import it.',
      'Conflict=False NoConflicts: All clusters that export it agree.',
      'meridian-dns.io/ForeignImport=False NoForeignImport: No ServiceImport of this name is known that somebody else wrote.',
    ])
  })

  test.each<[string, Holding, string]>([
    [
      'without a Service',
      { service: null },
      'Valid=False NoService: There is no Service "cart" in namespace "shop".',
    ],
    [
      'of an ExternalName',
      { service: { type: 'ExternalName', clusterIPs: [], externalName: 'example.com' } },
      'Valid=False InvalidServiceType: Service "cart" is of type ExternalName, which cannot be exported.',
    ],
    [
      'of a namespace that may not export',
      { declared: { exports: { namespaces: { deny: ['shop'] } } } },
      'Valid=False NamespaceDenied: The exports.namespaces of cluster "east" do not admit namespace "shop".',
    ],
  ])('one %s is not valid, so neither ready nor in conflict', (_, holding, valid) => {
    expect(of(stage({ east: holding })).slice(0, 3)).toEqual([
      valid,
      'Ready=False Failed: It is not exported: see condition Valid.',
      'Conflict=False NoConflicts: It is not exported, so it disagrees with nobody.',
    ])
  })

  test('conflicts stand on all exports, with every reason, the winning values and who disagrees', () => {
    const at = stage({
      east: {},
      west: {
        created: LATER,
        service: {
          sessionAffinity: 'ClientIP',
          ports: [
            { ...PORT, port: 81 },
            { ...PORT, name: 'alt' },
          ],
        },
      },
    })
    const conflict =
      'Conflict=True PortConflict,SessionAffinityConflict: ' +
      'Conflicting ports. Using the union, and "http:80/TCP" from oldest service export in "east" where they clash. 1/2 clusters disagree. Disagreeing: "west". ' +
      'Conflicting session affinity. Using "None" from oldest service export in "east". 1/2 clusters disagree. Disagreeing: "west".'
    expect(of(at, 'east')[2]).toBe(conflict)
    expect(of(at, 'west')[2]).toBe(conflict)
  })

  test('a conflict says which exports do not say when they were made', () => {
    const at = stage({ east: {}, west: { created: null, service: { sessionAffinity: 'ClientIP' } } })
    expect(of(at, 'east')[2]).toBe(
      'Conflict=True SessionAffinityConflict: Conflicting session affinity. Using "None" from oldest service export in "east". 1/2 clusters disagree. Disagreeing: "west". ' +
        'Without a creationTimestamp, and so last, by cluster id: "west".',
    )
  })

  test('one of another type takes no part, and says where the reason stands', () => {
    const at = stage({ east: {}, west: { created: LATER, service: { clusterIPs: ['None'] } } })
    expect(of(at, 'west').slice(0, 3)).toEqual([
      'Valid=True Valid: Its Service is exported.',
      'Ready=False Failed: It takes no part in the service: see condition Conflict.',
      'Conflict=True TypeConflict: Conflicting type. Using "ClusterSetIP" from oldest service export in "east". 1/2 clusters disagree. Disagreeing: "west".',
    ])
    expect(of(at, 'east')[1]).toBe('Ready=True Ready: Other clusters can import it.')
  })

  test('one that is reached by a load balancer waits for the address of that', () => {
    const declared = { reach: 'loadBalancer' }
    expect(of(stage({ east: { declared } }))[1]).toBe(
      'Ready=False Pending: Other clusters reach it by its load balancer, which has no address yet.',
    )
  })

  test('what of it cannot be used is said with Valid', () => {
    const spec = { exportedLabels: { 'no label': 'x', fine: 'y' } }
    expect(of(stage({ east: { export: { spec } } }))[0]).toBe(
      'Valid=True Valid: Its Service is exported. Ignored: exportedLabels: "no label: x" is no label.',
    )
  })

  test('imports of others are named, wherever they stand', () => {
    const foreign = {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceImport',
      metadata: { namespace: 'shop', name: 'cart' },
      spec: { type: 'ClusterSetIP', ports: [] },
    }
    expect(of(stage({ east: {}, west: { export: null, more: [foreign] } }))[3]).toBe(
      'meridian-dns.io/ForeignImport=True NotMeridians: The ServiceImport of this name in "west" is not Meridian\'s, which leaves it alone.',
    )
  })

  test('a status that stands keeps its time, another gets the present second', () => {
    const standing = { type: 'Valid', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }
    const other = { type: 'Ready', status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z' }
    const here = fresh('east', { export: { generation: 3, conditions: [standing, other] } })
    const found = conditionsIn(wants(stage({ east: {} }), here, RULES, NOW + 1500), 'ServiceExport/status')
    expect(found.slice(0, 2).map((one) => [one['lastTransitionTime'], one['observedGeneration']])).toEqual([
      ['2026-01-01T00:00:00Z', 3],
      ['2026-11-22T14:05:01Z', 3],
    ])
  })

  test('where there is no ServiceExport, or none that is seen yet, nothing is said', () => {
    expect(of(stage({ east: { export: null }, west: {} }))).toEqual([])
    const at = stage({ east: {} })
    expect(printedConditions(wants(at, fresh('east', { export: null })), 'ServiceExport/status')).toEqual([])
  })
})
