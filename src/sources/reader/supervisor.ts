import { KINDS, type Kind, type Kinds } from '../../words/kube/index.ts'
import { heapLimits } from '../../words/observe/index.ts'
import { doubled } from '../../words/threads/index.ts'
import { SOURCES, type Sources } from '../kinds/index.ts'
import { forgetInHand, IN_HAND_READING } from '../state/index.ts'
import { heaviest } from './blame.ts'
import { NOTHING_TO_READ } from './nothing.ts'
import type { ReaderOrder, SourceNumber } from './protocol.ts'
import { ReadingThread } from './reading-thread.ts'
import { RemoteSource } from './remote-source.ts'
import type { OpenSource, Reader, ReaderOptions, SourceHooks, SourceOrder } from './types.ts'
import { READER_WAITS, type ReaderWaits } from './waits.ts'

/** Keeps one thread running that reads, and what it reads. */
export class ReaderSupervisor implements Reader {
  readonly #program: URL
  readonly #options: ReaderOptions
  readonly #kinds: Kinds
  readonly #table: Sources
  readonly #waits: ReaderWaits
  readonly #endLooks: () => void
  readonly #sources = new Set<RemoteSource>()
  /** Those that the thread reads, by what it calls them: each says something all the time. */
  readonly #byNumber = new Map<SourceNumber, RemoteSource>()
  /** Undefined between a loss and the next start. */
  #thread: ReadingThread | undefined
  #startedAt = 0
  #numbered = 0
  #beat = 0
  #missedBeats = 0
  #losses = 0
  /** In a row, with nothing in hand. */
  #failures = 0
  #restarting: NodeJS.Timeout | undefined
  #stopped: Promise<void> | undefined

  /** `program`: what the thread runs. */
  constructor(program: URL, options: ReaderOptions, waits: Partial<ReaderWaits> = {}) {
    this.#program = program
    this.#options = options
    this.#kinds = options.kinds ?? KINDS
    this.#table = options.sources ?? SOURCES
    this.#waits = { ...READER_WAITS, ...waits }
    this.#endLooks = this.#waits.every(this.#waits.beatMs, () => this.#look())
  }

  readonly open = (order: SourceOrder, hooks: SourceHooks): OpenSource => {
    const source = this.#table.of(order.choice)
    if (!source.isKnown) return NOTHING_TO_READ
    if (this.#startedAt === 0 && this.#stopped === undefined) this.#start()
    const keeping = {
      kinds: this.#kinds,
      begin: (source: RemoteSource) => this.#begin(source),
      post: (order: ReaderOrder) => this.#thread?.post(order),
      stopped: (source: RemoteSource) => {
        this.#sources.delete(source)
        this.#byNumber.delete(source.number)
      },
    }
    return new RemoteSource(order, source, hooks, keeping, this.#waits)
  }

  readonly losses = (): number => this.#losses

  readonly stop = (): Promise<void> => (this.#stopped ??= this.#stop())

  async #stop(): Promise<void> {
    this.#endLooks()
    clearTimeout(this.#restarting)
    await this.#thread?.end(this.#waits.endMs)
  }

  #start(): void {
    try {
      const thread: ReadingThread = new ReadingThread(this.#program, this.#options, {
        said: ({ source, ...said }) => this.#byNumber.get(source)?.hear(said),
        warning: (text) => this.#options.log.warn(text),
        lost: (reason) => this.#lost(thread, reason),
      })
      this.#thread = thread
    } catch (error) {
      this.#startLater(error instanceof Error ? error : new Error(String(error)))
      return
    }
    this.#startedAt = performance.now()
    this.#beat = 0
    this.#missedBeats = 0
    for (const source of this.#sources) if (source.isWaiting) source.begin()
  }

  #startLater(reason: Error): void {
    const pauseMs = doubled(this.#waits.pauseMs, this.#failures++)
    this.#options.lost()
    this.#options.log.error(
      { err: reason, pauseMs },
      'the thread that reads clusters is lost; another starts',
    )
    this.#restarting = setTimeout(() => this.#start(), pauseMs)
  }

  #begin(source: RemoteSource): SourceNumber {
    this.#sources.add(source)
    const { order, hooks } = source
    if (this.#thread === undefined || this.#stopped !== undefined) return 0
    const { names } = source.read.kinds(this.#kinds, order.scope)
    const restored = [null, ...order.namespaces].flatMap((namespace) =>
      names.map((kind) => [kind, namespace, hooks.restored(kind, namespace)] as const),
    )
    this.#numbered += 1
    this.#byNumber.set(this.#numbered, source)
    this.#thread.post({
      kind: 'open',
      source: this.#numbered,
      order,
      load: source.load,
      restored: restored.filter(isSome),
    })
    return this.#numbered
  }

