import { expect, test } from 'vitest'
import { clusterProblems } from '../../src/config/index.ts'

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
