import { afterEach, expect, test, vi } from 'vitest'
import { parseDeclared } from '../../../src/app/config/index.ts'
import { membershipOf } from '../../../src/app/registry/membership.ts'
import { clustersIn } from '../../../src/app/registry/secrets.ts'
import { type CandidateStanding, standingOfRecalled } from '../../../src/app/registry/standing.ts'
import { sentenceOfProblem } from '../../../src/sources/changes/index.ts'
import { parseSecret } from '../../../src/words/kube/secret.ts'
import { SUFFIXES } from './finding.ts'

function standing(id: string, key = `m/${id}`, renaming?: string): CandidateStanding {
  const declared = parseDeclared({ id }, SUFFIXES)
  if ('flaws' in declared) throw new Error(JSON.stringify(declared.flaws))
  const saved = { key, createdAt: 0, place: `Secret ${key}`, fields: { id } }
  const found = { ...declared.cluster, source: { kind: 'none' }, place: saved.place, saved, renaming }
  return standingOfRecalled(found)
}

const identityOf = (key: string) => ({ asked: true, uid: `uid of ${key}`, was: null, forbidden: null })
const membershipAmong = (standings: readonly CandidateStanding[], configured: readonly string[] = []) =>
  membershipOf({
    configured: configured.map((id) => ({ id, credentials: null })),
    standings,
    suffixes: SUFFIXES,
    identityOf,
    held: new Map(),
  })

afterEach(() => vi.restoreAllMocks())

/** Of names and in tables. */
function looksAmong(count: number): number {
  const ids = Array.from({ length: count }, (_, i) => `c${i}.emea-${i % 7}`)
  const standings = ids.map((id) => standing(id))
  const spies = [
    vi.spyOn(String.prototype, 'endsWith'),
    vi.spyOn(Map.prototype, 'get'),
    vi.spyOn(Map.prototype, 'has'),
    vi.spyOn(Array.prototype, 'find'),
  ]
  const { found } = membershipAmong(standings, ['home'])
  const looks = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  vi.restoreAllMocks()
  expect(found.length).toBe(count)
  return looks
}

test('a cluster is looked up among the members, however many those are', () => {
  const few = looksAmong(100)
  expect(looksAmong(1000)).toBeLessThanOrEqual(few * 10 + 20)
})

test('a key of Istio that is taken is told how to be another here', () => {
  const data = new Map([['west', '']])
  const secret = { ...parseSecret({ metadata: { labels: { 'istio/multiCluster': 'true' } } }), data }
  const [{ renaming } = {}] = clustersIn(secret)
  const { problems } = membershipAmong([
    standing('west', 'istio-system/a west', renaming),
    standing('west', 'istio-system/b west', renaming),
  ])
  expect(problems.map(sentenceOfProblem)).toEqual([
    "id: west names two clusters; give each cluster an id of its own (Istio's name for it may stay: annotate its Secret, which is one for each such cluster, with meridian-dns.io/id)",
  ])
})
