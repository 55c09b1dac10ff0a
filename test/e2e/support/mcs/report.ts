/** What came of each spec, for people: printed, and kept as report.yaml. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { CHECKOUT } from '../../../support/server.ts'
import type { Spec } from './specs/spec.ts'

export type Outcome = 'passed' | 'failed' | 'not run'

interface Line {
  readonly spec: string
  readonly labels: readonly string[]
  readonly outcome: Outcome
  readonly seconds?: number
  readonly why?: string
}

/** Git ignores it. */
export const FOLDER = join(CHECKOUT, 'test/e2e/out/conformance')

export class Report {
  readonly #lines: Map<string, Line>

  /** Nothing has run yet. */
  constructor(specs: readonly Spec[], why: string) {
    const lines = specs.map(
      ({ title, labels }) => ({ spec: title, labels, outcome: 'not run', why }) as const,
    )
    this.#lines = new Map(lines.map((line) => [line.spec, line]))
  }

  /** Runs it; what it throws is noted, and thrown. */
  async note({ title, labels }: Spec, run: () => Promise<void>): Promise<void> {
    const start = performance.now()
    const seconds = () => Math.round((performance.now() - start) / 100) / 10
    try {
      await run()
      this.#lines.set(title, { spec: title, labels, outcome: 'passed', seconds: seconds() })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#lines.set(title, { spec: title, labels, outcome: 'failed', seconds: seconds(), why })
      throw error
    }
  }

  outcomes(outcome: Outcome): string[] {
    return this.#all.filter((line) => line.outcome === outcome).map(({ spec }) => spec)
  }

  /** Returns where. */
  keep(about: object): string {
    mkdirSync(FOLDER, { recursive: true })
    const path = join(FOLDER, 'report.yaml')
    writeFileSync(path, stringify({ ...about, ...this.#counts(), specs: this.#all }, { lineWidth: 0 }))
    return path
  }

  print(): string {
    const width = Math.max(...this.#all.map(({ spec }) => spec.length))
    const lines = this.#all.map(({ spec, labels, outcome, seconds, why }) => {
      const took = seconds === undefined ? '' : `${seconds} s`
      const reason = why?.split('\n')[0] ?? ''
      return `${outcome.padEnd(8)} ${spec.padEnd(width)}  ${labels.join(' ')}  ${took} ${reason}`.trimEnd()
    })
    return [
      ...lines,
      Object.entries(this.#counts())
        .map(([what, n]) => `${n} ${what}`)
        .join(', '),
    ].join('\n')
  }

  get #all(): Line[] {
    return [...this.#lines.values()]
  }

  #counts() {
    const count = (outcome: Outcome) => this.outcomes(outcome).length
    return { passed: count('passed'), failed: count('failed'), 'not run': count('not run') }
  }
}
