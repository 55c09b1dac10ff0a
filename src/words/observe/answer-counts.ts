import { AnswerCounters, type Buckets, Counter, Histogram, RequestCounters, type Sample } from './counters.ts'

const DURATIONS = [5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 1]

/** What a thread that answers counts as it goes. */
export class AnswerCounts {
  readonly requests = new RequestCounters()
  readonly duration = new Histogram(DURATIONS)
  readonly answered = new AnswerCounters()
  readonly #noRoute = new Counter()
  readonly #dropped = new Counter()
  readonly #bugs = new Counter()

  readonly dropped = (reason: string, count = 1): void => this.#dropped.add({ reason }, count)
  readonly noRoute = (zone: string): void => this.#noRoute.add({ zone })
  readonly bug = (): void => this.#bugs.add({})

  sheet(): CountSheet {
    return {
      requests: [...this.requests.samples()],
      answered: [...this.answered.samples()],
      noRoute: [...this.#noRoute.samples()],
      dropped: [...this.#dropped.samples()],
      bugs: [...this.#bugs.samples()],
      duration: this.duration.buckets(),
    }
  }
}

/** Counts as they stand: plain values, which other threads can hand over and which can be summed. */
export interface CountSheet {
  readonly requests: readonly Sample[]
  readonly answered: readonly Sample[]
  readonly noRoute: readonly Sample[]
  readonly dropped: readonly Sample[]
  readonly bugs: readonly Sample[]
  readonly duration: Buckets
}

export const DURATION_BOUNDS: readonly number[] = DURATIONS

/** Samples with the same labels as one. */
export function sumSamples(samples: Iterable<Sample>): Iterable<Sample> {
  const sums = new Map<string, Sample>()
  for (const { labels, value } of samples) {
    const key = JSON.stringify(labels)
    sums.set(key, { labels, value: value + (sums.get(key)?.value ?? 0) })
  }
  return sums.values()
}
