import type { CountSheet, Footprint } from '../../words/observe/index.ts'
import { backoff } from '../../words/threads/index.ts'
import type { World } from '../../world/zone/index.ts'
import type { ServerStanding } from '../health/index.ts'
import { isEmpty, partsOf, updateBetween, wholeUpdate } from '../replica/index.ts'
import { listenErrorOf } from './open-failure.ts'
import { reportedInPieces, type UpdatePiece } from './pieces.ts'
import {
  type AnsweringSettings,
  type Place,
  SIGNAL,
  type StreamCounts,
  type WorkerStart,
} from './protocol.ts'
import { RemoteThread } from './remote.ts'
import { sumSheets } from './sums.ts'
import type { SupervisorOptions } from './types.ts'
import { WORKER_WAITS, type WorkerWaits } from './waits.ts'

/**
 * Pieces of updates that a thread has yet to take in; while there are so many, the others of an update wait here, and
 * further changes become one. Enough for what a start tells meanwhile, and little enough to be held twice.
 */
const MOST_UNDERWAY = 32

/** So many questions in a row unanswered, and the thread is taken to answer nobody: 15 s. */
const SILENT_BEATS = 3

/** Keeps one thread running, and that thread up to date. */
export class WorkerSupervisor {
  readonly #program: URL
  readonly #options: SupervisorOptions
  readonly #waits: WorkerWaits
  readonly #places = new Map<number, Place>()
  readonly #endBeats: () => void
  #settings: AnsweringSettings
  #standing: ServerStanding | undefined
  #world: World
  /** What the thread was last told of. */
  #sent: World
  /** What the thread is known to answer from. */
  #taken: World | undefined
  /** What of an update was not posted yet. */
  #pieces: Iterator<UpdatePiece, unknown> | undefined
  #underway = 0
  #missedBeats = 0
  /** Undefined from a crash to the next start, and after the end. */
  #thread: RemoteThread | undefined
  #starting: Promise<void> | undefined
  /** It has said something since it started. */
  #answers = false
  #startedAt = 0
  #restarting: NodeJS.Timeout | undefined
  #failures = 0
  #crashes = 0
  #lastCrash: Error | undefined
  /** What threads that are gone had counted. */
  #past: CountSheet | undefined
  #pastStalls = 0
  #stopped: Promise<void> | undefined

  private constructor(program: URL, options: SupervisorOptions, waits: WorkerWaits) {
    this.#program = program
    this.#options = options
    this.#waits = waits
    this.#settings = options
    this.#world = options.world
    this.#sent = options.world
    this.#start()
    this.#endBeats = waits.every(waits.beatMs, () => this.#beat())
  }

  /** `program`: what the thread runs. */
  static async start(
    program: URL,
    options: SupervisorOptions,
    waits: Partial<WorkerWaits> = {},
  ): Promise<WorkerSupervisor> {
    const supervisor = new WorkerSupervisor(program, options, { ...WORKER_WAITS, ...waits })
    await supervisor.#starting
    if (supervisor.#answers) return supervisor
    const cause = supervisor.#lastCrash
    await supervisor.stop()
    throw new Error(`the answering thread did not start: ${cause?.message}`, { cause })
  }

  /** Answers there, over any crash, until it is closed; the port that it has. Rejects with a ListenError. */
  async open(place: Place): Promise<number> {
    const result = await this.#thread?.ask({ kind: 'open', ...place }, this.#waits.orderMs)
    if (result?.kind === 'failed') throw listenErrorOf(result.failure)
    if (result?.kind !== 'opened')
      throw new Error(`no answering thread to listen on ${place.host} (${place.service.transport})`)
    this.#places.set(place.place, { ...place, port: result.port })
    return result.port
  }

  async close(place: number, drainMs: number): Promise<void> {
    this.#places.delete(place)
    await this.#thread?.ask({ kind: 'close', place, drainMs }, drainMs + this.#waits.orderMs)
  }

  readonly follow = (world: World): void => {
    this.#world = world
    this.#send()
  }

  readonly reconfigure = ({ identity, clients }: AnsweringSettings): void => {
    this.#settings = { identity, clients }
    void this.#thread?.ask({ kind: 'reconfigure', settings: this.#settings }, this.#waits.orderMs)
  }

  /** What the thread tells probes, over any crash. */
  readonly stand = (standing: ServerStanding): void => {
    this.#standing = standing
    void this.#thread?.ask({ kind: 'stand', standing }, this.#waits.orderMs)
  }

  /** Ends the thread's connections. */
  readonly finish = async (drainMs: number): Promise<void> => {
    await this.#thread?.ask({ kind: 'finish', drainMs }, drainMs + this.#waits.countMs)
  }

  readonly refresh = async (): Promise<void> => {
    await this.#thread?.ask({ kind: 'count' }, this.#waits.countMs)
  }

  readonly sheets = (): readonly CountSheet[] =>
    [this.#past, this.#thread?.sheet].filter((sheet) => sheet !== undefined)

  readonly footprint = (): Footprint | undefined => this.#thread?.footprint

  /** Stalls that threads that are gone had seen count too. */
  readonly streams = (): StreamCounts => {
    const { connections = 0, stalls = 0 } = this.#thread?.streams ?? {}
    return { connections, stalls: this.#pastStalls + stalls }
  }

  /** Whether it says something when it is asked; once unanswered it may be busy. */
  readonly answers = (): boolean =>
    this.#thread !== undefined && this.#answers && this.#missedBeats < SILENT_BEATS

  readonly isSettled = (): boolean => this.#taken?.settled === true

  readonly crashes = (): number => this.#crashes

  readonly stop = (): Promise<void> => (this.#stopped ??= this.#stop())

  async #stop(): Promise<void> {
    this.#endBeats()
    clearTimeout(this.#restarting)
    this.#places.clear()
    // A thread with events does not look at the signal.
    await this.#thread?.end(this.#options.addon === null ? 0 : this.#waits.endMs)
  }

  #send(): void {
    while (this.#thread !== undefined && this.#underway < MOST_UNDERWAY) {
      const piece = this.#nextPiece()
      if (piece === undefined) return
      this.#post(this.#thread, piece)
    }
  }

  #nextPiece(): UpdatePiece | undefined {
    const next = this.#pieces?.next()
    if (next?.done === false) return next.value
    const update = updateBetween(this.#sent, this.#world, this.#options.bug)
    this.#sent = this.#world
    this.#pieces = isEmpty(update) ? undefined : reportedInPieces(update)
    const first = this.#pieces?.next()
    return first?.done === false ? first.value : undefined
  }

  #post(thread: RemoteThread, piece: UpdatePiece): void {
    const world = this.#sent
    this.#underway += 1
    void thread.ask({ kind: 'update', ...piece }, this.#waits.orderMs).then(() => {
      if (thread !== this.#thread) return
      if (piece.isLast) this.#taken = world
      this.#underway -= 1
      this.#send()
    })
  }

  #start(): void {
    const name = this.#options.streams === null ? 'answering' : 'streams'
    const thread = new RemoteThread(name, this.#program, this.#beginning(), {
      warning: this.#options.warning,
      bug: this.#options.bug,
      ended: (reason) => this.#ended(thread, reason),
    })
    this.#thread = thread
    this.#startedAt = performance.now()
    this.#answers = false
    this.#sent = this.#world
    this.#pieces = undefined
    this.#taken = undefined
    this.#underway = 0
    this.#missedBeats = 0
    this.#starting = this.#started(thread)
    for (const place of this.#places.values()) void this.#reopen(thread, place, 0)
  }

  async #started(thread: RemoteThread): Promise<void> {
    const { startMs } = this.#waits
    const world = this.#sent
    const result = await thread.ask({ kind: 'count' }, startMs)
    if (result === undefined) await thread.abandon(new Error(`it did not start within ${startMs} ms`))
    else {
      this.#answers = true
      this.#taken ??= world
    }
  }

