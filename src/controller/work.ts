import { doubled } from '../words/threads/index.ts'
import { type Cause, type QueueRules, WorkQueue } from './queue.ts'
import type { WriterLimits } from './types.ts'

/** What became of a key. */
export type Ended =
  /** `againMs`: how soon it is to be looked at again though nobody adds it; null: not at all. */
  | { readonly outcome: 'done'; readonly againMs: number | null }
  /** `leastMs`: what the server asked for. */
  | { readonly outcome: 'failed'; readonly leastMs?: number | undefined }
  /** The server itself could not be asked: every key waits. */
  | { readonly outcome: 'away'; readonly leastMs?: number | undefined }

interface WorkOptions<K> {
  readonly limits: Pick<WriterLimits, 'backoff' | 'away' | 'concurrency'>
  /** Absent: all keys are alike. */
  readonly turns?: Omit<QueueRules<K>, 'places'>
  /** From 0 to below 1. */
  readonly random: () => number
  /** Never rejects. */
  readonly run: (key: K, term: AbortSignal) => Promise<Ended>
}

/** Runs something for each key that is added, some side by side, for as long as a term lasts. */
export class KeyedWork<K> {
  readonly #options: WorkOptions<K>
  readonly #queue: WorkQueue<K>
  readonly #running = new Set<Promise<void>>()
  #term: AbortSignal | null = null
  /** No key is taken before: the server is away, or asked to be left alone. */
  #heldUntil = 0
  #awayInARow = 0
  #wake: NodeJS.Timeout | undefined

  constructor(options: WorkOptions<K>) {
    this.#options = options
    const { limits, random, turns } = options
    this.#queue = new WorkQueue(limits.backoff, random, turns && { ...turns, places: limits.concurrency })
  }

  /** From now on keys are taken. */
  begin(term: AbortSignal): void {
    this.#term = term
  }

  /** No key is taken any more, and none is known. */
  end(): void {
    this.#term = null
    this.#queue.clear()
    clearTimeout(this.#wake)
  }

  add(keys: Iterable<K>, causeOf?: (key: K) => Cause): void {
    for (const key of keys) this.#queue.add(key, now(), causeOf?.(key))
    this.#go()
  }

  /** Of the queue, as its methods say. */
  status(): { readonly depth: number; readonly age: number; readonly failing: number } {
    const at = now()
    return { depth: this.#queue.depth(at), age: this.#queue.age(at), failing: this.#queue.failing }
  }

  /** Resolves when nothing runs that has begun. */
  async idle(): Promise<void> {
    clearTimeout(this.#wake)
    await Promise.all(this.#running)
  }

  #go(): void {
    clearTimeout(this.#wake)
    const { concurrency } = this.#options.limits
    while (this.#term !== null && this.#running.size < concurrency && now() >= this.#heldUntil) {
      const key = this.#queue.take(now())
      if (key === undefined) break
      const run = this.#run(key, this.#term)
      this.#running.add(run)
      void run.then(() => {
        this.#running.delete(run)
        this.#go()
      })
    }
    const due = this.#queue.nextDue(now())
    if (this.#term === null || due === null || this.#running.size >= concurrency) return
    this.#wake = setTimeout(() => this.#go(), Math.max(1, Math.max(due, this.#heldUntil) - now()))
  }

  async #run(key: K, term: AbortSignal): Promise<void> {
    const ended = await this.#options.run(key, term)
    if (term.aborted) return
    if (ended.outcome === 'away') this.#holdOff(key, leastOf(ended))
    else if (ended.outcome === 'failed') this.#queue.failed(key, now(), leastOf(ended))
    else {
      this.#awayInARow = 0
      this.#queue.done(key, now(), ended.againMs)
    }
  }

  #holdOff(key: K, leastMs: number): void {
    const wait = doubled(this.#options.limits.away, this.#awayInARow)
    this.#awayInARow += 1
    const held = now() + Math.max(wait, leastMs)
    this.#heldUntil = Math.max(this.#heldUntil, held)
    this.#queue.putBack(key, now())
  }
}

/** Whoever stands before an API server for a moment may ask for hours. */
const MOST_RETRY_AFTER_MS = 60_000

const leastOf = ({ leastMs = 0 }: { readonly leastMs?: number | undefined }): number =>
  Math.min(leastMs, MOST_RETRY_AFTER_MS)

const now = (): number => performance.now()
