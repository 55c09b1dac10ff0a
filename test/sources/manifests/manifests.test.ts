import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readManifests } from '../../../src/sources/manifests/manifests.ts'
import { type KubeObject, keyOf, SERVICE } from '../../../src/words/kube/index.ts'
import { whenLong } from '../../support/runs.ts'

const service = (name: string, port: unknown = 80): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {ports: [{port: ${port}}]}\n`

/** One line an entry: what came of it, and where. */
const read = (text: string, file = 'a.yaml'): string[] =>
  Array.from(readManifests(text, file), (entry) => {
    if (entry.kind === 'object') return `${entry.place} ${entry.object.kind} ${keyOf(entry.object)}`
    if (entry.kind === 'skipped') return `skipped ${entry.what}`
    if (entry.kind === 'other') return `other ${entry.other.what}: ${entry.title}`
    return `${entry.kind} ${entry.problem.place}: ${entry.problem.message}`
  })

test('a file may hold several documents, empty ones among them', () => {
  const text = `# of the shop\n---\n${service('a')}---\n---\n${service('b')}...\n`
  expect(read(text)).toEqual(['a.yaml:3 Service shop/a', 'a.yaml:9 Service shop/b'])
})

test('an empty file holds nothing', () => {
  expect(read('')).toEqual([])
  expect(read('# nothing yet\n', 'a.yml')).toEqual([])
})

test('the items of a List are objects of their own', () => {
  const items = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } }))
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  expect(read(list)).toEqual(['a.yaml:1 Service default/a', 'a.yaml:1 Service default/b'])
  expect(read(list, 'a.json')).toEqual(['a.json Service default/a', 'a.json Service default/b'])
})

describe('several values of JSON, one after the other', () => {
  const one = (name: string): string =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, annotations: { b: '{"}\\' } } })
  const objects = (file: string, ...lines: readonly number[]) =>
    lines.map((line, i) => `${file}:${line} Service default/${'abc'[i]}`)

  test.each(['a.json', 'a.yaml', 'a.yml'])('are the objects of %s, as kubectl reads them', (file) => {
    expect(read(`${one('a')}\n${one('b')}\n\n${one('c')}\n`, file)).toEqual(objects(file, 1, 2, 4))
    expect(read(`\n  ${one('a')}${one('b')} ${one('c')}`, file)).toEqual(objects(file, 2, 2, 2))
    expect(read(`${JSON.stringify(JSON.parse(one('a')), null, 2)}\n${one('b')}`, file)).toEqual(
      objects(file, 1, 11),
    )
  })

  test('may be nulls, and Lists', () => {
    const list = `{"apiVersion":"v1","kind":"List","items":[${one('b')},7]}`
    expect(read(`${one('a')}\nnull\n${list}`, 'a.json')).toEqual([
      ...objects('a.json', 1),
      'a.json:3 Service default/b',
      'problem a.json:3: document 3, item 2: 7 is not a Kubernetes object',
    ])
  })

  test.each([
    ['{"kind": 1,\n "x" 2}', /^broken a\.\w+:4: JSON: Expected/],
    ['{"kind": "S', /^broken a\.\w+:3: JSON: Unterminated string/],
    [',', /^broken a\.\w+:3: JSON: Unexpected token;/],
    ['---', /^broken a\.\w+:3: JSON: /],
    ['kind: Service', /^broken a\.\w+:3: JSON: Unexpected token;/],
  ])('that are cut short or are none break the file: %j', (more, broken) => {
    for (const file of ['a.json', 'a.yaml']) {
      const entries = read(`${one('a')}\n${one('b')}\n${more}`, file)
      expect(entries.at(-1)).toMatch(broken)
      expect(entries.at(-1)).not.toContain('position')
    }
  })

  test('may be many', () => {
    const text = `${one('a')}\n`.repeat(20_000)
    expect(read(text, 'a.json')).toHaveLength(20_000)
  })

  test('that are text with braces, quotes and backslashes end where they end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1 }),
        fc.constantFrom('', ' ', '\n', '\r\n'),
        (values, gap) => {
          const wrapped = values.map((value) => JSON.stringify({ kind: 'X', apiVersion: 'v1', value }))
          expect(read(wrapped.join(gap), 'a.json')).toEqual(wrapped.map(() => 'skipped X (v1)'))
        },
      ),
    )
  })

  test('in a file of YAML are as long as a document may be, each', () => {
    const entries = (most: number) => [
      ...readManifests(`${one('a')}\n${one('b')}`, 'a.yaml', undefined, most),
    ]
    const { length } = one('a')
    expect(entries(length).map(({ kind }) => kind)).toEqual(['object', 'object'])
    expect(entries(length - 1).map(({ kind }) => kind)).toEqual(['broken'])
    expect(entries(length / 10).map(({ kind }) => kind)).toEqual(['broken'])
  })

  test('are no flow mappings of YAML: those are one document, as before', () => {
    expect(read('{apiVersion: v1, kind: Service, metadata: {name: a}}\n')).toEqual([
      'a.yaml:1 Service default/a',
    ])
    expect(read(`{apiVersion: v1, kind: Service, metadata: {name: a}}\n---\n${one('b')}`)).toEqual([
      'a.yaml:1 Service default/a',
      'a.yaml:3 Service default/b',
    ])
    expect(read(`${one('a')}\n---\n${one('b')}`)).toEqual([
      'a.yaml:1 Service default/a',
      'a.yaml:3 Service default/b',
    ])
  })
})

