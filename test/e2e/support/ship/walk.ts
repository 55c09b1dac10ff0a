/** The ways that pages lead through, command by command: what is printed, and what the tests run. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../../support/server.ts'

const HEADING = '## From nothing to a name across clusters\n'

export interface Step {
  /** What a person pastes into a shell. */
  readonly script: string
  /** Lines that say after `# ` what they print, up to a colon. */
  readonly answers: readonly { readonly line: string; readonly answer: string }[]
}

/** The section as it stands, without its heading. */
export function section(): string {
  const readme = readFileSync(join(CHECKOUT, 'README.md'), 'utf8')
  const from = readme.indexOf(HEADING)
  if (from === -1) throw new Error(`README.md has no section ${HEADING}`)
  const text = readme.slice(from + HEADING.length)
  return text.slice(0, text.indexOf('\n## ')).trim()
}

/** Its `sh` blocks. The first starts the clusters, the second enters them. */
export const steps = (): Step[] => stepsIn(section())

/** The `sh` blocks of a page. */
export const stepsOf = (page: string): Step[] => stepsIn(readFileSync(join(CHECKOUT, page), 'utf8'))

const stepsIn = (text: string): Step[] =>
  [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, script = '']) => ({
    script,
    answers: [...script.matchAll(/^(\S.*?)\s+# ([\w.=-]+)(?::.*)?$/gm)].map(([, line = '', answer = '']) => ({
      line,
      answer,
    })),
  }))