  /** The one whose end it was is set back, with those that share its connection; all the others begin anew at once. */
  #lost(thread: ReadingThread, reason: Error): void {
    if (thread !== this.#thread || this.#stopped !== undefined) return
    const inHand = this.#byNumber.get(thread.inHand)
    const cause = isOfMemory(reason) ? this.#heaviest(inHand) : inHand
    // What it was about to read is no reason for anything.
    if (cause !== inHand && this.#options.state !== null)
      forgetInHand(this.#options.state.dir, IN_HAND_READING)
    const guilty = this.#withThoseBeside(cause)
    this.#byNumber.clear()
    this.#thread = undefined
    this.#losses += 1
    for (const source of this.#sources) if (!guilty.includes(source) && source.number !== 0) source.lost()
    if (performance.now() - this.#startedAt > this.#waits.steadyMs) this.#failures = 0
    if (guilty.length === 0) this.#startLater(reason)
    else {
      const how = cause === inHand ? 'with this one in hand' : 'which held more of this one than of any other'
      this.#setBack(guilty, reason, how)
      this.#start()
    }
  }

  #heaviest(inHand: RemoteSource | undefined): RemoteSource | undefined {
    const { heapMb = heapLimits().reader } = this.#options
    const loads = new Map(
      Array.from(this.#byNumber.values(), (one) => [one, 1024 * Atomics.load(one.load, 0)]),
    )
    return heaviest(loads, inHand, heapMb * 2 ** 20)
  }

  #withThoseBeside(source: RemoteSource | undefined): readonly RemoteSource[] {
    if (source?.read.shared == null) return source === undefined ? [] : [source]
    return [...this.#byNumber.values()].filter(({ read }) => read.shared === source.read.shared)
  }

  #setBack(guilty: readonly RemoteSource[], reason: Error, how: string): void {
    const pauseMs = Math.max(...guilty.map((source) => this.#pauseOf(source)))
    for (const source of guilty) {
      source.lost()
      source.setBack(
        `reading it ended the thread that reads (${reason.message}): its last view stays in force, and it is read again in ${pauseMs / 1000} s`,
        pauseMs,
      )
    }
    this.#options.lost()
    this.#options.log.error(
      { err: reason, cluster: guilty.map(({ order }) => order.id).join(), pauseMs },
      `the thread that reads clusters is lost, ${how}; another reads the others`,
    )
  }

  #pauseOf(source: RemoteSource): number {
    const { setBackMs, steadyMs } = this.#waits
    if (source.age > steadyMs) source.setBacks = 0
    return doubled(setBackMs, source.setBacks++)
  }

  /** A thread in an endless loop neither ends nor beats. */
  #look(): void {
    const thread = this.#thread
    if (thread === undefined) return
    const { beat } = thread
    this.#missedBeats = beat === this.#beat ? this.#missedBeats + 1 : 0
    this.#beat = beat
    const { missedBeats, beatMs, startMs } = this.#waits
    if (this.#missedBeats < missedBeats) return
    if (beat === 0 && performance.now() - this.#startedAt < startMs) return
    thread.abandon(new Error(`it stood still for ${(missedBeats * beatMs) / 1000} s`))
  }
}

const isOfMemory = (reason: Error): boolean => 'code' in reason && reason.code === 'ERR_WORKER_OUT_OF_MEMORY'

const isSome = ([_kind, _namespace, count]: readonly [Kind, string | null, number]): boolean => count > 0
