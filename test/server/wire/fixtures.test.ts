import { describe, expect, it } from 'vitest'
import type { DecodedMessage } from '../../../src/server/wire/index.ts'
import { printClass, printName, printRcode, printType } from '../../../src/values/dns/index.ts'
import { wireFixtures } from '../../support/wireFixtures.ts'
import { decode } from './messages.ts'

function outcomeOf(decoded: DecodedMessage): string {
  if (decoded.kind === 'drop') return `drop ${decoded.reason}`
  if (decoded.kind === 'error') return printRcode(decoded.rcode)
  const { name, type, class: code } = decoded.query.question
  return `query ${printName(name)} ${printClass(code)} ${printType(type)}`
}

describe('fixtures/wire', () => {
  for (const { file, outcome, sentence, octets } of wireFixtures())
    it(`${file}: ${outcome}: ${sentence}`, () => {
      expect(outcomeOf(decode(octets))).toBe(outcome)
    })
})
