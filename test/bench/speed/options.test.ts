import { expect, test } from 'vitest'
import { planOf } from '../../../bench/speed/options.ts'

test('the full form takes nine rounds of a second over ten thousand services', () => {
  expect(planOf([])).toMatchObject({ short: false, rounds: 9, seconds: 1, services: 10_000 })
})

test('the short form is short, unless its parts are given', () => {
  expect(planOf(['--short'])).toMatchObject({ rounds: 1, seconds: 1, services: 200 })
  expect(planOf(['--short', '--rounds', '3'])).toMatchObject({ rounds: 3, seconds: 1 })
})

test('a mistake has no plan', () => {
  expect(planOf(['--rounds', '0'])).toBeUndefined()
  expect(planOf(['--seconds', 'soon'])).toBeUndefined()
  expect(planOf(['--shrot'])).toBeUndefined()
  expect(planOf(['--help'])).toBeUndefined()
})
