import { expect, test } from 'vitest'
import { sumSheets } from '../../../src/server/workers/sums.ts'
import { AnswerCounts } from '../../../src/words/observe/index.ts'

function counted(queries: number, zone: string) {
  const counts = new AnswerCounts()
  for (let i = 0; i < queries; i++) {
    counts.requests.count(zone, 1, 0, 'udp')
    counts.duration.record(1e-4)
    counts.answered.count(zone, 'east')
    counts.noRoute(zone)
    counts.dropped('port0')
    counts.bug()
  }
  return counts.sheet()
}

const values = (samples: readonly { readonly value: number }[]) => samples.map(({ value }) => value)

test('sheets are summed by labels, and histograms bucket by bucket', () => {
  const sum = sumSheets(sumSheets(counted(2, 'global'), counted(3, 'global')), counted(5, 'clusterset.local'))
  const { duration, dropped, bugs, ...byZone } = sum
  for (const samples of Object.values(byZone)) {
    expect(samples.map(({ labels }) => labels['zone'])).toEqual(['global', 'clusterset.local'])
    expect(values(samples)).toEqual([5, 5])
  }
  expect([values(dropped), values(bugs)]).toEqual([[10], [10]])
  expect(duration.counts).toEqual(counted(10, '').duration.counts)
  expect(duration.sum).toBeCloseTo(1e-3)
})