  #beginning(): WorkerStart {
    const { streams } = this.#options
    return {
      parts: partsOf(this.#world),
      update: wholeUpdate(this.#world, this.#options.bug),
      settings: { identity: this.#settings.identity, clients: this.#settings.clients },
      udpSize: this.#options.udpSize,
      addon: this.#options.addon,
      streams: streams && { ...streams, standing: this.#standing ?? streams.standing },
      signal: new Int32Array(new SharedArrayBuffer(4 * Object.keys(SIGNAL).length)),
    }
  }

  #ended(thread: RemoteThread, reason: Error): void {
    this.#thread = undefined
    if (thread.sheet !== undefined)
      this.#past = this.#past === undefined ? thread.sheet : sumSheets(this.#past, thread.sheet)
    this.#pastStalls += thread.streams?.stalls ?? 0
    if (this.#stopped !== undefined) return
    if (performance.now() - this.#startedAt > this.#waits.steadyMs) this.#failures = 0
    this.#crashes += 1
    this.#lastCrash = reason
    this.#startLater(reason)
  }

  #startLater(reason: Error): void {
    const pause = backoff(this.#waits.pauseMs, this.#failures++, Math.random)
    this.#options.crashed(reason, pause)
    this.#restarting = setTimeout(() => {
      try {
        this.#start()
      } catch (error) {
        this.#startLater(error instanceof Error ? error : new Error(String(error)))
      }
    }, pause)
  }

  /** The port is free again as soon as the thread that had it is gone, unless somebody else was quicker. */
  async #reopen(thread: RemoteThread, place: Place, failures: number): Promise<void> {
    if (thread !== this.#thread || !this.#places.has(place.place)) return
    const result = await thread.ask({ kind: 'open', ...place }, this.#waits.orderMs)
    if (result === undefined || result.kind === 'opened') return
    if (result.kind === 'failed') this.#options.warning(listenErrorOf(result.failure).message)
    const again = (): void => void this.#reopen(thread, place, failures + 1)
    setTimeout(again, backoff(this.#waits.pauseMs, failures, Math.random)).unref()
  }

  /** A thread in an endless loop neither exits nor answers. */
  #beat(): void {
    const thread = this.#thread
    if (thread === undefined || !this.#answers) return
    const { beatMs, missedBeats } = this.#waits
    if (this.#missedBeats >= missedBeats) {
      void thread.abandon(new Error(`it did not answer ${missedBeats} times in a row`))
      return
    }
    this.#missedBeats += 1
    void thread.ask({ kind: 'count' }, beatMs * missedBeats).then((result) => {
      if (result !== undefined) this.#missedBeats = 0
    })
  }
}
