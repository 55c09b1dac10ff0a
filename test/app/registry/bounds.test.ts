import { describe, expect, test } from 'vitest'
import { candidateOf } from '../../../src/app/registry/candidates.ts'
import { fieldsIn } from '../../../src/app/registry/fields.ts'
import { clustersIn, MOST_IN_SECRET } from '../../../src/app/registry/secrets.ts'
import { FIELDS_BOUND, KUBECONFIG_BOUND } from '../../../src/sources/texts/index.ts'
import { parseAs, SECRET } from '../../../src/words/kube/index.ts'
import { parseSecret } from '../../../src/words/kube/secret.ts'
import { eventually } from '../../support/recorder.ts'
import { ground, nowhere, SUFFIXES, secret } from './finding.ts'

const given = ground()
const bad = (data: Record<string, string>) =>
  secret('bad', { data: { kubeconfig: nowhere(), ...data }, age: 0 })
const good = secret('good', { data: { kubeconfig: nowhere(), locality: 'eu/a' }, age: 1 })

/** `labels` as a list of so many marks, its own brackets and the field among them. */
const marked = (marks: number): string => `[${'1,'.repeat(marks - 3)}1]`

describe('a field that is longer than any that means something', () => {
  test('is parsed at the bound, and neither one beyond it nor ten times that', () => {
    const read = (marks: number) => fieldsIn([['labels', marked(marks)]], '')
    expect(read(FIELDS_BOUND.marks)).toMatchObject({ flaws: [], values: { labels: expect.any(Array) } })
    for (const marks of [FIELDS_BOUND.marks + 1, 10 * FIELDS_BOUND.marks])
      expect(read(marks)).toMatchObject({
        values: {},
        flaws: [{ problem: expect.stringContaining('labels: is too long') }],
      })
  })

  test('has no more characters with all others of its cluster', () => {
    const half = 'a'.repeat(FIELDS_BOUND.characters / 2 - 2)
    const read = (more: string) => {
      const { values, flaws } = fieldsIn(
        [...['a1', 'a2'].map((name) => [name, half] as const), ['b', more]],
        '',
      )
      return [Object.keys(values), flaws.length]
    }
    const { values, flaws } = fieldsIn(
      ['a1', 'a2'].map((name) => [name, half] as const),
      '',
    )
    expect([Object.keys(values), flaws.length]).toEqual([['a1', 'a2'], 0])
    expect(read('')).toEqual([['a1', 'a2'], 1])
    expect(read('a'.repeat(10 * FIELDS_BOUND.characters))).toEqual([['a1', 'a2'], 1])
  })

  test('has as many names of fields as the bound has values, and one flaw tells of the others', () => {
    const fields = (count: number) => Array.from({ length: count }, (_, i) => [`f${i}`, 'a'] as const)
    expect(fieldsIn(fields(FIELDS_BOUND.marks), '').flaws).toEqual([])
    expect(fieldsIn(fields(FIELDS_BOUND.marks + 1), '').flaws).toHaveLength(1)
    expect(fieldsIn(fields(10 * FIELDS_BOUND.marks), '').flaws).toHaveLength(1)
  })

  test('leaves its own cluster out, and is told; the one beside it joins', async () => {
    given.put(bad({ labels: `[0${',[]'.repeat(100_000)}]` }))
    given.put(good)
    const { told, status } = await given.synced()
    expect(told.ids).toEqual(['good'])
    expect(told.problems.join('\n')).toContain('Secret meridian/bad: labels: is too long')
    expect(status().leftOut).toBe(1)
  })

  test('says a key twice as any other', () => {
    const { flaws } = fieldsIn([['labels', '{a: 1, b: {c: 1, c: 2}}']], '')
    expect(flaws).toMatchObject([{ problem: 'labels: is not YAML: Map keys must be unique' }])
  })
})

describe('a kubeconfig in an object', () => {
  const padded = (marks: number): string => `${nowhere()}\n${'#\n'.repeat(marks / 2)}`

  test.each([
    ['marks', padded(10 * KUBECONFIG_BOUND.marks), 'values and lines'],
    ['characters', `${nowhere()}#${'a'.repeat(KUBECONFIG_BOUND.characters)}`, 'characters'],
  ])('of more %s than one has is not parsed, and told', async (_what, kubeconfig, what) => {
    given.put(bad({ kubeconfig }))
    given.put(good)
    const { told } = await given.synced()
    expect(told.ids).toEqual(['good'])
    expect(told.problems.join('\n')).toContain(
      'Secret meridian/bad: kubeconfig: is too long: it has more than',
    )
    expect(told.problems.join('\n')).toContain(what)
  })

  test('with a key that takes long to sign with is refused', async () => {
    given.put(bad({ kubeconfig: nowhere({ 'client-key-data': 'A'.repeat(12_289) }) }))
    given.put(good)
    const { told } = await given.synced()
    expect(told.ids).toEqual(['good'])
    expect(told.problems.join('\n')).toContain('client-key-data: has more than 12288 characters')
  })
})

