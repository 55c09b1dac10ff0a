import { describe, expect, test } from 'vitest'
import { MOST_CHARACTERS, withBriefTags } from '../../../src/sources/reader/brief-tags.ts'
import { parseObject, type Reported } from '../../../src/words/kube/index.ts'

function exportWith(exportedAnnotations: Readonly<Record<string, string>>): Reported {
  const parsed = parseObject({
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceExport',
    metadata: { namespace: 'shop', name: 'cart' },
    spec: { exportedAnnotations },
  })
  if (parsed.outcome !== 'object') throw new Error('no export')
  return parsed.object
}

describe('what an export carries for others, where nothing is written', () => {
  test.each([0, 1, MOST_CHARACTERS - 1])('is kept as it is with %i characters', (n) => {
    const told = exportWith({ a: 'x'.repeat(n) })
    expect(withBriefTags(told)).toBe(told)
  })

  test.each([MOST_CHARACTERS, 10 * MOST_CHARACTERS])('is only comparable with %i and a key', (n) => {
    const [one, same, other] = ['x', 'x', 'y'].map((c) => withBriefTags(exportWith({ a: c.repeat(n) })))
    expect(JSON.stringify(one).length).toBeLessThan(500)
    expect(one).toEqual(same)
    expect(one).not.toEqual(other)
  })

  test('is the same in whatever order it was written', () => {
    const [a, b] = ['a'.repeat(3000), 'b'.repeat(3000)]
    expect(withBriefTags(exportWith({ a, b }))).toEqual(withBriefTags(exportWith({ b, a })))
  })
})
