/** Figures of a run: measured, printed, and asserted only against generous bounds. */

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

/** Beside the tests' own output, on one line. */
export const say = (text: string): boolean => process.stderr.write(`    ${text}\n`)

export class Stopwatch {
  readonly #start = performance.now()

  get ms(): number {
    return performance.now() - this.#start
  }
}
