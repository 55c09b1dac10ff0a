import { describe, expect, test } from 'vitest'
import type { Port } from '../../../src/words/kube/index.ts'
import type { ValidExport } from '../../../src/world/inventory/index.ts'
import { synthesize } from '../../../src/world/synthesis/index.ts'
import { exported } from '../../support/manifests.ts'
import { made } from '../../support/world.ts'

const { world } = made({
  clusters: { good: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) } },
})
const [good] = (world.entries.get('default/web')?.exports ?? []).filter(
  (one): one is ValidExport => one.kind === 'valid',
)
if (good === undefined) throw new Error('no export')

/** A value, and how often something of it was looked at. */
function watched<T extends object>(value: T): { readonly value: T; readonly looks: () => number } {
  let looks = 0
  const look = () => {
    looks++
  }
  const watching = new Proxy(value, {
    get: (of, name, self) => {
      if (name !== 'length' && name !== 'constructor') look()
      return Reflect.get(of, name, self)
    },
    ownKeys: (of) => {
      look()
      return Reflect.ownKeys(of)
    },
  })
  return { value: watching, looks: () => looks }
}

const pairsOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))

const portsOf = (count: number): readonly Port[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `p${i}`,
    protocol: 'TCP' as const,
    port: 1000 + i,
    appProtocol: 'example.com/x'.padEnd(317, 'x'),
  }))

/** The good cluster's own change, which is of neither labels nor ports. */
const changed = (i: number): ValidExport => ({ ...good, createdAt: 1000 + i })

const orders: readonly (readonly [string, (bad: ValidExport, i: number) => readonly ValidExport[]])[] = [
  ['older', (bad, i) => [bad, changed(i)]],
  ['younger', (bad, i) => [changed(i), bad]],
]

describe.each(orders)('an export that is %s', (_which, exportsOf) => {
  test.each([9, 90, 900, 9000])(
    'of %i labels and annotations is looked through once, whoever changes',
    (count) => {
      const [labels, annotations] = [watched(pairsOf(count)), watched(pairsOf(count))]
      const bad = { ...good, cluster: 'bad', labels: labels.value, annotations: annotations.value }
      const first = synthesize(exportsOf(bad, 0))
      const looks = [labels.looks(), annotations.looks()]
      for (let i = 1; i <= 10; i++) {
        const next = synthesize(exportsOf(bad, i))
        expect(next?.conflicts).toEqual(first?.conflicts)
        expect(next?.conflicts.map(({ reason }) => reason)).toEqual(['LabelsConflict', 'AnnotationsConflict'])
      }
      expect([labels.looks(), annotations.looks()]).toEqual(looks)
    },
  )

  test.each([9, 90, 900, 1000])('of %i ports has them looked through once, whoever changes', (count) => {
    const ports = watched(portsOf(count))
    const bad = { ...good, cluster: 'bad', ports: ports.value }
    const first = synthesize(exportsOf(bad, 0))
    const looks = ports.looks()
    for (let i = 1; i <= 10; i++) {
      const next = synthesize(exportsOf(bad, i))
      expect(next?.ports).toBe(first?.ports)
      expect(next?.conflicts).toEqual(first?.conflicts)
      expect(next?.conflicts.map(({ reason }) => reason)).toEqual(['PortConflict'])
    }
    // Whether one of its ports is among the union's is asked each time: the first is.
    expect(ports.looks() - looks).toBeLessThanOrEqual(10 * 4)
  })
})

test('labels are alike in whatever order, and apart by one value, one key, or one more', () => {
  const bad = (labels: Readonly<Record<string, string>>) => ({ ...good, cluster: 'bad', labels })
  const own = { ...good, labels: { a: '1', b: '2' } }
  const conflictsWith = (labels: Readonly<Record<string, string>>) =>
    synthesize([own, bad(labels)])?.conflicts.map(({ reason }) => reason)
  expect(conflictsWith({ b: '2', a: '1' })).toEqual([])
  expect(conflictsWith({ a: '1', b: '3' })).toEqual(['LabelsConflict'])
  expect(conflictsWith({ a: '1', c: '2' })).toEqual(['LabelsConflict'])
  expect(conflictsWith({ a: '1' })).toEqual(['LabelsConflict'])
  expect(conflictsWith({ a: '1', b: '2', c: '3' })).toEqual(['LabelsConflict'])
  expect(conflictsWith({ a: '1', toString: '2' })).toEqual(['LabelsConflict'])
})

test('ports are alike in whatever order, and apart by an application protocol', () => {
  const ports = portsOf(20)
  const other = ports.map((port, i) => (i === 7 ? { ...port, appProtocol: 'h2c' } : port))
  const conflictsWith = (theirs: readonly Port[]) =>
    synthesize([
      { ...good, ports },
      { ...good, cluster: 'bad', ports: theirs },
    ])?.conflicts.map(({ reason }) => reason)
  expect(conflictsWith(ports.toReversed())).toEqual([])
  expect(conflictsWith(other)).toEqual(['PortConflict'])
  expect(conflictsWith(ports.slice(1))).toEqual(['PortConflict'])
})
