import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Care } from '../changes/index.ts'

/**
 * What this process has in hand, noted on disk, so that a start after its death knows. What is one of many stands at a
 * place: an object among a cluster's slices, a service among all services. A place is noted for as long as the event
 * loop does not turn, for next to nothing. Once the process died with a place in hand, the next one notes each thing
 * there by itself; a thing in hand at the next death too, the second running, is in quarantine from then on.
 */
export interface Custody {
  /** Does the work on a thing, and returns what it returns. */
  readonly hold: <T>(place: string, thing: string, work: () => T) => T
  /** Why a thing is in quarantine, as a sentence; undefined: it is not. */
  readonly quarantined: (place: string, thing: string) => string | undefined
  /** All that is in quarantine. */
  readonly things: readonly Thing[]
  readonly close: () => void
}

interface Thing {
  readonly place: string
  readonly thing: string
}

/** Where nothing is kept on disk. */
export const NO_CUSTODY: Custody = {
  hold: (_place, _thing, work) => work(),
  quarantined: () => undefined,
  things: [],
  close: () => undefined,
}

export interface CustodyOptions {
  readonly dir: string
  /** Another version may have mended what a thing brought out: what was in quarantine is free. */
  readonly version: string
  /** The file that this thread notes in, of those in the folder. */
  readonly note?: string
  /** Something that was survived, for the log. */
  readonly warn: (text: string) => void
}

const IN_HAND = 'in-hand'
/** Of the thread that reads. */
export const IN_HAND_READING = 'in-hand-reading'
const QUARANTINE = 'quarantine.json'

/** The care for the things at one place. */
export const careAt = (custody: Custody, place: string): Care => ({
  hold: (thing, work) => custody.hold(place, thing, work),
  setAside: (thing) => custody.quarantined(place, thing),
})

/** More things than that are no longer single objects that bring out a bug. */
const MOST_THINGS = 100

/** In a folder that is there. Never throws: without it everything works, but for this. */
export function openCustody(options: CustodyOptions): Custody {
  const { dir, warn } = options
  try {
    return new FileCustody(options)
  } catch (error) {
    warn(`what is in hand is not noted in ${dir}: ${messageOf(error)}`)
    return NO_CUSTODY
  }
}

/** What is in quarantine, for whoever only looks. An unreadable file holds nothing. */
export function readQuarantine(dir: string, version: string): readonly Thing[] {
  try {
    const saved: unknown = JSON.parse(readSmall(join(dir, QUARANTINE)))
    if (!isFields(saved) || saved['version'] !== version || !Array.isArray(saved['things'])) return []
    return saved['things'].filter(isThing).slice(0, MOST_THINGS)
  } catch {
    return []
  }
}

class FileCustody implements Custody {
  readonly things: readonly Thing[]
  readonly #warn: (text: string) => void
  readonly #path: string
  readonly #reasons: ReadonlyMap<string, string>
  /** The place that was in hand at the last death: there each thing is noted by itself. */
  readonly #suspect: string | undefined
  #file: number | undefined
  #noted = ''
  #clearing: NodeJS.Immediate | undefined

  constructor({ dir, version, note = IN_HAND, warn }: CustodyOptions) {
    this.#warn = warn
    this.#path = join(dir, QUARANTINE)
    const [place, thing] = readNote(join(dir, note))
    const known = readQuarantine(dir, version)
    this.things =
      place === undefined || thing === undefined ? known : [...known, { place, thing }].slice(-MOST_THINGS)
    this.#reasons = new Map(
      this.things.map((one) => [noteOf(one.place, one.thing), this.#reasonFor(version)]),
    )
    this.#suspect = place
    if (this.things !== known) {
      rmSync(this.#path, { force: true, recursive: true })
      writeFileSync(this.#path, JSON.stringify({ version, things: this.things }), { mode: 0o600 })
    }
    const inHand = join(dir, note)
    if (existsSync(inHand)) expectSmall(inHand)
    this.#file = openSync(inHand, 'w', 0o600)
  }

  #reasonFor(version: string): string {
    return `in quarantine: Meridian ${version} died twice running with it in hand; remove ${this.#path} and restart, or run another version`
  }

  readonly hold = <T>(place: string, thing: string, work: () => T): T => {
    if (place === this.#suspect) return this.#alone(noteOf(place, thing), work)
    if (this.#noted !== place) this.#note(place)
    this.#clearing ??= setImmediate(() => {
      this.#clearing = undefined
      this.#note('')
    })
    return work()
  }

  readonly quarantined = (place: string, thing: string): string | undefined =>
    this.#reasons.size === 0 ? undefined : this.#reasons.get(noteOf(place, thing))

  readonly close = (): void => {
    clearImmediate(this.#clearing)
    if (this.#noted !== '') this.#note('')
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #alone<T>(note: string, work: () => T): T {
    const around = this.#noted
    this.#note(note)
    try {
      return work()
    } finally {
      this.#note(around)
    }
  }

  /** The first line counts; what an earlier, longer note left behind it does not. */
  #note(note: string): void {
    this.#noted = note
    if (this.#file === undefined) return
    try {
      writeSync(this.#file, `${note}\n`, 0)
    } catch (error) {
      this.#warn(`what is in hand is not noted any more: ${messageOf(error)}`)
      closeSync(this.#file)
      this.#file = undefined
    }
  }
}

const noteOf = (place: string, thing: string): string => `${place}\t${thing}`.replaceAll('\n', ' ')

/** A file's text. What is no file, or no file of ours by its size, is not opened: that could take for ever. */
function readSmall(path: string): string {
  expectSmall(path)
  return readFileSync(path, 'utf8')
}

function expectSmall(path: string): void {
  const found = statSync(path)
  if (!found.isFile()) throw new Error(`${path} is no regular file: remove it`)
  if (found.size > MOST_BYTES) throw new Error(`${path} has more than ${MOST_BYTES} octets: remove it`)
}

/** A thing's name can be a path, and there are at most a hundred. */
const MOST_BYTES = 2 ** 20

/** What was in hand at the last death: a place, and the thing if it was noted by itself. */
function readNote(path: string): readonly [place?: string, thing?: string] {
  try {
    const [line = ''] = readSmall(path).split('\n', 1)
    const [place, thing] = line.split('\t')
    return place === undefined || place === '' ? [] : thing === undefined ? [place] : [place, thing]
  } catch {
    return []
  }
}

/** What was in hand at the last death was not its reason. Never throws. */
export function forgetInHand(dir: string, note: string): void {
  try {
    expectSmall(join(dir, note))
    truncateSync(join(dir, note))
  } catch {
    // It is not there, or none of ours.
  }
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isThing = (value: unknown): value is Thing =>
  isFields(value) && typeof value['place'] === 'string' && typeof value['thing'] === 'string'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
