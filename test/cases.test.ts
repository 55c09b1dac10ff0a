import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseCase } from './support/case.ts'
import { runCase } from './support/caseRun.ts'

const directory = new URL('../fixtures/cases/', import.meta.url)
const cases = readdirSync(directory)
  .filter((file) => file.endsWith('.case'))
  .sort()
  .map((file) => parseCase(file, readFileSync(new URL(file, directory), 'utf8')))

describe('every case, through answer(), octets, UDP and TCP', () => {
  for (const one of cases) {
    test(`${one.sentence} ${one.source} (${one.file})`, async () => {
      await expect(runCase(one)).resolves.toBeUndefined()
    })
  }

  test('no two cases say the same', () => {
    expect(new Set(cases.map(({ sentence }) => sentence)).size).toBe(cases.length)
  })
})
