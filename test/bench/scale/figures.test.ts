import { expect, test } from 'vitest'
import { planOf } from '../../../bench/scale/options.ts'
import { parseStatus } from '../../../bench/scale/process.ts'
import { verdict } from '../../../bench/scale/report.ts'
import { parseMetrics } from '../../../bench/scale/server.ts'
import { stateIn } from '../../../bench/scale/state-watch.ts'

test('what is resident is VmRSS, and the most that was VmHWM', () => {
  const text = 'Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\nRssAnon:\t 10 kB\n'
  expect(parseStatus(text)).toEqual({ now: 200 * 1024, peak: 300 * 1024 })
  expect(() => parseStatus('Name:\tnode\n')).toThrow('VmRSS')
})

test('metrics are read by name and labels as printed', () => {
  const text = '# HELP a b\n# TYPE a gauge\na{x="1 2"} 3\nb 4.5e3\n'
  expect([...parseMetrics(text)]).toEqual([
    ['a{x="1 2"}', 3],
    ['b', 4500],
  ])
})

test('a target is met by what is at most as much', () => {
  expect(verdict(1.5, 1.5, 'GiB')).toBe('1.50 of at most 1.5 GiB: met')
  expect(verdict(1.51, 1.5, 'GiB')).toBe('1.51 of at most 1.5 GiB: MISSED')
})

test('the state of a cluster is read from its own string of an explanation', () => {
  const said = (id: number, state: string) => `\x0ecluster=cluster-${id}\x05locality=x\x0astate=${state}`
  const reply = Buffer.from(said(11, 'live') + said(1, 'down'), 'latin1')
  expect(stateIn(reply, 1)).toBe('down')
  expect(stateIn(reply, 11)).toBe('live')
  expect(stateIn(reply, 2)).toBeUndefined()
})

test('left alone it measures all of a hundred clusters, short what takes a minute', () => {
  expect(planOf([])).toMatchObject({ size: { clusters: 100, services: 100_000, endpoints: 1_000_000 } })
  expect([...(planOf(['--short'])?.parts ?? [])]).toEqual(['memory', 'ready', 'change'])
  expect([...(planOf(['--only', 'coredns', '--only', 'memory'])?.parts ?? [])]).toEqual(['memory', 'coredns'])
})

test.each([
  ['--help'],
  ['--only=nothing'],
  ['--clusters=0'],
  ['--services=10.5'],
  ['--endpoints=5'],
  ['--exporters=99'],
  ['--heap=1'],
  ['--unknown'],
])('%s is answered with the usage', (argument) => {
  expect(planOf([argument])).toBeUndefined()
})
