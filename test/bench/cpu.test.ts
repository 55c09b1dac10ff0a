import { expect, test } from 'vitest'
import { parseResident, parseStat } from '../../bench/cpu.ts'

test('CPU time is utime + stime, whatever the command calls itself', () => {
  const rest = 'S 1 2 3 0 -1 4194560 1000 0 0 0 250 50 0 0 20 0 11 0 123 456 789'
  expect(parseStat(`42 (node) ${rest}`)).toBe(300)
  expect(parseStat(`42 (a) b (c d) ${rest}`)).toBe(300)
})

test('a line without CPU times is an error', () => {
  expect(() => parseStat('42 (node) S 1')).toThrow('CPU times')
})

test('resident memory is VmRSS, in octets', () => {
  expect(parseResident('Name:\tnode\nVmRSS:\t    2048 kB\nRssAnon:\t 1 kB\n')).toBe(2 << 20)
  expect(() => parseResident('Name:\tnode\n')).toThrow('VmRSS')
})