describe('a List that was cut short, as kubectl writes its kind behind its items,', () => {
  const list = 'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n'

  test.each([
    ['a.yaml', list],
    ['a.yaml', `${list}- apiVersion: v1\n`],
    ['a.yaml', `# ${'-'.repeat(70_000)}\n${list}`],
    [
      'a.json',
      '{"apiVersion": "v1", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}]}',
    ],
  ])('breaks the file: %s, %#', (file, text) => {
    expect(read(`${text}`, file)).toEqual([
      expect.stringMatching(
        /^broken a\.\w+(:\d)?: items without a kind, as of a List that was cut short: write it/,
      ),
    ])
  })

  test('is none with its kind, and none of a tool', () => {
    expect(read(`${list}kind: List\n`)).toEqual(['a.yaml:1 Service default/a'])
    expect(read('apiVersion: v1\nitems: [7]\n', 'values.yaml')).toEqual([
      expect.stringMatching(/^skipped no Kub/),
    ])
    expect(read('items: [7]\n')).toEqual([expect.stringMatching(/^skipped no Kubernetes object/)])
  })
})

describe('one value of JSON in a file of YAML', () => {
  const items = Array.from({ length: 5000 }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `n${i}` },
  }))
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 4)
  const lastOf = (text: string, most: number) => [...readManifests(text, 'a.yaml', undefined, most)].at(-1)

  test('is read as JSON, however long: what it has of values is what counts', () => {
    const values = 4 + 4 * items.length
    expect(list.length).toBeGreaterThan(10 * values)
    expect(lastOf(list, list.length / 10)).toMatchObject({ kind: 'object', place: 'a.yaml:1' })
    expect(lastOf(`\n\n ${list}\n`, list.length / 10)).toMatchObject({ kind: 'object', place: 'a.yaml:3' })
    for (const most of [values / 2, values / 10])
      expect(lastOf(list, most)).toMatchObject({
        kind: 'broken',
        problem: { message: expect.stringMatching(/in one go/) },
      })
  })

  test('that is none is YAML', () => {
    expect(read('{apiVersion: v1, kind: Service, metadata: {name: a}}')).toEqual([
      'a.yaml:1 Service default/a',
    ])
    expect(read('{"kind": 1,\n "x" 2}').at(-1)).toMatch(/^broken a\.yaml:\d: YAML: /)
  })
})

test('kinds that Meridian does not read are skipped by name and version', () => {
  expect(read('apiVersion: apps/v1\nkind: Deployment\n')).toEqual(['skipped Deployment (apps/v1)'])
})

