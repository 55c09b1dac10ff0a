import { expect, test } from 'vitest'
import { jsonLines } from '../../../src/app/admin/json-lines.ts'

test.each([
  [{}],
  [{ a: 1 }],
  [{ a: [], b: [1], c: [1, { d: ['x\n'] }], e: null, f: 'ü\u2028' }],
  [{ a: undefined, b: [undefined, 2] }],
])('an object comes out in lines as JSON has it: %j', (value) => {
  const lines = [...jsonLines(value)]
  expect(JSON.parse(lines.join('\n'))).toEqual(JSON.parse(JSON.stringify(value)))
  for (const line of lines) expect(line).not.toContain('\n')
})