describe('of a registry that has more clusters than count', () => {
  const CLUSTERS = 3
  const numbered = (i: number) => secret(`c${i}`, { data: { kubeconfig: nowhere() }, age: i })

  test.each([
    [CLUSTERS, 0],
    [CLUSTERS + 1, 1],
    [10 * CLUSTERS, 9 * CLUSTERS],
  ])('the oldest join: of %i there are %i left out, which is told', async (count, leftOut) => {
    for (let i = count; i > 0; i--) given.put(numbered(i))
    const { told, status } = await given.synced({ limits: { clusters: CLUSTERS } })
    expect(told.ids).toEqual(['c1', 'c2', 'c3'])
    expect(status().leftOut).toBe(leftOut)
    expect(told.problems).toHaveLength(leftOut === 0 ? 0 : 1)
    if (leftOut > 0)
      expect(told.problems[0]).toContain(
        `secrets: it has ${count} objects of kind Secret, of which the oldest 3 count`,
      )
  })

  test('one that leaves makes room for the next', async () => {
    for (let i = 1; i <= CLUSTERS + 1; i++) given.put(numbered(i))
    const { told, status } = await given.synced({ limits: { clusters: CLUSTERS } })
    given.remove(numbered(2))
    await eventually(() => expect(told.ids).toEqual(['c1', 'c3', 'c4']))
    expect(status()).toMatchObject({ leftOut: 0, problems: [] })
  })

  test('a Secret with many clusters counts as many', async () => {
    const data = Object.fromEntries(['a', 'b', 'c'].map((id) => [id, nowhere()]))
    const labels = { 'istio/multiCluster': 'true', 'meridian-dns.io/cluster': '' }
    given.put(secret('many', { labels, data, age: 1 }))
    given.put(numbered(0))
    given.put(numbered(2))
    const { told, status } = await given.synced({ limits: { clusters: CLUSTERS } })
    expect(told.ids).toEqual(['c0'])
    expect(status().leftOut).toBe(2)
  })
})

describe('of several registries that have more clusters together than count', () => {
  const CLUSTERS = 4
  const both = ['meridian', 'other'].map((namespace) => ({
    secrets: { namespace, selector: 'meridian-dns.io/cluster' },
  }))

  test.each([
    [CLUSTERS, 0],
    [CLUSTERS + 1, 1],
    [2 * CLUSTERS, CLUSTERS],
  ])('the oldest of all join: of %i there are %i left out, which is told', async (count, leftOut) => {
    for (let i = 1; i <= count; i++)
      given.put(
        secret(`c${i}`, {
          namespace: i % 2 === 0 ? 'other' : 'meridian',
          data: { kubeconfig: nowhere() },
          age: i,
        }),
      )
    const { told, status } = given.start({ limits: { clusters: CLUSTERS } }, both)
    await eventually(() => expect(told.ids).toEqual(['c1', 'c2', 'c3', 'c4']))
    expect(status().leftOut).toBe(leftOut)
    expect(told.problems).toHaveLength(leftOut === 0 ? 0 : 1)
    if (leftOut > 0)
      expect(told.problems[0]).toContain(
        `registries: they have ${count} clusters together, of which the oldest ${CLUSTERS} count`,
      )
  })
})

test('of one of Istio’s Secrets the first clusters count, and one problem tells of the others', () => {
  const clusters = (count: number) => {
    const data = Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, nowhere()]))
    const labels = { 'istio/multiCluster': 'true' }
    const parsed = parseAs(SECRET, { ...secret('istio', { labels, data }) })
    return parsed.outcome === 'object' && SECRET.is(parsed.object) ? clustersIn(parsed.object) : []
  }
  expect(clusters(MOST_IN_SECRET).flatMap(({ flaws }) => flaws)).toEqual([])
  for (const count of [MOST_IN_SECRET + 1, 10 * MOST_IN_SECRET]) {
    const found = clusters(count)
    expect(found).toHaveLength(MOST_IN_SECRET + 1)
    expect(found.flatMap(({ flaws }) => flaws)).toMatchObject([
      { problem: `it has ${count} clusters, of which the first ${MOST_IN_SECRET} count` },
    ])
  }
})

describe('what is wrong with a cluster of a Secret', () => {
  const written = (data: Record<string, string>, annotations: Record<string, string> = {}) =>
    parseSecret({
      metadata: { namespace: 'meridian', name: 'many', annotations },
      data: Object.fromEntries(
        Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
      ),
    })
  const named = (count: number, prefix = '') =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}f${i}`, 'a']))
  const problemsOf = async (count: number) => {
    const [one] = clustersIn(written({ kubeconfig: nowhere(), ...named(count) }))
    const { reading } = one === undefined ? {} : await candidateOf(one, 'secrets', SUFFIXES)
    return reading !== undefined && 'problems' in reading ? reading.problems.length : 0
  }

  test.each([
    [19, 19],
    [20, 20],
    [21, 20],
    [200, 20],
  ])('is told as %i problems in %i', async (count, told) => {
    expect(await problemsOf(count)).toBe(told)
  })

  test.each([
    [9, 9],
    [10, 10],
    [11, 10],
    [100, 10],
  ])('as %i fields that stand in it twice are told in %i', (count, told) => {
    const [one] = clustersIn(written(named(count), named(count, 'meridian-dns.io/')))
    const twice = one?.flaws.filter(({ problem }) =>
      problem.includes('stands in the data and in an annotation'),
    )
    expect(twice).toHaveLength(told)
  })
})
