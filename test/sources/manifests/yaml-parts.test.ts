import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocument, stringify, type Tags } from 'yaml'
import { type ManifestEntry, readManifests } from '../../../src/sources/manifests/manifests.ts'
import { LONG } from '../../../src/sources/manifests/yaml-parts.ts'
import { KUBECTL_SCALARS } from '../../../src/sources/texts/kubectl-scalars.ts'
import { runs, whenLong } from '../../support/runs.ts'

const exportOf = (name: string, notes: Readonly<Record<string, unknown>> = {}) => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: { name, namespace: 'shop' },
  spec: { exportedAnnotations: notes },
})

const listOf = (items: readonly unknown[]) => ({ apiVersion: 'v1', kind: 'List', items })

/** Makes the document that it begins long, and is a line. */
const LONG_COMMENT = `# ${'-'.repeat(LONG)}\n`

const entriesIn = (text: string, file = 'a.yaml'): readonly ManifestEntry[] => [...readManifests(text, file)]

/** What was read, without where it stood. */
const saidBy = (entries: readonly ManifestEntry[]): readonly unknown[] =>
  entries.map((entry) => {
    if (entry.kind === 'object') return entry.object
    return entry.kind === 'problem' || entry.kind === 'broken' ? entry.problem.message : entry
  })

const customTags = (tags: Tags): Tags => [...KUBECTL_SCALARS, ...tags]

const oddText = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        '- a',
        '-',
        '---',
        '...',
        '# b',
        '&c d',
        '*c',
        'items:',
        '  ',
        '',
        '\t',
        '%YAML',
        'é\u2028',
      ),
    )
    .map((lines) => lines.join('\n')),
)

