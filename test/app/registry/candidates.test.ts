import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Suffixes } from '../../../src/app/config/index.ts'
import { candidateOf } from '../../../src/app/registry/candidates.ts'
import { clustersIn } from '../../../src/app/registry/secrets.ts'
import { parseSecret, type Secret } from '../../../src/words/kube/secret.ts'
import { nowhere, SUFFIXES } from './finding.ts'

const candidatesOf = (secret: Secret, suffixes: Suffixes = SUFFIXES) =>
  Promise.all(clustersIn(secret).map((one) => candidateOf(one, 'secrets', suffixes)))

const KEYS = [
  'id',
  'locality',
  'gateway',
  'weight',
  'podCIDRs',
  'exports',
  'probe',
  'kubeconfig',
  '__proto__',
  'x',
]

/** What YAML allows and nobody means. */
const ODD = [
  '&a [*a]',
  '&a {b: *a}',
  '&a {<<: *a}',
  '*a',
  '<<: 5',
  '{? [a] : b}',
  '!!set {a}',
  '!!binary a',
  '1e400',
  '.nan',
  '99999999999999999999',
  '2026-01-01',
  '"\\0"',
  '['.repeat(3000),
  'null',
  '',
]

const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('whatever a Secret holds is a cluster or sentences on what to mend, and never an error of all of them', async () => {
  const fields = fc.dictionary(
    fc.constantFrom(...KEYS),
    fc.oneof(fc.constantFrom(...ODD), fc.json(), fc.string()),
  )
  const anything = fc.oneof(fields, fc.anything())
  await fc.assert(
    fc.asyncProperty(anything, anything, fc.boolean(), async (data, annotations, istio) => {
      const encoded =
        typeof data === 'object' && data !== null
          ? Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(String(text ?? ''))]))
          : data
      const labels = istio ? { 'istio/multiCluster': 'true' } : {}
      const secret = parseSecret({
        metadata: { namespace: 'm', name: 's', labels, annotations },
        data: encoded,
      })
      for (const { reading } of await candidatesOf(secret)) {
        if ('problems' in reading) expect(reading.problems.map(({ problem }) => problem).join()).not.toBe('')
        if ('problems' in reading)
          expect(reading.problems.map(({ problem }) => problem).join()).not.toContain('a bug of Meridian')
      }
    }),
  )
})

test('a value that holds itself costs its cluster, and no other in the Secret', async () => {
  const data = { west: nowhere(), east: nowhere() }
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]))
  const one = (weight: string) =>
    parseSecret({
      metadata: {
        namespace: 'm',
        name: 's',
        labels: { 'istio/multiCluster': 'true' },
        annotations: { 'meridian-dns.io/weight': weight },
      },
      data: encoded,
    })
  const [west] = await candidatesOf(one('&a [*a]'))
  expect(west?.reading).toEqual({
    place: 'Secret m/s, key west',
    problems: [
      { problem: 'weight: an alias stands inside what its own anchor marks', remedy: 'write it out' },
    ],
  })
  expect((await candidatesOf(one('5'))).map(({ reading }) => 'cluster' in reading)).toEqual([true, true])
})

test.each([
  ['5', '5'],
  ['5 # five', '5'],
  ['0120 # as it stands', '0120'],
  ['true', 'true'],
  ['\ufeffvpc-a', 'vpc-a'],
  ['"5 # five"', '5 # five'],
])('a text that is written %j is %j', async (written, meant) => {
  const data = { kubeconfig: base64(nowhere()), network: base64(written) }
  const [one] = await candidatesOf(parseSecret({ metadata: { namespace: 'm', name: 's' }, data }), SUFFIXES)
  expect(one?.reading).toMatchObject({ cluster: { network: meant } })
})

test('a bug that one cluster brings out is told at its place', async () => {
  const suffixes = {
    ...SUFFIXES,
    get clusterset(): string {
      throw new Error('of one')
    },
  }
  const [one] = await candidatesOf(
    parseSecret({
      metadata: { namespace: 'm', name: 's' },
      data: { kubeconfig: base64(nowhere()), gateway: base64('{addresses: [gw.example.com]}') },
    }),
    suffixes,
  )
  expect(one?.reading).toEqual({
    place: 'Secret m/s',
    problems: [{ problem: 'a bug of Meridian, please report it: Error: of one' }],
  })
})

test('what Istio calls Kubernetes is told how to have an id here, and has it by that', async () => {
  const named = (annotations: Readonly<Record<string, string>>) =>
    candidatesOf(
      parseSecret({
        metadata: {
          namespace: 'istio-system',
          name: 's',
          labels: { 'istio/multiCluster': 'true' },
          annotations,
        },
        data: { Kubernetes: base64(nowhere()) },
      }),
      SUFFIXES,
    )
  const [one] = await named({})
  expect(one?.reading).toEqual({
    place: 'Secret istio-system/s, key Kubernetes',
    problems: [
      {
        problem: expect.stringMatching(/^id: "?Kubernetes"? /),
        remedy: expect.stringMatching(
          /^write .*\(Istio's name for it may stay: annotate its Secret, which is one for each such cluster, with meridian-dns\.io\/id\)$/,
        ),
      },
    ],
  })
  const [other] = await named({ 'meridian-dns.io/id': 'cluster-west' })
  expect(other?.reading).toMatchObject({ cluster: { id: 'cluster-west' } })
  const [wrong] = await named({ 'meridian-dns.io/id': 'WEST' })
  expect(JSON.stringify(wrong?.reading)).not.toContain('Istio')
})
