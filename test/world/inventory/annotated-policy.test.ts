import { describe, expect, test } from 'vitest'
import { explainName } from '../../../src/app/admin/index.ts'
import { printExplained } from '../../../src/app/cli/print-explained.ts'
import { ConfigError, parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { partsOf, Replica, wholeUpdate } from '../../../src/server/replica/index.ts'
import type { ServicePolicy } from '../../../src/words/clusterset/index.ts'
import { EXPORT, parseObject } from '../../../src/words/kube/index.ts'
import { annotatedPolicy } from '../../../src/world/inventory/annotated-policy.ts'
import { asAnswered } from '../../support/answered.ts'
import { eastAndWest, exported } from '../../support/manifests.ts'
import { NOBODY } from '../../support/members.ts'
import { objectsOf } from '../../support/objects.ts'
import { identityOf } from '../../support/values.ts'

const PARTS = {
  weights: 'weights',
  distribute: 'distribute',
  failover: 'failover',
  minHealthy: 'min-healthy',
} as const

type Part = keyof typeof PARTS

/** What an annotation of a ServiceExport comes to. */
function annotated(part: Part, text: string) {
  const annotations = { [`meridian-dns.io/${PARTS[part]}`]: text }
  const metadata = { namespace: 'shop', name: 'web', annotations }
  const parsed = parseObject({ apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata })
  if (parsed.outcome !== 'object' || !EXPORT.is(parsed.object)) throw new Error('no ServiceExport')
  return annotatedPolicy(parsed.object.policy ?? {})
}

/** What the same words come to in the configuration; undefined: it refuses them. */
function configured(part: Part, text: string): ServicePolicy | undefined {
  const indented = text.replaceAll('\n', '\n        ')
  const yaml = `clusters: [${['east', 'west', 'c1.emea'].map((id) => `{id: ${id}, source: {manifests: ./${id}}}`)}]
routing:
  services:
    shop/web:
      ${part}:
        ${indented}
`
  try {
    return parseConfig(yaml, 'meridian.yaml').routing.services.get('shop/web')
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}

describe('an annotation of a ServiceExport', () => {
  test.each<[Part, string]>([
    ['weights', '{east: 70, west: 30}'],
    ['weights', '{"c1.emea": 0}'],
    ['weights', 'east: 1000000\nwest: 0'],
    ['weights', '{east: 1000001}'],
    ['weights', '{east: -1}'],
    ['weights', '{east: 1.5}'],
    ['weights', '{east: "1"}'],
    ['weights', '{East: 1}'],
    ['weights', '{a.b.c: 1}'],
    ['weights', '{}'],
    ['weights', '[]'],
    ['weights', '70'],
    ['distribute', '[]'],
    ['distribute', '[{from: "*", to: {"*": 1}}]'],
    ['distribute', '- from: us-east-1\n  to:\n    us-east-1/a: 80\n    us-east-1: 20\n    "*": 0'],
    ['distribute', '[{from: us-east-1, to: {us-east-1: 0}}]'],
    ['distribute', '[{from: us-east-1, to: {}}]'],
    ['distribute', '[{from: us-east-1, to: {us-east-1: 1, "us-east-1/*": 2}}]'],
    ['distribute', '[{from: us-east-1, to: {"*": 1}}, {from: us-east-1/*, to: {"*": 2}}]'],
    ['distribute', '[{from: a/b/c/d, to: {"*": 1}}]'],
    ['distribute', '[{from: us-east-1}]'],
    ['distribute', '[{to: {"*": 1}}]'],
    ['distribute', '[{from: "*", to: {"*": 1}, more: 1}]'],
    ['distribute', '{from: "*", to: {"*": 1}}'],
    ['distribute', '[x]'],
    ['failover', '[]'],
    ['failover', '[{from: a, to: b}, {from: a, to: c}]'],
    ['failover', '[{from: a, to: a}]'],
    ['failover', '[{from: a/b, to: c}]'],
    ['failover', '[{from: "*", to: c}]'],
    ['failover', '[{from: 1, to: 2}]'],
    ['minHealthy', '1'],
    ['minHealthy', '1000000'],
    ['minHealthy', '1000001'],
    ['minHealthy', '0'],
    ['minHealthy', '1.5'],
    ['minHealthy', '1%'],
    ['minHealthy', '"100%"'],
    ['minHealthy', '101%'],
    ['minHealthy', '0%'],
    ['minHealthy', 'half'],
    ['minHealthy', '[1]'],
  ])('%s: %j says what it says in the configuration, and is refused where that is', (part, text) => {
    const { policy, remarks } = annotated(part, text)
    expect(policy?.[part]).toEqual(configured(part, text)?.[part] ?? undefined)
    expect(remarks).toHaveLength(policy === undefined ? 1 : 0)
  })

  test.each([
    [16_384, true],
    [16_385, false],
    [250_000, false],
  ])('of %i characters is read: %s', (characters, isRead) => {
    const { policy, remarks } = annotated('weights', '{east: 70}'.padEnd(characters, ' '))
    expect(policy?.weights?.get('east')).toBe(isRead ? 70 : undefined)
    expect(remarks).toEqual(
      isRead ? [] : [`meridian-dns.io/weights: it has ${characters} characters, and may have 16384`],
    )
  })

  test('of hundreds of localities is read, and one of ten times as many told', () => {
    const of = (count: number) =>
      JSON.stringify([
        { from: '*', to: Object.fromEntries(Array.from({ length: count }, (_, i) => [`r${i}/z`, i + 1])) },
      ])
    expect(annotated('distribute', of(1000)).policy?.distribute?.[0]?.to).toHaveLength(1000)
    expect(annotated('distribute', of(10_000)).policy).toBeUndefined()
  })

  test('that is not there is nothing that is kept', () => {
    const [made] = objectsOf(exported({ name: 'web', clusterIP: '10.96.0.1', pods: [] })).filter(EXPORT.is)
    expect(made).not.toHaveProperty('policy')
  })
})

const planWith = (allow: readonly string[]) => planOf(parseConfig(eastAndWest({ allow }), 'meridian.yaml'))

describe('what a ServiceExport says of routing', () => {
  function start(): Flow {
    const flow = new Flow(planWith(['policies']), NOBODY, 0)
    const metadata = { annotations: { 'meridian-dns.io/weights': '{west: 1}' } }
    for (const [i, id] of ['east', 'west'].entries()) {
      const list = exported({ name: 'web', clusterIP: `10.10${i}.0.1`, pods: [`10.${i}.0.5`] })
      const objects = id === 'west' ? objectsOf(list, 'ServiceExport', { metadata }) : objectsOf(list)
      flow.changed(
        id,
        objects.map((object) => ({ op: 'put', object }) as const),
        0,
      )
      flow.state(id, { kind: 'live', heard: 0 }, false, 0)
    }
    return flow
  }

  const pageOf = (flow: Flow): string =>
    printExplained(
      explainName({ snapshot: flow.world, map: [], identity: identityOf() }, { name: 'default/web' }),
      false,
    )

  test('holds for clients of others as long as its cluster may, and crosses to replicas', async () => {
    const flow = start()
    expect(pageOf(flow)).toContain('weights: from the ServiceExport in west')
    const replica = new Replica(structuredClone(partsOf(flow.world)))
    replica.apply(structuredClone(wholeUpdate(flow.world)))
    const entry = flow.world.entries.get('default/web')
    expect(entry?.policies).toHaveLength(2)
    expect(replica.snapshot.entries.get('default/web')).toEqual(entry && asAnswered(entry))
    await flow.adopt(planWith([]), () => 0)
    expect(pageOf(flow)).toContain(
      'weights: not from the ServiceExport in west, which speaks for clients of west alone',
    )
    expect(flow.world.entries.get('default/web')?.policies).toHaveLength(1)
  })
})
