import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig, parseDeclared, printProblem } from '../../../src/app/config/index.ts'

/** What is wrong with a text, one printed problem each. */
function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(text, 'meridian.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(printProblem)
    throw error
  }
  return []
}

/** What stands on line 1 of every example that names no cluster itself, except under documents. */
const EAST = 'clusters: [{id: east, source: {manifests: ./east}}]\n'

const GROUPS = ['documents', 'keys', 'values', 'clusters', 'together'] as const

/** The examples of problems/<group>.txt: `-- rule`, the text, `==>`, what is said. */
function examplesOf(group: (typeof GROUPS)[number]) {
  const file = readFileSync(new URL(`problems/${group}.txt`, import.meta.url), 'utf8')
  return file
    .split(/^-- /m)
    .slice(1)
    .map((example) => {
      const [, rule = '', text = '', said = ''] = /^(.*)\n([\s\S]*)==>\n([\s\S]*)$/.exec(example) ?? []
      const complete = group === 'documents' || /^(clusters|registries):/m.test(text)
      return { rule, text: complete ? text : EAST + text, said: said.trimEnd() }
    })
}

describe.each(GROUPS)('%s', (group) => {
  test.each(examplesOf(group))('$rule', ({ text, said }) => {
    expect(problemsOf(text)).toEqual([said])
  })
})

const placesOf = (text: string): readonly string[] =>
  problemsOf(text).map((problem) => problem.split(': ').slice(0, 2).join(' '))

test('all problems are told at once, in the order of the file', () => {
  const text = `log: {level: loud}\nclusters:\n  - id: East\n    source: {manifests: 5}\ndns: {ttl: x, tcp: {idle: 1}}\n`
  expect(placesOf(text)).toEqual([
    'meridian.yaml:1 log.level',
    'meridian.yaml:3 clusters[0].id',
    'meridian.yaml:4 clusters[0].source.manifests',
    'meridian.yaml:5 dns.ttl',
    'meridian.yaml:5 dns.tcp.idle',
  ])
})

describe('keys are held against each other as far as they are right', () => {
  test('what is wrong with values and between them is told at once', () => {
    const text = `log: {level: loud}
clusters:
  - {id: a, source: {manifests: 5}, reach: endpoints}
  - {id: B, source: {manifests: ./b}, probe: {tcp: ["10.0.0.1:1"], timeout: 9s}}
  - {id: a, source: {manifests: ./c}, probe: {tcp: ["10.0.0.1:1"], timeout: 9s}}
clients: {map: [{cidr: x}, {cidr: 10.0.0.0/8}, {cidr: 10.0.0.0/8, cluster: a}]}
`
    expect(placesOf(text)).toEqual([
      'meridian.yaml:1 log.level',
      'meridian.yaml:3 clusters[0].source.manifests',
      'meridian.yaml:3 clusters[0].reach',
      'meridian.yaml:4 clusters[1].id',
      'meridian.yaml:5 clusters[2].id',
      'meridian.yaml:5 clusters[2].probe.timeout',
      'meridian.yaml:6 clients.map[0].cidr',
      'meridian.yaml:6 clients.map[1]',
      'meridian.yaml:6 clients.map[2].cidr',
    ])
  })

  test.each([
    [
      'a cluster that is wrong may be the one that is named',
      'clusters: [{id: B, source: {manifests: ./b}}]\nlocal: {cluster: b}',
    ],
    ['clusters that are wrong are clusters', 'clusters: [{id: B, source: {manifests: ./b}}]'],
    [
      'a default is not held against what stands beside it',
      `${EAST}dns: {listen: x}\nadmin: {listen: "0.0.0.0:53"}`,
    ],
    [
      'nor a default of one cluster',
      'clusters: [{id: a, source: {manifests: ./a}, reach: endpoints, network: " "}]',
    ],
    [
      'an unknown key takes nothing else with it',
      'clusters: [{id: a, source: {manifests: ./a}, rech: auto}]',
    ],
  ])('%s', (_, text) => {
    expect(placesOf(text)).toHaveLength(1)
  })
})

test('a cluster that is merged from what several share is read', () => {
  const text = `x-shared: &shared {locality: us-east-1, network: a}
x-read: &read {source: {manifests: ./east}}
clusters:
  - {<<: [*shared, *read], id: east, network: b}
`
  expect(parseConfig(text, 'meridian.yaml').clusters).toMatchObject([
    { id: 'east', network: 'b', locality: { region: 'us-east-1' }, source: { kind: 'manifests' } },
  ])
})

test('words that only older YAML takes for truth values are text', () => {
  const ids = ['on', 'yes', 'no', 'off', 'y']
  const clusters = ids.map((id) => `  - {id: ${id}, source: {manifests: ./x}}\n`).join('')
  expect(parseConfig(`clusters:\n${clusters}`, 'meridian.yaml').clusters.map(({ id }) => id)).toEqual(ids)
})

test('a problem behind an alias is placed where the value stands', () => {
  const text = `dns:\n  explain: &who\n    allow: [x]\ntransfer: *who\n${EAST}`
  expect(placesOf(text)).toEqual([
    'meridian.yaml:3 dns.explain.allow[0]',
    'meridian.yaml:3 transfer.allow[0]',
  ])
})

test('long values are cut short in a problem', () => {
  expect(problemsOf(`${EAST}log: {level: ${'x'.repeat(5000)}}\n`)[0]?.length).toBeLessThan(250)
})

test('an alias inside its own anchor is refused, and so are aliases that stand for too much', () => {
  expect(problemsOf('dns: &a {tcp: *a}\n')[0]).toContain('an alias stands inside what its own anchor marks')
  const bomb = [
    'a: &a0 [x, x]',
    ...Array.from({ length: 20 }, (_, i) => `a${i}: &a${i + 1} [*a${i}, *a${i}]`),
  ]
  expect(problemsOf(bomb.join('\n'))[0]).toContain('its aliases cannot be followed: Excessive alias count')
})

test('clusters of the file and of registries may be mixed, and then any cluster may be named', () => {
  const text = 'registries: [{secrets: {namespace: meridian}}]\nlocal: {cluster: found-later}\n'
  expect(problemsOf(text)).toEqual([])
})

test('a ConfigError prints every problem and its remedy', () => {
  const parse = () => parseConfig('dns: {ttl: x}\nlog: {level: x}\n', 'my.yaml')
  expect(parse).toThrow(
    'my.yaml:1: dns.ttl: "x" is not a whole number from 0 to 3600\n    write a whole number from 0 to 3600, such as 5\n' +
      'my.yaml:2: log.level: "x" is not one of',
  )
})

test('the fields of a cluster that stands elsewhere are told of all at once too', () => {
  const fields = { id: 'west', reach: 'endpoints', drain: 'maybe', namespaces: ['shop', 1] }
  const declared = parseDeclared(fields, { clusterset: 'clusterset.local', global: 'global' })
  expect('flaws' in declared ? declared.flaws.map(({ path, remedy }) => `${path}: ${remedy}`) : []).toEqual([
    'drain: write true or false',
    'namespaces[1]: quote it: "1"',
    'reach: give the cluster its network, or write reach: auto',
  ])
})

test.each([1, 99, 100, 101, 300])('one anchor may stand for the same of %i clusters', (count) => {
  const clusters = Array.from(
    { length: count },
    (_, i) => `- {id: c${i}, source: {manifests: ./c${i}}, probe: *probe}`,
  )
  const text = `x-probe: &probe {tcp: ['10.0.0.1:443']}\nclusters:\n${clusters.join('\n')}\n`
  expect(problemsOf(text)).toEqual([])
})
