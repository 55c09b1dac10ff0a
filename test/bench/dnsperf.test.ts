import { expect, test } from 'vitest'
import { parseRun } from '../../bench/dnsperf.ts'

const PRINTED = `DNS Performance Testing Tool
Version 2.10.0

[Status] Testing complete (time limit)

Statistics:

  Queries sent:         94314
  Queries completed:    94310 (99.99%)
  Queries lost:         4 (0.01%)

  Response codes:       NOERROR 90000 (95.43%), NXDOMAIN 4310 (4.57%)
  Average packet size:  request 50, response 66
  Run time (s):         1.001043
  Queries per second:   94215.732990

  Average Latency (s):  0.000967 (min 0.000022, max 0.007785)
  Latency StdDev (s):   0.000415
`

test('the statistics that dnsperf prints become figures', () => {
  expect(parseRun(PRINTED)).toEqual({
    completed: 94_310,
    lost: 4,
    seconds: 1.001043,
    qps: 94_215.73299,
    replyOctets: 66,
    rcodes: new Map([
      ['NOERROR', 90_000],
      ['NXDOMAIN', 4310],
    ]),
  })
})

test('a run without replies has no RCODEs', () => {
  const silent = PRINTED.replace(/Response codes:.*/, 'Response codes:       ')
  expect(parseRun(silent).rcodes.size).toBe(0)
})

test('output that is not dnsperf’s is an error that shows it', () => {
  expect(() => parseRun('command not found')).toThrow('command not found')
})
