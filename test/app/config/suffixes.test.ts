import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clusterProblems } from '../../../src/app/config/index.ts'
import { isWithin } from '../../../src/values/dns/index.ts'

const SUFFIXES = {
  clusterset: 'clusterset.local',
  global: 'global',
  cluster: '{cluster}.local',
  clusterDomain: 'cluster.local',
}

const problems = (id: string, known: readonly string[] = [], suffixes = {}) =>
  clusterProblems(id, known, { ...SUFFIXES, ...suffixes }).map(({ problem }) => problem)

test('a cluster whose names are its own may join', () => {
  expect(problems('east', ['west', 'c1.emea', 'c2.emea', 'northeast'])).toEqual([])
})

test('an id that is none is refused for that alone', () => {
  for (const id of ['', 'a.', '.a', 'a.b.c', '-a', 'a-', 'a_b', 'É', 'EAST', `${'x'.repeat(64)}`]) {
    expect(problems(id, [id])).toEqual([`${JSON.stringify(id)} is not a cluster id`])
  }
})

test('an id that is known, or a dot-suffix either way, is refused', () => {
  expect(problems('east', ['east'])).toEqual(['east names two clusters'])
  expect(problems('emea', ['c1.emea'])).toEqual([
    'emea is a dot-suffix of c1.emea: names could mean either cluster',
  ])
  expect(problems('c1.emea', ['emea'])).toEqual([
    'emea is a dot-suffix of c1.emea: names could mean either cluster',
  ])
})

test('a cluster zone that clashes with a suffix is refused, once for each', () => {
  expect(problems('cluster')).toEqual(['its zone cluster.local equals local.clusterDomain'])
  expect(problems('x', [], { cluster: '{cluster}.global', clusterset: 'y.x.global' })).toEqual([
    'its zone x.global contains zones.clusterset (y.x.global)',
    'its zone x.global lies inside zones.global (global)',
  ])
})

test('without cluster zones only the ids count', () => {
  expect(problems('cluster', ['east'], { cluster: null })).toEqual([])
  expect(problems('east', ['east'], { cluster: null })).toEqual(['east names two clusters'])
})

test('a zone that is switched off clashes with nothing', () => {
  expect(problems('x', [], { cluster: '{cluster}.global', global: null })).toEqual([])
})

test('zones of a template without a dot before the id clash where the ids do not', () => {
  const known = ['y', 'z', 'x.c-q']
  const cluster = 'c-{cluster}.mesh'
  expect(problems('x.c-y', known, { cluster })).toEqual([
    'its zone c-x.c-y.mesh lies inside the zone of y (c-y.mesh)',
  ])
  expect(problems('q', known, { cluster })).toEqual([
    'its zone c-q.mesh contains the zone of x.c-q (c-x.c-q.mesh)',
  ])
})

test('the clash that is told is the first of those known', () => {
  const labels = fc.constantFrom('a', 'b', 'c')
  const id = fc.oneof(
    labels,
    fc.tuple(labels, labels).map((both) => both.join('.')),
  )
  fc.assert(
    fc.property(id, fc.array(id), (one, known) => {
      const first = known.find((other) => isWithin(one, other) || isWithin(other, one))
      const told = problems(one, known)
      expect(told.length).toBe(first === undefined ? 0 : 1)
      if (first !== undefined) expect(told.join()).toContain(first)
    }),
  )
})
