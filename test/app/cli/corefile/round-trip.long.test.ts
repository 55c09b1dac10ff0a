import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Document, parse, parseAllDocuments, Scalar, stringify } from 'yaml'
import {
  type CorefileOptions,
  patchedText,
  unpatchedText,
} from '../../../../src/app/cli/corefile/corefile.ts'
import { runs, someOf } from '../../../support/runs.ts'
import { configOf } from '../clusterset.ts'

const config = configOf('clusters: [{id: east, source: {manifests: ./east}}]\n')
const AT: CorefileOptions = { address: '10.96.0.53' }

/** Put in and taken out it is what it was; put in twice it is as put in once; and nothing of it was moved. */
function mustRoundTrip(object: string, target: string): void {
  const options = { ...AT, for: target }
  const once = patchedText(object, config, options)
  expect(once).not.toBe(object)
  expect(isWithin(object, once)).toBe(true)
  expect(patchedText(once, config, options)).toBe(once)
  expect(unpatchedText(once, options)).toBe(object)
  expect(unpatchedText(object, options)).toBe(object)
  // A byte order mark stays where it is.
  expect(patchedText(`\ufeff${object}`, config, options)).toBe(`\ufeff${once}`)
  expect(unpatchedText(`\ufeff${once}`, options)).toBe(`\ufeff${object}`)
  const moved = patchedText(once, config, { ...options, address: '10.96.0.54' })
  expect(moved).toBe(once.replaceAll('10.96.0.53', '10.96.0.54'))
  expect(unpatchedText(moved, options)).toBe(object)
}

/** Whether a text is left when something is taken out of another. */
function isWithin(text: string, whole: string): boolean {
  let at = 0
  for (const char of whole) if (char === text[at]) at += 1
  return at === text.length
}

type Style = 'BLOCK_LITERAL' | 'BLOCK_FOLDED' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'

const STYLES: readonly Style[] = ['BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE']

/** A key with a text as its value, in one of YAML's styles: lines that begin at the margin. */
function styled(key: string, value: string, style: Style, width: number, indent: number): string {
  const scalar = new Scalar(value)
  scalar.type = style
  const document = new Document({ data: { [key]: null } })
  document.setIn(['data', key], scalar)
  const [, ...lines] = document.toString({ lineWidth: width, indent, minContentWidth: 0 }).split('\n')
  return lines.map((line) => line.slice(indent)).join('\n')
}

const corefileLine = fc.constantFrom(
  ...[
    '    errors',
    '\tcache 30',
    '    # a comment',
    '',
    '  log "quoted \\" word"',
    'reload',
    "    import 'x'",
  ],
  ...[
    '    forward . /etc/resolv.conf {',
    '    }',
    '    rewrite name é.example web',
    '   # : - {}',
    '    ready  ',
  ],
)

/** In the styles that can say it, as they say it. */
const corefile = fc
  .record({
    lines: fc.array(corefileLine, { maxLength: 8 }),
    head: fc.constantFrom('', '# ours\n', '\ufeff', '\ufeff# ours\n', '\n', '(snippet) {\n    errors\n}\n'),
    end: fc.constantFrom('', '\n', '\n\n', '\n  \n'),
  })
  .map(({ lines, head, end }) => {
    const opened = lines.filter((line) => line.endsWith('{')).length
    const closed = lines.filter((line) => line.trim() === '}').length
    const balanced = opened === closed ? lines : lines.filter((line) => !/[{}]$/.test(line))
    return `${head}.:53 {\n${balanced.map((line) => `${line}\n`).join('')}}${end}`
  })

interface Layout {
  readonly eol: string
  readonly bom: string
  readonly start: string
  readonly end: string
  readonly comments: boolean
  readonly indent: number
}

const layout: fc.Arbitrary<Layout> = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  bom: fc.constantFrom('', '\ufeff'),
  start: fc.constantFrom('', '---\n', '# head\n\n', '# head\n---\n', 'a: 1\n---\n'),
  end: fc.constantFrom('', '\n', '\n\n', '\n# end\n', '\n...\n', '\n---\na: 1\n', '\n---\n'),
  comments: fc.boolean(),
  indent: fc.constantFrom(1, 2, 4),
})