test('an object that does not parse is told by document and line; the others stand', () => {
  const wrong = service('b').replace('spec: {', 'spec: {type: Other, ')
  expect(read(`${service('a')}---\n${wrong}---\n${service('c')}`)).toEqual([
    'a.yaml:1 Service shop/a',
    'problem a.yaml:6: document 2: Service shop/b: spec.type: "Other" is not ClusterIP, NodePort, LoadBalancer or ExternalName',
    'a.yaml:11 Service shop/c',
  ])
})

test('an item that does not parse is told by its number', () => {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [7] })
  expect(read(list)).toEqual(['problem a.yaml:1: document 1, item 1: 7 is not a Kubernetes object'])
  expect(read(list, 'a.json')).toEqual(['problem a.json: item 1: 7 is not a Kubernetes object'])
})

test.each([
  ['kind: [Service', 'a.yaml', 'broken a.yaml:1: YAML: Flow sequence'],
  ['a: *nowhere\n', 'a.yaml', 'broken a.yaml:1: YAML: Unresolved alias'],
  ['['.repeat(50_000), 'a.yaml', 'broken a.yaml:1: YAML: '],
  ['{"kind": 1,\n "x" 2}', 'a.json', 'broken a.json:2: JSON: Expected'],
  ['', 'a.json', 'broken a.json: JSON: Unexpected end'],
])('a file that is not well-formed is broken as a whole, at a line: %#', (text, file, beginning) => {
  const last = read(text, file).at(-1)
  expect(last?.slice(0, beginning.length)).toBe(beginning)
  expect(last).toContain('nothing new is taken from this file until that is mended')
})

test.each([
  ['a.yaml', `${service('b')}---\n${service('a').replace('metadata:', 'metadata: {name: c}\nmetadata:')}`],
  ['a.json', `{"kind": "Secret", ${JSON.stringify(parse(service('a'))).slice(1)}`],
])('of a key that is there twice the last holds: %s', (file, text) => {
  expect(read(text, file).at(-1)).toMatch(/^a\.\w+(:6)? Service shop\/a$/)
})

