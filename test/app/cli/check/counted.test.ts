import { expect, test } from 'vitest'
import { counted } from '../../../../src/app/cli/check/check-result.ts'

test.each([
  [0, 'service', '0 services'],
  [1, 'service', '1 service'],
  [2, 'service', '2 services'],
  [1, 'ServiceEntry', '1 ServiceEntry'],
  [2, 'ServiceEntry', '2 ServiceEntries'],
  [2, 'key', '2 keys'],
])('%i of %s are %s', (n, noun, text) => {
  expect(counted(n, noun)).toBe(text)
})
