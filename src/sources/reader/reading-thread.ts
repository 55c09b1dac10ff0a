import { Worker } from 'node:worker_threads'
import { heapLimits, limitedTo } from '../../words/observe/index.ts'
import { within } from '../../words/threads/index.ts'
import { endGroups, noteGroup } from '../apiserver/index.ts'
import { CELL, type ReaderOrder, type ReaderReport, type ReaderStart } from './protocol.ts'
import type { ReaderOptions } from './types.ts'

/** What main hears of a reading thread. */
interface ReadingThreadEvents {
  readonly said: (report: Extract<ReaderReport, { kind: 'said' }>) => void
  readonly warning: (text: string) => void
  /** It is gone, or does nothing any more. Called once; nothing is heard of it afterwards. */
  readonly lost: (reason: Error) => void
}

/** A running thread as main sees it. */
export class ReadingThread {
  readonly #worker: Worker
  readonly #cells: ReaderStart['cells']
  readonly #ended = Promise.withResolvers<void>()
  readonly #events: ReadingThreadEvents
  /** Of plugins that it runs. */
  readonly #groups = new Set<number>()
  #reason: Error | undefined
  #isGone = false

  /** Throws when the system has no thread to give. */
  constructor(
    program: URL,
    { state, heapMb }: Pick<ReaderOptions, 'state' | 'heapMb'>,
    events: ReadingThreadEvents,
  ) {
    this.#events = events
    this.#cells = new Int32Array(new SharedArrayBuffer(4 * Object.keys(CELL).length))
    const beginning: ReaderStart = { state, cells: this.#cells }
    this.#worker = new Worker(program, {
      name: 'reader',
      workerData: beginning,
      resourceLimits: limitedTo(heapMb ?? heapLimits().reader),
    })
    this.#worker.on('message', (report: ReaderReport) => this.#hear(report))
    this.#worker.on('messageerror', (error) => this.abandon(error))
    this.#worker.on('error', (error) => {
      this.#reason ??= error instanceof Error ? error : new Error(String(error))
    })
    this.#worker.on('exit', (status) => this.#gone(new Error(`it exited with status ${status}`)))
  }

  get beat(): number {
    return Atomics.load(this.#cells, CELL.beat)
  }

  /** The number of the source that it worked on last; 0: none. */
  get inHand(): number {
    return Atomics.load(this.#cells, CELL.inHand)
  }

  post(order: ReaderOrder): void {
    if (!this.#isGone) this.#worker.postMessage(order)
  }

  /** Ends it, whatever it is doing. It may be in a call of the system that never returns: that is not waited for. */
  abandon(reason: Error): void {
    void this.#worker.terminate()
    this.#gone(reason)
  }

  /** Ends it once it has put down what it has in hand, or after `ms`. */
  async end(ms: number): Promise<void> {
    this.post({ kind: 'end' })
    await within(ms, this.#ended.promise)
    this.#isGone = true
    await within(ms, this.#worker.terminate())
    endGroups(this.#groups)
  }

  #hear(report: ReaderReport): void {
    if (report.kind === 'group') this.#note(report)
    if (this.#isGone) return
    if (report.kind === 'said') this.#events.said(report)
    else if (report.kind === 'warning') this.#events.warning(report.text)
    else if (report.kind === 'ended') this.#ended.resolve()
  }

  #note({ group, runs }: Extract<ReaderReport, { kind: 'group' }>): void {
    noteGroup(group, !runs)
    if (!runs) this.#groups.delete(group)
    // Its last words may come after its end.
    else if (this.#isGone) endGroups([group])
    else this.#groups.add(group)
  }

  #gone(reason: Error): void {
    this.#ended.resolve()
    if (this.#isGone) return
    this.#isGone = true
    endGroups(this.#groups)
    this.#events.lost(this.#reason ?? reason)
  }
}