test('aliases that unfold without end are refused', () => {
  const levels = Array.from(
    { length: 12 },
    (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]\n`,
  )
  expect(read(`l0: &l0 [x]\n${levels.join('')}`)).toEqual([expect.stringContaining('Excessive alias count')])
})

test('reading never throws, whatever the text', () => {
  const scraps = fc.constantFrom(
    ...[
      '---\n',
      'kind: ',
      'List',
      'items:\n',
      '- ',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '!t ',
      '"',
      '\t',
      ': ',
      '\n',
      '%YAML 1.1\n',
    ],
  )
  const texts = fc.oneof(
    fc.string(),
    fc.array(scraps).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(texts, fc.constantFrom('a.yaml', 'a.json'), (text, file) => {
      const broken = Array.from(readManifests(text, file)).filter(({ kind }) => kind === 'broken')
      expect(broken.length).toBeLessThan(2)
    }),
  )
})

test.each([1, 99, 100, 101, 1000, ...whenLong(5000)])(
  'what repeats itself %i times may be aliased as often',
  (count) => {
    const endpoints = Array.from(
      { length: count },
      (_, i) => `- {addresses: [10.1.${i >> 8}.${i & 255}], conditions: *ready}\n`,
    )
    const text = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}, annotations: &ready {ready: true}}
addressType: IPv4
endpoints:
${endpoints.join('')}`
    expect(read(text)).toEqual(['a.yaml:1 EndpointSlice default/web-1'])
  },
)

test('merges that unfold without end are refused, and as many as a fleet has are not', () => {
  const levels = Array.from(
    { length: 30 },
    (_, i) => `l${i + 1}: &l${i + 1} {<<: [${Array.from({ length: 10 }, () => `*l${i}`).join(', ')}]}\n`,
  )
  expect(read(`l0: &l0 {k: 1}\n${levels.join('')}`)).toEqual([
    expect.stringContaining('Excessive alias count'),
  ])
  const endpoints = Array.from(
    { length: 5000 },
    (_, i) => `- {<<: *ready, addresses: [10.1.${i >> 8}.${i & 255}]}\n`,
  )
  const text = `x: &ready {conditions: {ready: true}}
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints:
${endpoints.join('')}`
  expect(read(text)).toEqual(['a.yaml:1 EndpointSlice default/web-1'])
})

describe('what is said of a file that cannot be read holds nothing of it, which may be a secret', () => {
  const SECRET = 'hunter22S3cret'
  test.each([
    ['a.json', `{"password": ${SECRET}}`],
    ['a.json', `${SECRET}`],
    ['a.json', `{"password": "x" ${SECRET}`],
    ['a.json', `{"password": "${SECRET}`],
    ['a.json', `{"password": "\u0001${SECRET}"}`],
    ['a.json', `{"a": 1} ${SECRET}`],
    ['a.yaml', `password: *${SECRET}\n`],
    ['a.yaml', `password: !<${SECRET} x\n`],
    ['a.yaml', `password: !${SECRET}!x y\n`],
    ['a.yaml', `password: "\\${SECRET}"\n`],
    ['a.yaml', `%${SECRET} 1\n---\na: 1\n`],
    ['a.yaml', `a: b: ${SECRET}\n`],
    ['a.yaml', `? ${SECRET}\n: *x\n`],
    ['a.yaml', `${SECRET}: 1\n${SECRET}: 2\n`],
    ['a.yaml', `a: @${SECRET}\n`],
    ['a.yaml', `a: &${SECRET} *${SECRET}\n`],
    ['a.yaml', `a: |${SECRET}\n  x\n`],
    ['a.yaml', `a: [${SECRET}\n`],
  ])('%s: %j', (path, text) => {
    const told = JSON.stringify([...readManifests(text, path)])
    for (let at = 0; at + 5 <= SECRET.length; at++) expect(told).not.toContain(SECRET.slice(at, at + 5))
  })

  test('and no control character of a kind that is not read', () => {
    const kind = JSON.stringify('\u001b[31mPod\u202e\n')
    const told = [
      ...readManifests(`{"kind": ${kind}, "apiVersion": ${kind}, "metadata": {"name": "x"}}`, 'a.json'),
    ]
    expect(JSON.stringify(told)).toContain(JSON.stringify('\\x1b[31mPod\\u202e\\x0a').slice(1, -1))
    expect(JSON.stringify(told)).not.toMatch(/\\u001b|\u202e|\\n/)
  })
})

describe('plain scalars mean what they mean to kubectl', () => {
  const spec = (text: string) => {
    const [entry] = readManifests(
      `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {${text}}\n`,
      'a.yaml',
    )
    return entry?.kind === 'object' && SERVICE.is(entry.object) ? entry.object : undefined
  }

  test.each([
    ['y', true],
    ['Yes', true],
    ['on', true],
    ['ON', true],
    ['n', false],
    ['no', false],
    ['Off', false],
    ['true', true],
    ['False', false],
  ])('%s is %s', (text, truth) => {
    const object = spec(`publishNotReadyAddresses: ${text}`)
    expect(object?.publishNotReadyAddresses).toBe(truth)
    expect(object?.flaws).toBeUndefined()
  })

  test.each(['"yes"', "'on'", 'yEs', 'oN'])('%s is text, and told as such', (text) => {
    expect(spec(`publishNotReadyAddresses: ${text}`)?.flaws).toHaveLength(1)
  })

  test.each([
    ['80', 80],
    ['0120', 80],
    ['+0120', 80],
    ['0o120', 80],
    ['0x50', 80],
    ['0b1010000', 80],
    ['0890', 890],
    ['1_080', 1080],
    ['8_0', 80],
  ])('%s is %i', (text, port) => {
    expect(spec(`ports: [{port: ${text}}]`)?.ports).toMatchObject([{ port }])
  })

  test.each(['1:20', '"0120"'])('%s is text, and told as such', (text) => {
    expect(spec(`ports: [{port: ${text}}]`)?.flaws).toHaveLength(1)
  })
})

describe('times without quotes', () => {
  const HEADS = { none: '', 'of YAML 1.1': '%YAML 1.1\n---\n', 'of YAML 1.2': '%YAML 1.2\n---\n' }
  const heads = Object.entries(HEADS)
  const read = (head: string, metadata: string): KubeObject | undefined => {
    const text = `${head}{apiVersion: multicluster.x-k8s.io/v1alpha1, kind: ServiceExport, metadata: {name: a, ${metadata}}}\n`
    const [entry] = [...readManifests(text, 'a.yaml')]
    return entry?.kind === 'object' ? entry.object : undefined
  }

  test.each(heads)('are the text that they are written as: directive %s', (_name, head) => {
    for (const written of ['', '!!timestamp ']) {
      const object = read(head, `creationTimestamp: ${written}2020-01-01T00:00:00Z`)
      expect(object).toMatchObject({ createdAt: Date.UTC(2020, 0, 1) })
      expect(object?.flaws).toBeUndefined()
    }
  })

  test.each(heads)('are text as annotations are: directive %s', (_name, head) => {
    for (const written of ['2020-01-01', '!!timestamp 2020-01-01', '2020-01-01T00:00:00Z', '12:30:45']) {
      const object = read(head, `annotations: {a: ${written}, meridian-dns.io/weight: ${written}}`)
      expect(object).toBeDefined()
      expect(object?.flaws?.join() ?? '').not.toContain('in YAML, numbers and booleans need quotes')
    }
  })

  test.each([
    ['2020-01-01T01:00:00+01:00', Date.UTC(2020, 0, 1)],
    ['2020-01-01T00:00:00.5Z', Date.UTC(2020, 0, 1) + 500],
    ['2020-01-01T00:00:00', null],
    ['2020-01-01', null],
    ['2020-01-01 00:00:00Z', null],
    ['2020-01-01t00:00:00z', null],
    ['1577836800', null],
  ])('%s is what the API takes it for', (written, at) => {
    for (const [, head] of heads) {
      const object = read(head, `creationTimestamp: ${written}`)
      expect(object).toMatchObject({ createdAt: at ?? 0 })
      expect(object?.flaws?.length ?? 0).toBe(at === null ? 1 : 0)
    }
  })
})

describe('a byte order mark', () => {
  const BOM = '\ufeff'
  test.each([
    `${service('a')}---\n${BOM}${service('b')}`,
    `${service('a')}---\r\n${BOM}${service('b')}`,
    `${service('a')}${BOM}---\n${service('b')}`,
    `${BOM}${service('a')}...\n${BOM}${service('b')}`,
    `${BOM}---\n${service('a')}---\n${BOM}${service('b')}`,
  ])('before a document of files that were joined says nothing: %j', (text) => {
    expect(read(text)).toHaveLength(2)
    expect(read(text)).toEqual(read(text.replaceAll(BOM, '')))
  })

  test('inside a text is part of it', () => {
    const text = `apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {x: "${BOM}"}}\nspec: {}\n`
    expect([...readManifests(text, 'a.yaml')].map(({ kind }) => kind)).toEqual(['object'])
  })
})

describe("files of other programs' are passed over, and told", () => {
  test.each([
    ['kustomization.yaml', 'resources: [a.yaml]'],
    ['base/kustomization.yml', 'kind: Kustomization\nresources: []'],
    ['chart/Chart.yaml', 'apiVersion: v2\nname: shop'],
    ['values.yaml', 'kind: blue\nreplicas: 2'],
    ['values-prod.yaml', 'replicas: 2'],
    ['package.json', '{"name": "shop"}'],
    ['any.yaml', 'some: {thing: else}'],
  ])('%s: %j', (file, text) => {
    expect([...readManifests(text, file)]).toEqual([
      { kind: 'skipped', what: expect.stringMatching(/^no Kubernetes object: .* write both if it is one$/) },
    ])
  })

  test.each([
    ['a.yaml', 'kind: Service\nmetadata: {name: a}'],
    ['a.yaml', 'apiVersion: v1\nmetadata: {name: a}'],
    ['a.yaml', 'just text'],
    ['a.yaml', '[1, 2]'],
    ['mychart.yaml', 'apiVersion: v2\nname: shop'],
    ['a.yaml', 'apiVersion: v1\nkind: List\nitems: [{metadata: {name: a}}]'],
    ['values.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: A_}'],
  ])('what says one of the two in another file is broken: %s %j', (file, text) => {
    expect([...readManifests(text, file)].map(({ kind }) => kind)).toEqual(['problem'])
  })
})