const indented = (text: string, indent: number): string => text.replace(/^(?=[^\n])/gm, ' '.repeat(indent))

/** Entries of an object, each one or more lines, in that order, in a file. */
function fileOf(entries: readonly string[], { eol, bom, start, end, comments }: Layout): string {
  const lines = entries.map((entry) => (comments ? `# of what is below\n${entry}` : entry))
  const body = lines.join('\n').replace(/\n+$/, '')
  return bom + (start + body + end).replaceAll('\n', eol)
}

const header = (kind: string, name: string, api = 'v1'): readonly string[] => [
  `apiVersion: "${api}"   # quoted`,
  `kind: '${kind}'`,
  `metadata:\n  name: ${name}\n  labels: {a: "b", 'c': d}`,
]

/** Whether YAML says what was meant: not every style holds every text. */
const says = (file: string, path: readonly string[], value: string): boolean =>
  parseAllDocuments(file, { schema: 'failsafe' }).some(
    (document) => document.errors.length === 0 && document.getIn(path) === value,
  )

describe.each(['coredns', 'eks', 'nodelocal'])('for %s', (target) => {
  test.each(STYLES)('a Corefile in the style %s', (style) => {
    let exact = 0
    fc.assert(
      fc.property(
        corefile,
        layout,
        fc.constantFrom(0, 20, 40),
        fc.nat(3),
        fc.boolean(),
        (text, around, width, place, more) => {
          // Folded lines have no place behind a mark: such a Corefile becomes one in double quotes.
          const start = style === 'BLOCK_FOLDED' ? text.replace('\ufeff', '') : text
          const value = ['QUOTE_SINGLE', 'BLOCK_FOLDED'].includes(style)
            ? start.replace(/^[ \t]+/gm, '')
            : start
          const lines = styled('Corefile', value, style, width, around.indent)
          const others = more ? '\nx.db: |\n  # not ours' : ''
          const entries = [...header('ConfigMap', 'coredns')]
          entries.splice(place, 0, `data:\n${indented(lines.trimEnd() + others, around.indent)}`)
          const file = fileOf(entries, around)
          if (!says(file, ['data', 'Corefile'], value)) return
          exact += 1
          mustRoundTrip(file, target)
        },
      ),
      { numRuns: runs(target === 'coredns' ? 150 : 15) },
    )
    if (target === 'coredns') expect(exact).toBeGreaterThan(0)
  })
})

test.each(someOf(STYLES, 4))(
  'a Corefile of a mebibyte in the style %s, as much as a ConfigMap holds',
  (style) => {
    const lines = 'rewrite name a.example b.example\n'.repeat(2 ** 14)
    const text = `.:53 {\n${lines}# ${'x '.repeat(2 ** 18)}\n#${' '.repeat(2 ** 16)}x\n}\n`
    const file = `${header('ConfigMap', 'coredns').join('\n')}\ndata:\n${indented(styled('Corefile', text, style, 0, 2), 2)}`
    expect(says(file, ['data', 'Corefile'], text)).toBe(true)
    const once = patchedText(file, config, AT)
    expect(once.length - file.length).toBeLessThan(2_000)
    expect(unpatchedText(once)).toBe(file)
  },
)

const JSON_SPACES = fc.constantFrom<number | string>(0, 1, 2, 4, '\t')

test('a Corefile in JSON, spaced in any way', () => {
  fc.assert(
    fc.property(corefile, JSON_SPACES, layout, fc.boolean(), (text, space, { eol, bom }, isFirst) => {
      const data = { Corefile: text }
      const rest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns' } }
      const object = JSON.stringify(isFirst ? { data, ...rest } : { ...rest, data }, null, space)
      mustRoundTrip(bom + object.replaceAll('\n', eol), 'coredns')
    }),
    { numRuns: runs(60) },
  )
})

