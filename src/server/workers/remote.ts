import { Worker } from 'node:worker_threads'
import { type CountSheet, type Footprint, heapLimits, limitedTo } from '../../words/observe/index.ts'
import { buffersOf } from './pieces.ts'
import {
  type PostedOrder,
  type Result,
  SIGNAL,
  type Signal,
  type StreamCounts,
  type WorkerOrder,
  type WorkerReport,
  type WorkerStart,
} from './protocol.ts'

/** What main hears of a thread without having asked. */
interface WorkerThreadEvents {
  readonly warning: (text: string) => void
  readonly bug: (error: Error) => void
  /** It is gone, and with it everything it had open. Called once; nothing is heard of it afterwards. */
  readonly ended: (reason: Error) => void
}

/** A running thread as main sees it. */
export class RemoteThread {
  readonly #worker: Worker
  readonly #events: WorkerThreadEvents
  readonly #signal: Signal
  readonly #exit = Promise.withResolvers<void>()
  readonly #waiting = new Map<number, (result: Result | undefined) => void>()
  #asked = 0
  #reason: Error | undefined
  #sheet: CountSheet | undefined
  #footprint: Footprint | undefined
  #streams: StreamCounts | null = null

  /** Throws when the system has no thread to give. */
  constructor(name: string, program: URL, beginning: WorkerStart, events: WorkerThreadEvents) {
    this.#events = events
    this.#signal = beginning.signal
    const transferList = [...buffersOf(beginning.update)]
    this.#worker = new Worker(program, {
      name,
      workerData: beginning,
      transferList,
      resourceLimits: limitedTo(heapLimits().answering),
    })
    this.#worker.on('message', (report: WorkerReport) => this.#hear(report))
    this.#worker.on('messageerror', (error) => this.abandon(error))
    this.#worker.on('error', (error) => {
      this.#reason ??= asError(error)
    })
    this.#worker.on('exit', (status) => this.#exited(status))
  }

  /** Its counts as they were when it last told. */
  get sheet(): CountSheet | undefined {
    return this.#sheet
  }

  /** What it took when it last told. */
  get footprint(): Footprint | undefined {
    return this.#footprint
  }

  get streams(): StreamCounts | undefined {
    return this.#streams ?? undefined
  }

  /** The result of an order; undefined when the thread ends first, or has not done it after `ms`. */
  ask(order: WorkerOrder, ms: number): Promise<Result | undefined> {
    const asked: PostedOrder = { id: this.#asked++, order }
    const { promise, resolve } = Promise.withResolvers<Result | undefined>()
    const settle = (result: Result | undefined): void => {
      clearTimeout(late)
      this.#waiting.delete(asked.id)
      resolve(result)
    }
    const late = setTimeout(() => settle(undefined), ms)
    this.#waiting.set(asked.id, settle)
    this.#worker.postMessage(asked, order.kind === 'update' ? [...buffersOf(order.update)] : [])
    // After it: who sees the number finds the order.
    Atomics.add(this.#signal, SIGNAL.posted, 1)
    return promise
  }

  /** Ends it when it has sent what it answered, or after `ms`, whatever it is doing. */
  async end(ms: number): Promise<void> {
    Atomics.store(this.#signal, SIGNAL.stop, 1)
    const late = setTimeout(() => void this.abandon(new Error('stopped')), ms)
    await this.#exit.promise
    clearTimeout(late)
  }

  /** Ends it, whatever it is doing. */
  async abandon(reason: Error): Promise<void> {
    this.#reason ??= reason
    await this.#worker.terminate()
  }

  #hear(report: WorkerReport): void {
    switch (report.kind) {
      case 'done':
        // Counts that come too late for who asked are good for whoever looks next.
        if (report.result.kind === 'counts') {
          this.#sheet = report.result.counts
          this.#footprint = report.result.footprint
          this.#streams = report.result.streams
        }
        this.#waiting.get(report.id)?.(report.result)
        break
      case 'counted':
        this.#sheet = report.counts
        break
      case 'warning':
        this.#events.warning(report.text)
        break
      case 'bug':
        this.#events.bug(Object.assign(new Error(report.message), { stack: report.stack }))
    }
  }

  #exited(status: number): void {
    this.#exit.resolve()
    for (const settle of [...this.#waiting.values()]) settle(undefined)
    this.#events.ended(this.#reason ?? new Error(`it exited with status ${status}`))
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
