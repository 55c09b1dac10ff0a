import { expect, test } from 'vitest'
import { printObstacle } from '../../../src/answer/routing/index.ts'

test.each([
  [3, 'no route to c0 (far), c1 (far), c2 (far)'],
  [4, 'no route to c0 (far), c1 (far), c2 (far) and 1 more'],
  [30, 'no route to c0 (far), c1 (far), c2 (far) and 27 more'],
])('of %i clusters that are not reached three are named in a reply', (count, text) => {
  const clusters = Array.from({ length: count }, (_, i) => [`c${i}`, 'far'] as const)
  expect(printObstacle(clusters)).toBe(text)
})