test('a Corefile in a flow of YAML', () => {
  fc.assert(
    fc.property(corefile, fc.boolean(), (text, isNested) => {
      const data = `{Corefile: ${JSON.stringify(text)}, x: 'y'}`
      const rest = 'apiVersion: v1, kind: ConfigMap, metadata: {name: coredns}'
      const file = isNested ? `{${rest}, data: ${data}}\n` : `${rest.replaceAll(', ', '\n')}\ndata: ${data}\n`
      mustRoundTrip(file, 'coredns')
    }),
    { numRuns: runs(40) },
  )
})

/** What holds our part, before there was any: not there, empty in each way, or holding what is others'. */
const EMPTY = ['', ' ', ' null', ' ~', ' {}', ' { }', ' {\n }', '   {}  # kept', ' # kept', ' {} # kept']
const EMPTY_LISTS = ['', ' null', ' []', ' [ ]  # kept', '   []']

const others = (key: string): readonly string[] => [
  `${key}:\n  a.server: |+\n    a.example {\n    }\n\n`,
  `${key}:\n\n  # of a\n  a.server: "a.example {\\n}"\n`,
  `${key}:   # ours\n    a.override: >-\n      log\n`,
  `${key}: {a.override: log}`,
  `${key}: {\n  "a.override": "log",\n  b: c }`,
]

const holders = (key: string): readonly (string | undefined)[] => [
  undefined,
  ...EMPTY.map((empty) => `${key}:${empty}`),
  ...others(key),
]

const inPlace = fc.nat(3)

const mustRoundTripAll = (kind: string, name: string, target: string, api?: string) =>
  test.each(holders(kind === 'DNS' ? 'spec' : 'data'))(`for ${target}, with %j`, (holder) => {
    fc.assert(
      fc.property(inPlace, layout, (place, around) => {
        const entries = [...header(kind, name, api)]
        if (holder !== undefined) entries.splice(place, 0, holder)
        mustRoundTrip(fileOf(entries, around), target)
      }),
      { numRuns: runs(12) },
    )
  })

describe('an object that holds nothing of ours yet', () => {
  mustRoundTripAll('ConfigMap', 'coredns-custom', 'aks')
  mustRoundTripAll('ConfigMap', 'coredns-custom', 'k3s')
  mustRoundTripAll('ConfigMap', 'kube-dns', 'kube-dns')
  mustRoundTripAll('DNS', 'default', 'openshift', 'operator.openshift.io/v1')

  test.each([
    ...EMPTY_LISTS.map((empty) => `servers:${empty}`),
    'servers:\n- name: a\n  zones: [a.example]',
    'servers:\n\n  # of a\n  - zones:\n    - a.example\n    name: a\n  - {name: b}',
    "servers: [{name: a, zones: ['a.example']}]",
    'servers: [ ],\nx: {}'.replace(',', ''),
  ])('for openshift, with a list %j', (servers) => {
    fc.assert(
      fc.property(layout, fc.boolean(), (around, more) => {
        const spec = `spec:\n${indented(`${more ? 'logLevel: Normal\n' : ''}${servers}`, 2)}`
        mustRoundTrip(
          fileOf([...header('DNS', 'default', 'operator.openshift.io/v1'), spec], around),
          'openshift',
        )
      }),
      { numRuns: runs(12) },
    )
  })

  test.each(['', ' null', ' {}', ' {a: b}', '\n    a: b', '\n    # of a\n    a: "b"'])(
    'for gke, with annotations %j',
    (annotations) => {
      fc.assert(
        fc.property(layout, fc.constantFrom('{}', "{'a.example': []}", '{ }'), (around, text) => {
          const metadata = `metadata:\n  annotations:${annotations}\n  name: kube-dns`
          const data = `data:\n  stubDomains: '${text.replaceAll("'", '"')}'`
          const entries = ['apiVersion: v1', 'kind: ConfigMap', data, metadata]
          mustRoundTrip(fileOf(entries, around), 'gke')
        }),
        { numRuns: runs(12) },
      )
    },
  )

  test.each<[target: string, object: object]>([
    ['aks', { kind: 'ConfigMap', metadata: { name: 'coredns-custom' } }],
    ['aks', { data: null, kind: 'ConfigMap', metadata: { name: 'coredns-custom' } }],
    ['aks', { kind: 'ConfigMap', metadata: { name: 'coredns-custom' }, data: {} }],
    ['k3s', { kind: 'ConfigMap', data: { a: 'b' }, metadata: { name: 'coredns-custom' } }],
    ['kube-dns', { kind: 'ConfigMap', data: null, metadata: { annotations: null, name: 'kube-dns' } }],
    ['kube-dns', { kind: 'ConfigMap', metadata: { annotations: {}, name: 'kube-dns' }, data: {} }],
    ['gke', { kind: 'ConfigMap', metadata: { annotations: { a: 'b' }, name: 'kube-dns' } }],
    ['openshift', { kind: 'DNS', metadata: { name: 'default' } }],
    ['openshift', { kind: 'DNS', metadata: { name: 'default' }, spec: null }],
    ['openshift', { kind: 'DNS', metadata: { name: 'default' }, spec: {} }],
    ['openshift', { kind: 'DNS', metadata: { name: 'default' }, spec: { servers: [] } }],
    ['openshift', { kind: 'DNS', metadata: { name: 'default' }, spec: { servers: null } }],
    [
      'openshift',
      { kind: 'DNS', metadata: { name: 'default' }, spec: { servers: [{ name: 'a', zones: ['b'] }] } },
    ],
  ])('for %s in JSON, %j, spaced in any way', (target, object) => {
    fc.assert(
      fc.property(JSON_SPACES, layout, fc.constantFrom('', '\n'), (space, { eol, bom }, end) => {
        mustRoundTrip(bom + (JSON.stringify(object, null, space) + end).replaceAll('\n', eol), target)
      }),
      { numRuns: runs(10) },
    )
  })
})