describe('a long list of YAML', () => {
  test('holds what it does when its document is read whole, however it is laid out', () => {
    const notes = fc.dictionary(fc.constantFrom('a', 'b', 'items'), oddText)
    const items = fc.array(fc.oneof(notes, fc.constant(null)), { minLength: 1, maxLength: 8 })
    const layout = fc.record({
      indentSeq: fc.boolean(),
      indent: fc.constantFrom(2, 4),
      lineWidth: fc.constantFrom(20, 80, 0),
      blockQuote: fc.constantFrom('literal' as const, 'folded' as const),
    })
    const filler = fc.constantFrom('', 'x'.repeat(9000), 'x'.repeat(40_000))
    fc.assert(
      fc.property(items, layout, filler, fc.boolean(), (all, options, padding, itemsFirst) => {
        const made = all.map((one, i) =>
          one === null ? null : { ...exportOf(`n${i}`, one), padding: `${padding} ` },
        )
        const { items: list, ...head } = listOf(made)
        const value = itemsFirst ? { items: list, ...head } : { ...head, items: list, metadata: {} }
        const text = LONG_COMMENT + stringify(value, options)
        // Of a text that begins with blank lines of its own the library writes what it does not read.
        const whole = parseDocument(text, { customTags })
        fc.pre(whole.errors.length === 0)
        const names = (message: unknown) =>
          typeof message === 'string' ? message.replace(/^document 1, /, '') : message
        expect(saidBy(entriesIn(text)).map(names)).toEqual(
          saidBy(entriesIn(JSON.stringify(whole.toJS()), 'a.json')),
        )
      }),
      { numRuns: runs(100) },
    )
  })

  test('is read run by run: what is wrong in its last item is found when the others have been read', () => {
    for (const count of [1000, ...whenLong(2000)]) {
      const items = Array.from({ length: count }, (_, i) => exportOf(`n${i}`))
      const good = stringify(listOf(items), { indentSeq: false })
      const text = `---\n${good.replace(/$/, '- kind: [\n')}`
      const entries = entriesIn(text)
      expect(entries.slice(0, -1).every(({ kind }) => kind === 'object')).toBe(true)
      expect(entries.length).toBeGreaterThan(count - 200)
      const line = text.split('\n').length
      expect(entries.at(-1)).toMatchObject({
        kind: 'broken',
        problem: { place: `a.yaml:${line}`, message: expect.stringMatching(/^YAML: /) },
      })
    }
  })

  test.each([LONG - 1, LONG, LONG + 1, 10 * LONG])('of %i characters is as a short one', (size) => {
    const text = stringify(listOf([exportOf('a'), 7, exportOf('b')]))
    const long = `# ${'-'.repeat(size - text.length - 3)}\n${text}`
    expect(long).toHaveLength(size)
    expect(entriesIn(long)).toEqual(entriesIn(`#\n${text}`))
  })

  test('says of an item which it is, and of its document where it begins', () => {
    const items = Array.from({ length: 2000 }, (_, i) => (i % 1000 === 999 ? 7 : exportOf(`n${i}`)))
    const text = `${LONG_COMMENT}---\nkind: x\napiVersion: z\n---\n${stringify(listOf(items))}---\n7\n`
    const problems = entriesIn(text).flatMap((entry) => (entry.kind === 'problem' ? [entry.problem] : []))
    expect(problems).toMatchObject([
      { place: 'a.yaml:6', message: 'document 2, item 1000: 7 is not a Kubernetes object' },
      { place: 'a.yaml:6', message: 'document 2, item 2000: 7 is not a Kubernetes object' },
      { message: 'document 3: 7 is not a Kubernetes object' },
    ])
  })

  test.each([
    [
      'anchors of one item are used in another',
      '- &a {kind: Service, apiVersion: v1, metadata: {name: a}}\n- *a\n',
      2,
    ],
    [
      'an alias far behind its anchor',
      `- &a {kind: Service, apiVersion: v1, metadata: {name: a}}\n${'- 7\n'.repeat(9000)}- *a\n- *a\n`,
      9003,
    ],
    [
      'a merge of what is far before it',
      `- &a {kind: Service, apiVersion: v1, metadata: {name: a}}\n${'- 7\n'.repeat(9000)}- <<: *a\n  spec: {}\n`,
      9002,
    ],
    [
      'an anchor that is used beside it, and again',
      `- metadata: &a {name: a}\n  kind: Service\n  apiVersion: v1\n  more: *a\n${'- 7\n'.repeat(9000)}- metadata: &a {name: b}\n  kind: Service\n  apiVersion: v1\n  more: *a\n`,
      9002,
    ],
    [
      'an alias of what is before the list',
      '- kind: Service\n  apiVersion: v1\n  metadata: *m\n',
      1,
      'metadata: &m {name: a}\n',
    ],
    ['an alias of nothing', `- 7\n- *nothing\n`, 1],
    ['CRLF', '- kind: Service\r\n  apiVersion: v1\r\n  metadata:\r\n    name: a\r\n-\r\n  kind: x\r\n', 2],
    ['comments between', '# one\n\n- 7\n   # two\n# three\n\n- 8\n', 2],
    ['more behind the list', '- 7\n- 8\nmetadata:\n  a: 1\n', 2],
    ['another key again', '- 7\nitems:\n- 8\n', 1],
    ['a line at an odd depth', '  - 7\n - 8\n', 1],
    ['a tab', '- 7\n\t- 8\n', 1],
  ])('with %s is as a short one', (_what, items, count, before = '') => {
    const text = `kind: List\napiVersion: v1\n${before}items:\n${items}`
    const short = [...readManifests(`#\n${text}`, 'a.yaml')]
    const long = entriesIn(LONG_COMMENT + text)
    expect(long).toEqual(short)
    expect(short).toHaveLength(count)
  })

  test.each([
    "'team &co friends'",
    '"a && b"',
    'Terms &amp; Conditions, &c *c',
    '|\n          run: &c a && b\n          - *c &c\n          items: *x',
    '&co used once',
  ])('is read in runs whatever %s says in one of its texts', (said) => {
    const item = (i: number) =>
      `- apiVersion: v1\n  kind: Service\n  metadata:\n    name: n${i}\n    annotations:\n      a: ${said}\n`
    const text = `apiVersion: v1\nitems:\n${Array.from({ length: 1000 }, (_, i) => item(i)).join('')}kind: List\n`
    const entries = [...readManifests(text, 'a.yaml', undefined, LONG)]
    expect(entries.filter(({ kind }) => kind === 'object')).toHaveLength(1000)
    expect(entries).toHaveLength(1000)
  })

  test('is read whole for an alias of what is in another run, if it is not too long for that', () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- &a 7\n${'- 7\n'.repeat(30_000)}- *a\n`
    const last = (most: number) => [...readManifests(text, 'a.yaml', undefined, most)].at(-1)
    expect(last(text.length)).toMatchObject({
      kind: 'problem',
      problem: { message: expect.stringMatching(/item 30002:/) },
    })
    for (const most of [text.length - 1, text.length / 10])
      expect(last(most)).toMatchObject({
        kind: 'broken',
        problem: { message: expect.stringMatching(/are read in one go: split it/) },
      })
  })

  test.each([
    'kind: Service\napiVersion: v1\nmetadata: {name: a}\nitems:\n- 7\n',
    'kind: List\nkind: List\napiVersion: v1\nitems:\n- 7\n',
    '- items:\n  - 7\n',
    'items:\n- 7\n',
    '--- &a\nkind: List\napiVersion: v1\nitems:\n- 7\n',
    'kind: List\napiVersion: v1\nitems:\n- 7\n--- 8\n--- |\n  9\n---\n',
    '%YAML 1.2\n---\nkind: List\napiVersion: v1\nitems:\n- 7\n...\n',
  ])('%j is as a short one', (text) => {
    expect(entriesIn(LONG_COMMENT + text)).toEqual(entriesIn(`#\n${text}`))
  })
})
