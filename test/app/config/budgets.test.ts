import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig, watchSpecsOf } from '../../../src/app/config/index.ts'
import { LIMITS } from '../../../src/sources/apiserver/index.ts'

const read = (budgets: string) =>
  parseConfig(`clusters: [{id: east, source: {manifests: east}}]\n${budgets}`, '/etc/meridian/meridian.yaml')

const budgetOf = (budgets: string) => watchSpecsOf(read(budgets))[0]?.budget

describe('what one cluster may cost', () => {
  test('is by default what the heap has room for', () => {
    expect(budgetOf('')).toEqual({
      kept: { bytes: LIMITS.kept.bytes, objects: 1_000_000 },
      line: 8 * 2 ** 20,
    })
  })

  test.each([
    ['octets', 16 * 2 ** 20, 2 ** 40],
    ['objects', 1000, 100_000_000],
    ['line', 65_536, 64 * 2 ** 20],
  ])('is what budgets.%s says, from %i to %i', (key, least, most) => {
    for (const value of [least, most]) {
      const { kept, line } = budgetOf(`budgets: {${key}: ${value}}`) ?? {}
      expect({ octets: kept?.bytes, objects: kept?.objects, line }).toMatchObject({ [key]: value })
    }
    for (const value of [least - 1, most + 1, 10 * most, 0, -1, 1.5, '"1"'])
      expect(() => read(`budgets: {${key}: ${value}}`)).toThrow(ConfigError)
  })
})
