import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { readPlainYaml } from '../../../src/words/kube/plain-yaml.ts'
import { runs } from '../../support/runs.ts'

describe('a text of an annotation', () => {
  test.each([
    '',
    '# nothing but a comment',
    '3',
    '-1.5',
    '"50%"',
    '50%',
    'null',
    '~',
    'true',
    'a b',
    'a#b # c',
    "'it''s'",
    '"\\u00e9\\n"',
    '[]',
    '{}',
    '[ ]',
    '[1, 2,]',
    '{a: 1, b: [x, "y"], c: {d: e f}}',
    '{"a":1,"b":{"c":[{}]}}',
    '{a: , b: 1}',
    '{\n  a: 1, # one\n  b: 2\n}\n',
    'a: 1\nb:\n  c: 2\n',
    'a:\n- 1\n- 2\nb: 3\n',
    'a:\n  - 1\n  -   2\n',
    '- a: 1\n  b: 2\n- c: 3\n',
    '-\n  a: 1\n-\n',
    '- - 1\n  - 2\n- 3\n',
    '- {from: us-east-1/*, to: {us-east-1/*: 80, "*": 20}}\n',
    '---\na: 1\n',
    '\na: 1\n\n\nb: 2\n',
    'a: 1\r\nb:\r\n- 2\r\n',
    'key with spaces: 1',
    '"a": 1\n\'b\': 2',
    'a: http://x/y',
    '__proto__: 1',
  ])('%j is what YAML makes of it', (text) => {
    expect(readPlainYaml(text)).toEqual(parse(text))
  })

  test.each([
    ['[1', 'it ends too early'],
    ['{a: 1', 'it ends too early'],
    ['[1] 2', 'line 1: "2" is not expected here'],
    ['a: 1\n  b: 2', 'line 2: "b: 2" is not expected here'],
    ['a: b: c', 'line 1: ": c" is not expected here'],
    ['a: 1\na: 2', 'the key a is there twice'],
    ['{a: 1, a: 2}', 'the key a is there twice'],
    ['a: &x 1', 'anchors, aliases, tags and texts of several lines are not read: "&x 1"'],
    ['a: |\n  b', 'anchors, aliases, tags and texts of several lines are not read: "|"'],
    ['"a', 'line 1: "\\"a" is not expected here'],
    ['"\\q"', '"\\"\\\\q\\"" is not quoted as JSON has it'],
    ['- 1\nb: 2', 'line 2: "b: 2" is not expected here'],
    ['['.repeat(17), 'it is more than 16 levels deep'],
  ])('%j is told: %s', (text, message) => {
    expect(() => readPlainYaml(text)).toThrow(message)
  })

  test.each([
    [15, true],
    [16, true],
    [17, false],
    [160, false],
  ])('of %i levels is read: %s', (depth, isRead) => {
    const read = () => readPlainYaml('['.repeat(depth) + ']'.repeat(depth))
    if (isRead) expect(read).not.toThrow()
    else expect(read).toThrow('levels deep')
  })

  const word = fc.stringMatching(/^[a-z0-9][a-z0-9./-]{0,8}$/)
  const scalar = fc.oneof(
    fc.integer({ min: 0, max: 1e6 }),
    word,
    fc.constantFrom('50%', '*', 'a b', '#', "'", ''),
  )
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 3 }),
    ),
  }))

  test('is the same value however it is written', () => {
    fc.assert(
      fc.property(value, fc.boolean(), (wanted, inBrackets) => {
        expect(readPlainYaml(JSON.stringify(wanted))).toEqual(wanted)
        expect(readPlainYaml(JSON.stringify(wanted, null, 2))).toEqual(wanted)
        const options = inBrackets ? ({ collectionStyle: 'flow' } as const) : {}
        expect(readPlainYaml(stringify(wanted, { lineWidth: 0, ...options }))).toEqual(wanted)
      }),
      { numRuns: runs(300) },
    )
  })

  test('never means another thing than in YAML, whatever it is', () => {
    const piece = fc.constantFrom(
      'a',
      '1',
      ':',
      ' ',
      '\n',
      '-',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '#',
      ': ',
      '  ',
      '*',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        let read: unknown
        try {
          read = readPlainYaml(text)
        } catch {
          return
        }
        expect(read).toEqual(parse(text, { logLevel: 'silent' }))
      }),
      { numRuns: runs(2000) },
    )
  })
})
