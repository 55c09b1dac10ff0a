import { type FSWatcher, watch } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Source, SourceListener, SourceProblem, StartSource } from '../changes/index.ts'
import { type DirectoryLook, type DirectoryOptions, ManifestDirectory } from './directory.ts'
import type { EnteredDirectory } from './links.ts'

export interface WatchOptions extends DirectoryOptions {
  /** Milliseconds until the directory is looked through whatever the file system reports. Default 10,000. */
  readonly rescanMs?: number
  /** Milliseconds from a report until the look, so that one save is one look. Default 50. */
  readonly debounceMs?: number
  /** Milliseconds without an answer of the file system until that is told. Default 30,000. */
  readonly silentMs?: number
  /** The listener threw from a call. It is told of what comes after all the same. */
  readonly listenerThrew?: (error: unknown) => void
}

/**
 * A cluster's objects out of a directory of manifests, live once the directory could be read for the first
 * time, and ever after: while it is away, what was read last stays in force, with a problem. Events of the
 * file system only say when to look; what they miss (network file systems, targets of links that are edited
 * in place, a host out of watches) the next periodic look finds.
 */
export function watchDirectory(path: string, options: WatchOptions = {}): StartSource {
  return (listener) => {
    const watching = new Watching(path, options, listener)
    const running = watching.run()
    return stopOnce(async () => {
      watching.stop()
      await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })])
    })
  }
}

/** For a command that writes a file by and by, such as one `kubectl get` after the other. */
const SETTLE_MS = 1000

/** For a look to end. On a file system that does not answer it never does. */
const STOP_MS = 500

const SILENT =
  'the file system does not answer: what was read of it last stays in force; see whether what is mounted there does'

const stopOnce = (stop: () => Promise<void>): Source => {
  let stopped: Promise<void> | undefined
  return { stop: () => (stopped ??= stop()) }
}

class Watching {
  readonly #directory: ManifestDirectory
  readonly #listener: SourceListener
  readonly #rescanMs: number
  readonly #debounceMs: number
  readonly #silentMs: number
  readonly #listenerThrew: (error: unknown) => void
  readonly #watchers = new Watchers(() => this.#hint.abort())
  /** Aborted when there is reason to look before the next periodic one. */
  #hint = new AbortController()
  #stopped = false
  /** When the directory was last found, Unix milliseconds. */
  #heard: number | undefined
  #reported: readonly SourceProblem[] = []

  constructor(path: string, options: WatchOptions, listener: SourceListener) {
    this.#directory = new ManifestDirectory(path, { settleMs: SETTLE_MS, ...options })
    this.#listener = listener
    this.#rescanMs = options.rescanMs ?? 10_000
    this.#debounceMs = options.debounceMs ?? 50
    this.#silentMs = options.silentMs ?? 30_000
    this.#listenerThrew = options.listenerThrew ?? (() => undefined)
  }

  stop(): void {
    this.#stopped = true
    this.#hint.abort()
    this.#watchers.close()
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      // What changes meanwhile is one change.
      await this.#listener.room?.()
      if (this.#stopped) return
      const hint = new AbortController()
      this.#hint = hint
      const look = await this.#look()
      this.#watchers.leaveOthers()
      this.#report(look)
      await this.#pause(hint.signal, look.dueIn)
    }
  }

  async #look(): Promise<DirectoryLook> {
    let steps = this.#directory.steps
    const listening = setInterval(() => {
      if (this.#directory.steps === steps) this.#reportSilent()
      steps = this.#directory.steps
    }, this.#silentMs)
    try {
      return await this.#directory.look(
        (directory) => this.#watchers.enter(directory),
        () => this.#stopped,
      )
    } finally {
      clearInterval(listening)
    }
  }

  /** A call of the file system takes longer than any should. It may return yet. */
  #reportSilent(): void {
    const heard = this.#heard
    if (heard !== undefined) this.#call(() => this.#listener.freshness({ kind: 'stale', heard }))
    this.#reportProblems([{ place: this.#directory.root, message: SILENT }])
  }

  async #pause(hint: AbortSignal, dueIn: number): Promise<void> {
    await sleep(Math.min(this.#rescanMs, dueIn), undefined, { signal: hint }).catch(() => undefined)
    if (hint.aborted && !this.#stopped) await sleep(this.#debounceMs)
  }

  #report({ found, changes, problems }: DirectoryLook): void {
    const first = found && this.#heard === undefined
    if (found) this.#heard = Date.now()
    if (first || changes.length > 0) this.#call(() => this.#listener.changed(changes))
    // Every look that finds it is a word from it.
    if (found) this.#call(() => this.#listener.freshness({ kind: 'live', heard: Date.now() }))
    this.#reportProblems(problems)
  }

  #reportProblems(problems: readonly SourceProblem[]): void {
    if (isDeepStrictEqual(problems, this.#reported)) return
    this.#reported = problems
    this.#call(() => this.#listener.problems(problems))
  }

  /** The listener may stop this source from any call, which is then the last; its mistakes are not ours. */
  #call(report: () => void): void {
    if (this.#stopped) return
    try {
      report()
    } catch (error) {
      this.#listenerThrew(error)
    }
  }
}

/** Of one directory of manifests: a host has some for all that runs on it. */
const MOST_WATCHES = 1000

/** Watches on the directories that were entered last. A directory that cannot be watched is not. */
class Watchers {
  readonly #hint: () => void
  readonly #open = new Map<string, FSWatcher>()
  readonly #entered = new Set<string>()
  #closed = false

  constructor(hint: () => void) {
    this.#hint = hint
  }

  enter({ real, identity, only }: EnteredDirectory): void {
    const key = `${identity} ${real} ${only ?? ''}`
    this.#entered.add(key)
    if (this.#closed || this.#open.has(key) || this.#open.size >= MOST_WATCHES) return
    try {
      this.#watch(key, real, only)
    } catch {
      // It vanished, or the host is out of watches.
    }
  }

  #watch(key: string, real: string, only: string | null): void {
    const watcher = watch(real, { persistent: false }, (_event, name) => {
      if (only === null || name === null || name === only) this.#hint()
    })
    this.#open.set(key, watcher)
    watcher.on('error', () => {
      this.#close(key)
      this.#hint()
    })
  }

  /** Ends the watches on directories that were not entered since this was last called. */
  leaveOthers(): void {
    for (const key of this.#open.keys()) if (!this.#entered.has(key)) this.#close(key)
    this.#entered.clear()
  }

  close(): void {
    this.#closed = true
    for (const key of this.#open.keys()) this.#close(key)
  }

  #close(key: string): void {
    this.#open.get(key)?.close()
    this.#open.delete(key)
  }
}
