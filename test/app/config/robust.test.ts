import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { allKeys, ConfigError, parseConfig } from '../../../src/app/config/index.ts'

/** Whatever the text, a Config or a ConfigError whose problems are sentences. */
function survives(text: string): void {
  try {
    parseConfig(text, 'meridian.yaml')
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    for (const { place, problem, remedy } of error.problems) {
      expect(place).toMatch(/^meridian\.yaml(:\d+)?$/)
      expect(problem.length * remedy.length).toBeGreaterThan(0)
      expect(`${problem} ${remedy}`).not.toMatch(
        /Invalid input|Too (small|big)|expected \w+, received|undefined|\[object/,
      )
    }
  }
}

const names = [...new Set(allKeys().flatMap(({ path }) => path.split(/[.[\]*]+/)))].filter(
  (name) => name !== '',
)

const word = fc.oneof(
  fc.constantFrom(
    'a',
    'east',
    '10.0.0.0/8',
    '127.0.0.1:53',
    '5s',
    '50%',
    '*',
    'a/b',
    '',
    '~',
    'null',
    '__proto__',
  ),
  fc.string(),
)

/** Values whose keys are mostly the schema's own, so that they get past the first gate. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...names), word), tie('value'), { maxKeys: 5 }),
  ),
}))

test('arbitrary values are read or refused in words', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }), (document) =>
      survives(stringify(document)),
    ),
  )
})

test('arbitrary texts are read or refused in words', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,-&*!|>%@\'"#?\n\t ab1~') }), survives))
})

test.each([10, 100, 1000])(
  'of %i clusters each wrong value is told, in work that grows as they do',
  (count) => {
    const cluster = (i: number): string => `  - {id: ${i}, locality: 5, sourc: {manifests: ./a}}\n`
    const text = `clusters:\n${Array.from({ length: count }, (_, i) => cluster(i)).join('')}`
    const places = (): readonly string[] => {
      try {
        parseConfig(text, 'meridian.yaml')
        return []
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        return error.problems.map(({ place, path, problem }) => `${place} ${path}: ${problem}`)
      }
    }
    const told = places()
    expect(told).toHaveLength(4 * count)
    expect(told.slice(-4)).toEqual([
      `meridian.yaml:${count + 1} clusters[${count - 1}].id: ${count - 1} is a number to YAML, not text`,
      `meridian.yaml:${count + 1} clusters[${count - 1}].locality: 5 is a number to YAML, not text`,
      `meridian.yaml:${count + 1} clusters[${count - 1}].source: is missing`,
      `meridian.yaml:${count + 1} clusters[${count - 1}].sourc: unknown key "sourc"`,
    ])
  },
)
