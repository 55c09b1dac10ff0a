import { expect, test } from 'vitest'
import { MIXES } from '../../bench/queries.ts'

test('every mix asks in dnsperf’s form, the same in every run', () => {
  for (const { lines } of MIXES) {
    expect(lines()).toHaveLength(20_000)
    expect(lines()).toEqual(lines())
    expect(lines().filter((line) => !/^[a-z0-9_.-]+ (A|AAAA|SRV)$/.test(line))).toEqual([])
  }
})

test('the mixed queries hold what their title says', () => {
  const mixed = MIXES[0]?.lines() ?? []
  const share = (pattern: RegExp) => mixed.filter((line) => pattern.test(line)).length / mixed.length
  expect(MIXES[0]?.title).toContain('70 % A, 15 % AAAA, 5 % SRV, 10 % NXDOMAIN')
  expect(share(/^svc-.* A$/)).toBe(0.7)
  expect(share(/ AAAA$/)).toBe(0.15)
  expect(share(/ SRV$/)).toBe(0.05)
  expect(share(/^gone-/)).toBe(0.1)
})
