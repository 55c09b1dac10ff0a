import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LONG_JSON } from '../../../src/sources/manifests/json-lists.ts'
import { type ManifestEntry, readManifests } from '../../../src/sources/manifests/manifests.ts'

// A long List is parsed some items at a time, and says what it says in one go.

const PADDING = 'x'.repeat(LONG_JSON)

const entriesOf = (text: string, file = 'a.json'): readonly ManifestEntry[] => [...readManifests(text, file)]

const item = fc.oneof(
  fc.constantFrom(
    {},
    7,
    'text',
    null,
    [],
    { apiVersion: 'v1', kind: 'Secret' },
    { 'a,b]}': ['"', '\\\\"', '}'] },
  ),
  fc.nat(99).map((i) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `s${i}`, namespace: 'default' },
    spec: { type: 'ClusterIP', clusterIP: '10.0.0.1', ports: [{ port: 80, name: 'a"],[{' }] },
  })),
)

const list = (items: readonly unknown[], more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'List',
  ...more,
  items,
})

describe('a List', () => {
  test('says when it is long what it says when it is short', () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 30 }),
        fc.constantFrom(undefined, 1, '\t'),
        fc.constantFrom('a.json', 'a.yaml'),
        fc.boolean(),
        (items, indent, file, isBehind) => {
          const short = entriesOf(JSON.stringify(list(items), null, indent), 'a.json')
          const long = list(items, isBehind ? {} : { padding: PADDING })
          const all = JSON.stringify(isBehind ? { ...long, padding: PADDING } : long, null, indent)
          const named = JSON.stringify(short).replaceAll('a.json', file === 'a.json' ? file : 'a.yaml:1')
          const said = JSON.stringify(entriesOf(all, file)).replaceAll('document 1, ', '')
          expect(said).toBe(named)
        },
      ),
      { numRuns: 30 },
    )
  })

  test.each([1, 999, 1000, 1001, 3000])('has each of its %i items once, by its number', (count) => {
    const items = Array.from({ length: count }, () => ({ apiVersion: 'v1', kind: 'Service', metadata: {} }))
    const text = JSON.stringify(list(items, { padding: PADDING }))
    const numbers = entriesOf(text).map((one) =>
      one.kind === 'problem' ? Number(/^item (\d+):/.exec(one.problem.message)?.[1]) : 0,
    )
    expect(numbers).toEqual(items.map((_, i) => i + 1))
  })

  const head = `{"apiVersion":"v1","kind":"List","padding":"${PADDING}"`

  test.each([
    ['a comma too many', `${head},"items":[{},]}`],
    ['one between', `${head},"items":[{},,{}]}`],
    ['none between', `${head},"items":[{}{}]}`],
    ['no end', `${head},"items":[{},{}`],
    ['something behind', `${head},"items":[{},{}]} x`],
    ['half an item', `${head},"items":[{},{"a"}]}`],
    ['a word', `${head},"items":[{},nul]}`],
    ['half a key', `${head},"items:[{},{}]}`],
  ])('with %s is broken', (_, text) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(entriesOf(text).at(-1)).toMatchObject({ kind: 'broken' })
  })

  test.each([
    ['its items twice', `${head},"items":[{}],"items":[7]}`],
    ['an escape in a key', `${head},"\\u0069tems":[7]}`],
    ['no items', `${head}}`],
    ['nothing in it', `${head},"items":[]}`],
    ['blanks', `\n${head} , "items" : [ { } , { } ] } \n`],
  ])('with %s is what JSON says', (_, text) => {
    const { padding: _padding, ...rest } = JSON.parse(text)
    expect(entriesOf(text)).toEqual(entriesOf(JSON.stringify(rest)))
  })

  test('tells on which line it is broken', () => {
    const items = Array.from({ length: 5000 }, (_, i) => (i === 4321 ? '{"a" 1}' : '{}'))
    const [last] = entriesOf(`${head},"items":[\n${items.join(',\n')}\n]}`).slice(-1)
    expect(last).toMatchObject({ kind: 'broken', problem: { place: 'a.json:4323' } })
  })
})

describe('values that are read in one go', () => {
  const SECRET = { apiVersion: 'v1', kind: 'Secret' }
  const many = (count: number) => Array.from({ length: count }, () => 0)

  test.each([
    [199_000, 'skipped'],
    [200_001, 'broken'],
    [2_000_000, 'broken'],
  ])('of one item: %i', (count, kind) => {
    expect(
      entriesOf(JSON.stringify(list([{ ...SECRET, zeros: many(count) }], { padding: PADDING }))),
    ).toMatchObject([{ kind }])
    expect(entriesOf(JSON.stringify({ ...SECRET, zeros: many(count) }))).toMatchObject([{ kind }])
  })

  test('are those of a run: a List may have more', () => {
    const entries = entriesOf(JSON.stringify(list(Array.from({ length: 300_000 }, () => ({})))))
    expect(entries.every(({ kind }) => kind === 'skipped' || kind === 'problem')).toBe(true)
    expect(entries).toHaveLength(300_000)
  })
})
