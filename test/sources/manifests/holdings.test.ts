import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileHoldings, identityOf, idOf } from '../../../src/sources/manifests/holdings.ts'
import { type KubeObject, parseObject } from '../../../src/words/kube/index.ts'

function exportOf(name: string, weight: string): KubeObject {
  const metadata = { name, annotations: { 'meridian-dns.io/weight': weight } }
  const parsed = parseObject({ apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata })
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return parsed.object
}

const held = (objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> =>
  new Map(objects.map((object) => [idOf(identityOf(object)), object]))

const A = () => exportOf('a', '1')

test('an object that moves from one file to another between two looks is no change', () => {
  const holdings = new FileHoldings()
  holdings.replace('x.yaml', held([A()]))
  expect(holdings.changes()).toEqual([{ op: 'put', object: A() }])
  holdings.replace('x.yaml', held([]))
  holdings.replace('y.yaml', held([A()]))
  expect(holdings.changes()).toEqual([])
})

test('an equal object keeps its identity', () => {
  const holdings = new FileHoldings()
  const first = A()
  holdings.replace('x.yaml', held([first]))
  holdings.replace('x.yaml', held([A()]))
  expect(holdings.of('x.yaml').get('ServiceExport default/a')).toBe(first)
})

test('the later path wins, and a problem names both', () => {
  const holdings = new FileHoldings()
  holdings.replace('y.yaml', held([exportOf('a', '2')]))
  holdings.replace('x.yaml', held([A()]))
  expect(holdings.changes()).toEqual([{ op: 'put', object: exportOf('a', '2') }])
  expect(holdings.contested()).toEqual([
    { place: 'y.yaml', message: 'ServiceExport default/a is in x.yaml too; the one here counts: remove one' },
  ])
  holdings.replace('y.yaml', held([]))
  expect(holdings.changes()).toEqual([{ op: 'put', object: A() }])
  expect(holdings.contested()).toEqual([])
})

const replacement = fc.record({
  file: fc.constantFrom('x.yaml', 'y.yaml', 'z.yaml'),
  objects: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2')),
  look: fc.boolean(),
})

test('changes added up equal what the files hold, whatever the order of replacements', () => {
  fc.assert(
    fc.property(fc.array(replacement), (replacements) => {
      const holdings = new FileHoldings()
      const files = new Map<string, ReadonlyMap<string, KubeObject>>()
      const told = new Map<string, KubeObject>()
      for (const { file, objects, look } of [...replacements, { file: 'x.yaml', objects: {}, look: true }]) {
        const now = held(Object.entries(objects).map(([name, weight]) => exportOf(name, weight)))
        files.set(file, now)
        holdings.replace(file, now)
        for (const change of look ? holdings.changes() : []) {
          if (change.op === 'put') told.set(idOf(identityOf(change.object)), change.object)
          else if (change.op === 'delete') told.delete(idOf(change))
        }
      }
      const scratch = ['x.yaml', 'y.yaml', 'z.yaml'].flatMap((file) => [...(files.get(file) ?? [])])
      expect(told).toEqual(new Map(scratch))
    }),
  )
})

test.each([2, 4, 5, 40, 20_000])(
  'of %i files that hold one object the last by path counts, and three others are named',
  (count) => {
    const holdings = new FileHoldings()
    const told = A()
    const files = Array.from({ length: count }, (_, i) => `f${String(i).padStart(5, '0')}.yaml`)
    for (const file of files.toReversed()) holdings.replace(file, held([told]))
    const [problem, ...more] = holdings.contested()
    expect(more).toEqual([])
    expect(problem?.place).toBe(files.at(-1))
    const others =
      files.slice(0, Math.min(3, count - 1)).join(', ') + (count > 4 ? `, ${count - 4} more` : '')
    expect(problem?.message).toBe(
      `ServiceExport default/a is in ${others} too; the one here counts: remove one`,
    )
  },
)
