import { expect, test } from 'vitest'
import { healthOf, readyOf } from '../../../src/server/health/index.ts'

const GOOD = { ready: true, state: 'ready', answers: true }
const still = (s: number): string => `the main thread has stood still for ${s} s`

test.each([
  [0, 200, 'ok\n'],
  [10_000, 200, 'ok\n'],
  [60_000, 200, 'ok\n'],
  [60_001, 503, `${still(60)}\n`],
  [600_000, 503, `${still(600)}\n`],
])('/healthz where main has stood for %i ms: %i', (ms, status, text) => {
  expect(healthOf(GOOD, ms)).toEqual({ status, text })
})

test('/healthz where no thread answers', () => {
  expect(healthOf({ ...GOOD, answers: false }, 0)).toEqual({ status: 503, text: 'no thread answers UDP\n' })
})

test.each([
  [GOOD, 0, 200, 'ok\n'],
  [GOOD, 9999, 200, 'ok\n'],
  [GOOD, 10_000, 200, `ok\n[-] ${still(10)}: the line above is what it said last\n`],
  [GOOD, 100_000, 200, `ok\n[-] ${still(100)}: the line above is what it said last\n`],
  [{ ...GOOD, ready: false, state: 'draining' }, 0, 503, '[-] draining\n'],
  [
    { ...GOOD, ready: false, state: 'draining' },
    10_000,
    503,
    `[-] draining\n[-] ${still(10)}: the line above is what it said last\n`,
  ],
])('/readyz of %o where main has stood for %i ms: %i', (standing, ms, status, text) => {
  expect(readyOf(standing, ms)).toEqual({ status, text })
})