const COREFILE = '.:53 {\n    errors\n}\n'
const coreDns = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns' },
  data: { Corefile: COREFILE },
}
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'coredns' } }

describe('among others', () => {
  test.each([
    ['documents', [pod, coreDns, pod].map((one) => stringify(one)).join('---\n')],
    ['documents that hold nothing', `---\n# nothing\n---\n${stringify(coreDns)}---\n`],
    ['items of a List', stringify({ apiVersion: 'v1', kind: 'List', items: [pod, coreDns, pod] })],
    [
      'items of a List without an indent',
      stringify({ kind: 'List', items: [coreDns, pod] }, { indentSeq: false }),
    ],
    ['items of a List in JSON', JSON.stringify({ kind: 'List', items: [pod, coreDns] }, null, 4)],
    [
      'items of a list of ConfigMaps that do not say their kind',
      stringify({
        kind: 'ConfigMapList',
        items: [{ metadata: { name: 'x' }, data: { Corefile: COREFILE } }],
      }),
    ],
    [
      'ConfigMaps with a Corefile',
      [{ ...coreDns, metadata: { name: 'node-local-dns' } }, coreDns]
        .map((one) => stringify(one))
        .join('---\n'),
    ],
  ])('the one that is meant is changed: %s', (_title, file) => {
    mustRoundTrip(file, 'coredns')
  })

  test('the List of an object that has no data yet', () => {
    const custom = { kind: 'ConfigMap', metadata: { name: 'coredns-custom' } }
    const bare = { kind: 'DNS', apiVersion: 'operator.openshift.io/v1', metadata: { name: 'default' } }
    for (const items of [
      [custom, bare, pod],
      [pod, bare, { ...custom, data: null }],
    ])
      for (const indentSeq of [true, false])
        for (const target of ['aks', 'openshift'])
          mustRoundTrip(stringify({ kind: 'List', items }, { indentSeq }), target)
  })

  test('of NodeLocal DNSCache and CoreDNS each gets its own', () => {
    const local = { ...coreDns, metadata: { name: 'node-local-dns' }, data: { Corefile: COREFILE } }
    const file = stringify({ kind: 'List', items: [coreDns, local] })
    const changed = (target: string): readonly boolean[] =>
      parse(patchedText(file, config, { ...AT, for: target })).items.map(
        (item: { data: { Corefile: string } }) => item.data.Corefile !== COREFILE,
      )
    expect(changed('coredns')).toEqual([true, false])
    expect(changed('nodelocal')).toEqual([false, true])
  })
})
