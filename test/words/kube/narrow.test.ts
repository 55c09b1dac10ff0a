import { expect, test } from 'vitest'
import { type KubeObject, type ParsedObject, parseAs, rowOf, SERVICE } from '../../../src/words/kube/index.ts'
import { subdomain } from '../../../src/words/kube/meta.ts'
import { at, flag, lenient } from '../../../src/words/kube/narrow.ts'

const optional = lenient(flag, null)

const service = (affinity: string) => ({ metadata: { name: 'web' }, spec: { sessionAffinity: affinity } })

const flawsOf = (parsed: ParsedObject): readonly string[] =>
  parsed.outcome === 'object' ? (parsed.object.flaws ?? []) : [parsed.outcome]

test('what is left out of an object is its own, though another is read in the middle of it', () => {
  const inner: ParsedObject[] = []
  const row = rowOf<KubeObject>({
    kind: 'Lantern',
    served: { group: 'lights.example.com', plural: 'lanterns', versions: ['v1'] },
    name: subdomain,
    parse: (meta, fields, left) => {
      at(fields, 'lit', optional, left)
      for (const affinity of ['always', 'None']) inner.push(parseAs(SERVICE, service(affinity)))
      at(fields, 'dim', optional, left)
      return { kind: 'Lantern', ...meta }
    },
  })
  const outer = parseAs(row, { metadata: { name: 'north' }, lit: 'yes', dim: 'no' })
  expect(flawsOf(outer)).toEqual([
    'Lantern default/north: lit: "yes" is not true or false; it is left out',
    'Lantern default/north: dim: "no" is not true or false; it is left out',
  ])
  expect(inner.map(flawsOf)).toEqual([
    ['Service default/web: spec.sessionAffinity: "always" is not None or ClientIP; it is left out'],
    [],
  ])
})
