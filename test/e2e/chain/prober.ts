/** Clients that never stop asking, and never ask twice: what they count as failed, an application would have noticed. */

import { setTimeout as pause } from 'node:timers/promises'
import { ask, type Transport, transports } from './client.ts'

/** As long as a stub resolver waits for one reply. None of them is asked for again. */
const PATIENCE_MS = 5_000
const PAUSE_MS = 5

export class Prober {
  asked = 0
  slowestMs = 0
  /** What went wrong, each with its name and transport. */
  readonly failed: string[] = []
  readonly #port: number
  readonly #names: readonly string[]
  readonly #loops: Promise<unknown>
  #stopped = false

  /** Asks for the A records of those names in turn, over UDP and TCP. */
  constructor(port: number, names: readonly string[]) {
    this.#port = port
    this.#names = names
    this.#loops = Promise.all(transports.map((transport) => this.#loop(transport)))
  }

  /** What it has counted, as one line. */
  async stop(): Promise<string> {
    this.#stopped = true
    await this.#loops
    return `asked ${this.asked}, failed ${this.failed.length}, slowest ${this.slowestMs.toFixed(0)} ms`
  }

  async #loop(transport: Transport): Promise<void> {
    while (!this.#stopped) {
      const name = this.#names[this.asked++ % this.#names.length] ?? ''
      const start = performance.now()
      const failure = await this.#failure(name, transport)
      const ms = performance.now() - start
      this.slowestMs = Math.max(this.slowestMs, ms)
      const problem = failure ?? (ms > PATIENCE_MS ? `answered after ${ms.toFixed(0)} ms` : undefined)
      if (problem !== undefined) this.failed.push(`${name} over ${transport}: ${problem}`)
      await pause(PAUSE_MS)
    }
  }

  async #failure(name: string, transport: Transport): Promise<string | undefined> {
    try {
      const { rcode, answers } = await ask(this.#port, transport, { name, type: 'A' })
      return rcode === 'NOERROR' && answers.length > 0 ? undefined : `${rcode}, ${answers.length} answers`
    } catch (error) {
      return String(error)
    }
  }
}
