import { describe, expect, test } from 'vitest'
import { Parser } from 'yaml'
import { excessIn, KUBECONFIG_BOUND, marksIn } from '../../../src/sources/texts/index.ts'

const BOUND = { characters: 100, marks: 10 }

describe('a text of YAML of somebody else’s', () => {
  test('is parsed up to its bound of marks, and neither one beyond it nor ten times that', () => {
    const some = (marks: number) => ','.repeat(marks)
    expect(excessIn(some(10), BOUND)).toBeUndefined()
    expect(excessIn(some(11), BOUND)).toBe('it has more than 10 values and lines')
    expect(excessIn(some(100), BOUND)).toBe('it has more than 10 values and lines')
  })

  test('is parsed up to its bound of characters, and neither one beyond it nor ten times that', () => {
    const some = (characters: number) => 'a'.repeat(characters)
    expect(excessIn(some(100), BOUND)).toBeUndefined()
    expect(excessIn(some(101), BOUND)).toBe('it has more than 100 characters')
    expect(excessIn(some(1000), BOUND)).toBe('it has more than 100 characters')
  })

  test.each([
    '[0,[],[],{}]',
    '- a\n- b\n-\tc\n-',
    'a: b\nc:\n  d: e',
    '? a\n: b',
    '&a !b *c',
    '{a: "b", \'c\': d}',
    '# a\r\n# b',
    '%YAML 1.2\n---\na: |\n  b\n  c\n',
    '"a":"b":"c"',
  ])('has a third as many marks at least as the parser makes tokens of it: %j', (text) => {
    const isToken = (token: string): boolean => token.trim() !== '' || token.includes('\n')
    const tokens = [...lexed(text)].filter(isToken)
    // Beside a mark stand a plain text and a space or the end of a line, at most.
    expect(3 * marksIn(text, 1_000) + 1).toBeGreaterThanOrEqual(tokens.length)
  })

  test('has no marks in what is in base64, so that certificates are bounded by their length alone', () => {
    expect(marksIn(Buffer.alloc(9_000, 0xfb).toString('base64'), KUBECONFIG_BOUND.marks)).toBe(0)
  })
})

function* lexed(text: string): Generator<string> {
  const sources: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('source' in value && typeof value.source === 'string') sources.push(value.source)
    for (const part of Object.values(value)) walk(part)
  }
  for (const token of new Parser().parse(text)) walk(token)
  yield* sources
}
