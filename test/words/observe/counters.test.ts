import { describe, expect, test } from 'vitest'
import { AnswerCounters } from '../../../src/words/observe/counters.ts'
import { Counter, Histogram, oncePerKind, RequestCounters } from '../../../src/words/observe/index.ts'

describe('requests', () => {
  test('are counted by zone, type, RCODE and transport', () => {
    const requests = new RequestCounters()
    requests.count('a', 1, 0, 'udp')
    requests.count('a', 1, 0, 'udp')
    requests.count('a', 1, 0, 'tcp')
    requests.count('b', 28, 16, 'udp')
    expect([...requests.samples()]).toEqual([
      { labels: { zone: 'a', type: 'A', rcode: 'NOERROR', transport: 'udp' }, value: 2 },
      { labels: { zone: 'a', type: 'A', rcode: 'NOERROR', transport: 'tcp' }, value: 1 },
      { labels: { zone: 'b', type: 'AAAA', rcode: 'BADVERS', transport: 'udp' }, value: 1 },
    ])
  })

  test('of any transport are counted under its label, while zones come', () => {
    const requests = new RequestCounters()
    const labels = ['udp', 'tcp', 'masked', 'other', 'one more']
    for (let i = 0; i < 500; i++) requests.count(`c${i % 100}.local`, 1, 0, labels[i % 5] ?? '')
    const sums = new Map(labels.map((label) => [label, 0]))
    for (const { labels, value } of requests.samples()) {
      const transport = labels['transport'] ?? ''
      sums.set(transport, (sums.get(transport) ?? 0) + value)
    }
    expect([...sums]).toEqual(labels.map((label) => [label, 100]))
  })

  test('of types that are seldom asked share one label value', () => {
    const requests = new RequestCounters()
    for (let type = 300; type < 1300; type++) requests.count('a', type, 3, 'udp')
    expect([...requests.samples()]).toEqual([
      { labels: { zone: 'a', type: 'other', rcode: 'NXDOMAIN', transport: 'udp' }, value: 1000 },
    ])
  })

  test('have at most so many series a zone, whatever is asked', () => {
    const requests = new RequestCounters()
    for (let type = 0; type < 0x10000; type++)
      for (const transport of ['udp', 'tcp'] as const) requests.count('a', type, type % 7, transport)
    expect([...requests.samples()].length).toBeLessThanOrEqual(16 * 7 * 2)
  })
})

test.each([63, 64, 65, 640])('answers of %i clusters are counted apart', (count) => {
  const counters = new AnswerCounters()
  const cells = Array.from({ length: count }, (_, i) => counters.cell(`z${i % 3}`, `c${i}`))
  for (const [i, cell] of cells.entries()) for (let times = 0; times <= i % 5; times++) counters.add(cell)
  const samples = [...counters.samples()]
  expect(samples.map(({ value }) => value)).toEqual(cells.map((_, i) => (i % 5) + 1))
  expect(samples.map(({ labels }) => labels['cluster'])).toEqual(cells.map((_, i) => `c${i}`))
  expect(cells.map((_, i) => counters.cell(`z${i % 3}`, `c${i}`))).toEqual(cells)
})

test.each([1, 300, 3000])('requests of %i zones are counted apart', (count) => {
  const counters = new RequestCounters()
  for (let i = 0; i < count; i++) counters.count(`c${i}.local`, 1, 0, i % 2 === 0 ? 'udp' : 'tcp')
  const samples = [...counters.samples()]
  expect(samples.map(({ labels }) => labels['zone'])).toEqual(
    Array.from({ length: count }, (_, i) => `c${i}.local`),
  )
  expect(samples.every(({ value }) => value === 1)).toBe(true)
})

describe('a counter', () => {
  test('adds up by labels, in any number', () => {
    const counter = new Counter()
    counter.add({ reason: 'a' })
    counter.add({ reason: 'b' }, 5)
    counter.add({ reason: 'a' }, 2)
    expect([...counter.samples()]).toEqual([
      { labels: { reason: 'a' }, value: 3 },
      { labels: { reason: 'b' }, value: 5 },
    ])
  })
})

describe('a histogram', () => {
  test('has cumulative buckets, the bound itself inside, then sum and count', () => {
    const histogram = new Histogram([0.1, 1])
    for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.record(seconds)
    const samples = [...histogram.samples()].map(({ suffix, labels, value }) => [suffix, labels['le'], value])
    expect(samples).toEqual([
      ['_bucket', '0.1', 2],
      ['_bucket', '1', 3],
      ['_bucket', '+Inf', 4],
      ['_sum', undefined, 7.65],
      ['_count', undefined, 4],
    ])
  })
})

describe('a report that is made once per kind', () => {
  test('is made for the first of each', () => {
    const told: unknown[] = []
    const report = oncePerKind((kind, detail) => told.push([kind, detail]))
    for (let i = 0; i < 5; i++) {
      report('a', i)
      report('b', i)
    }
    expect(told).toEqual([
      ['a', 0],
      ['b', 0],
    ])
  })

  test('of a thousand kinds at most: what makes up kinds fills neither memory nor log', () => {
    let told = 0
    const report = oncePerKind(() => told++)
    for (let i = 0; i < 5000; i++) report(`kind ${i}`, null)
    expect(told).toBe(1000)
  })
})
