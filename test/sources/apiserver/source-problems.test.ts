import { describe, expect, test } from 'vitest'
import { RequestFailure } from '../../../src/sources/apiserver/failure.ts'
import type { ObjectProblem } from '../../../src/sources/apiserver/narrow.ts'
import { MOST_PROBLEMS_TOLD, SourceProblems } from '../../../src/sources/apiserver/source-problems.ts'

const fault = (i: number): ObjectProblem => ({ problem: `object ${i}`, costs: 'part' })
const PLACE = 'https://east'

describe('what is told of a cluster', () => {
  test.each([MOST_PROBLEMS_TOLD, MOST_PROBLEMS_TOLD + 1, 10 * MOST_PROBLEMS_TOLD])(
    'of %i objects that cannot be read in many namespaces is a list of a hundred at most; one that is mended makes room',
    (n) => {
      const complaints = new SourceProblems()
      for (let i = 0; i < n; i++) complaints.unreadable(`Service n${i % 7}`, `n/s${i}`, fault(i))
      const messages = () => complaints.at(PLACE).map(({ message }) => message)
      expect(messages()).toEqual(Array.from({ length: 100 }, (_, i) => `object ${i}`))
      complaints.unreadable('Service n0', 'n/s0', null)
      expect(messages()).toHaveLength(Math.min(100, n - 1))
      expect(messages()[0]).toBe('object 1')
      complaints.failed('Service n1', new RequestFailure('forbidden', 'no'), 2)
      expect(messages()[0]).toBe('no')
    },
  )

  test('is the same list until something of it changes', () => {
    const complaints = new SourceProblems()
    complaints.unreadable('Service', 'n/a', fault(1))
    complaints.failed('Service', new RequestFailure('connection', 'away'), 2)
    const told = complaints.at(PLACE)
    expect(complaints.at(PLACE)).toBe(told)
    complaints.failed('Service', new RequestFailure('connection', 'once is chance'), 1)
    complaints.recovered('EndpointSlice')
    expect(complaints.at(PLACE)).toBe(told)
    complaints.recovered('Service')
    expect(complaints.at(PLACE)).toEqual([{ place: PLACE, message: 'object 1', costs: 'part' }])
  })
})
