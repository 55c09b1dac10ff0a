import type { Onlooker } from '../../../src/server/replica/index.ts'

/** What a replica told of services: `+` it came, `~` it changed, `-` it went. */
export class Told implements Onlooker {
  #lines: string[] = []

  came(key: string): void {
    this.#lines.push(`+${key}`)
  }

  changed(key: string): void {
    this.#lines.push(`~${key}`)
  }

  went(key: string): void {
    this.#lines.push(`-${key}`)
  }

  /** Since it was asked last. */
  take(): readonly string[] {
    const lines = this.#lines
    this.#lines = []
    return lines.toSorted()
  }
}
