import { unwatchFile, watchFile } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { GeoRules, GeoTable } from '../../words/clusterset/index.ts'
import { type GeoReading, readGeo } from './file.ts'

/** A database, and what is read of it. */
export interface GeoWork {
  readonly database: string
  readonly rules: GeoRules
}

/** Of the database that is asked for; `reading` null: none was ever in force. */
export interface GeoStatus {
  readonly reading: GeoReading | null
  /** Why what the file holds now is not in force; null: it is. */
  readonly refused: string | null
}

export interface GeoEvents {
  /** Another table is in force. */
  readonly took: (table: GeoTable | null) => void
  readonly read: (database: string, reading: GeoReading) => void
  readonly refused: (database: string, why: string) => void
}

/** How often the file is looked at; links are followed, so a volume that is swapped counts. */
const LOOK_MS = 1000

/**
 * The GeoIP database in force: one that was read whole and found right stays until another is, whatever becomes of the
 * file. None is asked for: nothing is watched.
 */
export class GeoPlaces {
  readonly #events: GeoEvents
  readonly #lookMs: number
  #work: GeoWork | null = null
  #reading: GeoReading | null = null
  #refused: string | null = null
  #last: Promise<void> = Promise.resolve()
  /** A look that has not begun: it sees what comes until then. */
  #next: Promise<void> | undefined

  constructor(events: GeoEvents, lookMs = LOOK_MS) {
    this.#events = events
    this.#lookMs = lookMs
  }

  get table(): GeoTable | null {
    return this.#reading?.table ?? null
  }

  /** Null: no database is asked for. */
  get status(): GeoStatus | null {
    return this.#work && { reading: this.#reading, refused: this.#refused }
  }

  /** From now on it is this one. Resolves when it was looked at. */
  assign(work: GeoWork | null): Promise<void> {
    if (isDeepStrictEqual(work, this.#work)) return this.#last
    if (work?.database !== this.#work?.database) this.#watch(work)
    this.#work = work
    return this.look()
  }

  /** Looks at the file, as whenever it changes. Never rejects. */
  look(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined
      return this.#look()
    })
    this.#last = this.#next
    return this.#last
  }

  async stop(): Promise<void> {
    this.#watch(null)
    this.#work = null
    await this.#last
  }

  readonly #changed = (): void => {
    void this.look()
  }

  #watch(work: GeoWork | null): void {
    if (this.#work !== null) unwatchFile(this.#work.database, this.#changed)
    if (work !== null) watchFile(work.database, { interval: this.#lookMs, persistent: false }, this.#changed)
  }

  async #look(): Promise<void> {
    const work = this.#work
    if (work === null) {
      if (this.#reading !== null) this.#take(null)
      return
    }
    try {
      const reading = await readGeo(work.database, work.rules)
      if (work !== this.#work) return
      this.#refused = null
      this.#take(reading)
      this.#events.read(work.database, reading)
    } catch (error) {
      if (work === this.#work) this.#refuse(work, error instanceof Error ? error.message : String(error))
    }
  }

  #take(reading: GeoReading | null): void {
    this.#reading = reading
    this.#events.took(this.table)
  }

  #refuse({ database }: GeoWork, why: string): void {
    if (why !== this.#refused) this.#events.refused(database, why)
    this.#refused = why
  }
}
