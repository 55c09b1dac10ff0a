/**
 * The packets of fixtures/wire, captured and malformed: `*.hex`, the first line `# outcome: sentence`, then hex
 * digits; other lines that begin with # are remarks. Outcomes: `drop short`, `drop response`, an RCODE,
 * `query NAME CLASS TYPE`.
 */
import { readdirSync, readFileSync } from 'node:fs'

export interface WireFixture {
  readonly file: string
  readonly outcome: string
  readonly sentence: string
  readonly octets: Uint8Array<ArrayBuffer>
}

const directory = new URL('../../fixtures/wire/', import.meta.url)

export const wireFixtures = (): readonly WireFixture[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.hex'))
    .sort()
    .map((file) => parse(file, readFileSync(new URL(file, directory), 'utf8')))

function parse(file: string, text: string): WireFixture {
  const [, outcome, sentence] = /^# ([^:]+): (.+)$/m.exec(text) ?? []
  const digits = text.replace(/^#.*$/gm, '').replace(/\s/g, '')
  if (outcome === undefined || sentence === undefined || !/^([0-9a-f]{2})*$/.test(digits))
    throw new Error(`fixtures/wire/${file}: expected "# outcome: sentence", then lines of hex digits`)
  return { file, outcome, sentence, octets: Uint8Array.from(Buffer.from(digits, 'hex')) }
}
