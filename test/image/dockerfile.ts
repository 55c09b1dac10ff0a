/** What the Dockerfile says of its last stage, for tests that run the image without an engine. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Instruction {
  /** `FROM`, `COPY`. */
  readonly name: string
  readonly rest: string
}

export interface Image {
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly user: string
  readonly ports: readonly string[]
  readonly stopSignal: string
}

const FILE = join(import.meta.dirname, '..', '..', 'Dockerfile')

/** Stage by stage; continued lines are one instruction, comments none. */
export function stagesOf(text: string = readFileSync(FILE, 'utf8')): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = []
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '')
  for (const line of lines.split('\n').filter((one) => one.trim() !== '')) {
    const [name = '', ...rest] = line.trim().split(' ')
    if (name === 'FROM') stages.push([])
    stages.at(-1)?.push({ name, rest: rest.join(' ') })
  }
  return stages
}

export function dockerfile(): Image {
  const last = stagesOf().at(-1) ?? []
  const of = (name: string) => last.filter((one) => one.name === name).map(({ rest }) => rest)
  return {
    entrypoint: wordsOf(of('ENTRYPOINT')[0]),
    command: wordsOf(of('CMD')[0]),
    environment: Object.fromEntries(of('ENV').map(splitAtEquals)),
    user: of('USER')[0] ?? '',
    ports: of('EXPOSE').flatMap((rest) => rest.split(' ')),
    stopSignal: of('STOPSIGNAL')[0] ?? '',
  }
}

/** The form without a shell: a JSON array. */
function wordsOf(rest = ''): readonly string[] {
  const words: unknown = JSON.parse(rest)
  if (!Array.isArray(words)) throw new Error(`Dockerfile: not a JSON array: ${rest}`)
  return words.map(String)
}

function splitAtEquals(rest: string): readonly [string, string] {
  const at = rest.indexOf('=')
  return [rest.slice(0, at), rest.slice(at + 1)]
}
