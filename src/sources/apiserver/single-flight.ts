/** One piece of work at a time, shared by all who ask while it runs, and given up when all of them have. */
export class SingleFlight<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>
  #flight: Flight<T> | undefined

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work
  }

  async join(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    this.#flight ??= this.#start()
    const flight = this.#flight
    flight.waiting += 1
    const left = Promise.withResolvers<never>()
    const leave = (): void => left.reject(signal.reason)
    signal.addEventListener('abort', leave)
    try {
      return await Promise.race([flight.result, left.promise])
    } finally {
      signal.removeEventListener('abort', leave)
      flight.waiting -= 1
      if (flight.waiting === 0) this.#abandon(flight)
    }
  }

  #start(): Flight<T> {
    const controller = new AbortController()
    const flight: Flight<T> = { controller, waiting: 0, result: this.#work(controller.signal) }
    const end = (): void => this.#forget(flight)
    flight.result.then(end, end)
    return flight
  }

  #abandon(flight: Flight<T>): void {
    this.#forget(flight)
    flight.controller.abort(new Error('nobody waits for it any more'))
  }

  #forget(flight: Flight<T>): void {
    if (this.#flight === flight) this.#flight = undefined
  }
}

interface Flight<T> {
  readonly controller: AbortController
  readonly result: Promise<T>
  waiting: number
}
