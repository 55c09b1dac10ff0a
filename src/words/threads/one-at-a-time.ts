import { within } from './within.ts'

/**
 * Work of several parties that is done one after the other, because much of each is in memory while it lasts. Nobody
 * waits for longer than a while: the one before may be about something that does not answer.
 */
export class OneAtATime {
  readonly #mostMs: number
  #last: Promise<unknown> = Promise.resolve()

  /** `mostMs`: how long the one before is waited for, in milliseconds. */
  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  async do<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last
    const done = Promise.withResolvers<void>()
    this.#last = Promise.all([within(this.#mostMs, before), done.promise])
    await within(this.#mostMs, before)
    return await work().finally(done.resolve)
  }
}
