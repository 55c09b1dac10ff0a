/**
 * A place for one: of several parties one is there at a time, in the order in which they came, because much of each is in
 * memory while it is.
 */
export class OneAtATime {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when whoever came before has left; the function leaves. Rejects if the signal is aborted. */
  async enter(signal: AbortSignal): Promise<() => void> {
    const before = this.#last
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    this.#last = before.then(() => left)
    try {
      await unlessAborted(before, signal)
    } catch (error) {
      leave()
      throw error
    }
    return leave
  }

  /**
   * Does work there. Who comes after waits so many milliseconds for it at most: it may be about something that does not answer.
   * Of those that wait one goes on then, and not all.
   */
  async do<T>(work: () => Promise<T>, mostMs: number): Promise<T> {
    const leave = await this.enter(new AbortController().signal)
    const late = setTimeout(leave, mostMs)
    return await work().finally(() => {
      clearTimeout(late)
      leave()
    })
  }
}

async function unlessAborted(waited: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    await Promise.race([waited, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
