import type { Weather } from './weather.ts'

/** What was written of one object. Times are by performance.now(). */
export interface Version<T> {
  readonly value: T
  /** When the API server was first asked for it: from then on it may be seen. */
  readonly begun: number
  /** When the API server acknowledged it; Infinity: not yet. */
  acknowledged: number
  /** When it must be seen, and nothing older any more; Infinity: not yet known. */
  due: number
}

/**
 * What one cluster says of one object: each version that may be seen now. Which must be seen follows from the
 * acknowledgements and the cluster's weather, and from nothing that the server under test says.
 */
export class Facts<T> {
  readonly #weather: Weather
  #versions: Version<T>[]

  constructor(weather: Weather, value: T) {
    this.#weather = weather
    this.#versions = [{ value, begun: 0, acknowledged: 0, due: 0 }]
    weather.follow(() => this.#delay())
  }

  /** A write is about to be sent. Until it is acknowledged, nobody knows whether it was done. */
  begin(value: T): Version<T> {
    const version = { value, begun: performance.now(), acknowledged: Infinity, due: Infinity }
    this.#versions.push(version)
    return version
  }

  acknowledge(version: Version<T>): void {
    version.acknowledged = performance.now()
    version.due = this.#weather.due(version.acknowledged)
  }

  /** Oldest first: what may be answered to a question asked at `asked` and answered by now. */
  possible(asked: number): readonly Version<T>[] {
    const first = this.#versions.findLastIndex(({ due }) => due <= asked)
    return this.#versions.slice(Math.max(0, first))
  }

  /** What is there now, as far as it was acknowledged. */
  get newest(): T | undefined {
    return this.#versions.findLast(({ acknowledged }) => acknowledged < Infinity)?.value
  }

  /** No question is older than `asked`: what it cannot be answered any more is forgotten. */
  forget(asked: number): void {
    this.#versions = [...this.possible(asked)]
  }

  /** The weather changed: what was not due yet is due when the weather says. */
  #delay(): void {
    const now = performance.now()
    for (const version of this.#versions)
      if (version.acknowledged < Infinity && version.due > now)
        version.due = this.#weather.due(version.acknowledged)
  }
}
