import { readFile } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { type Care, NO_CARE } from '../care/index.ts'
import {
  type ExportGroup,
  isUnreadable,
  type KubeObject,
  type Other,
  type Told,
  type Unreadable,
} from '../kube/index.ts'
import { strayEncoding } from './encoding.ts'
import { type Held, type Id, identityOf, idOf } from './holdings.ts'
import { type Entry, readManifests } from './manifests.ts'
import type { Problem } from './types.ts'
import { explainError, type FoundFile, identityNow } from './walk.ts'

/** What one file of manifests holds. */
export interface Contents {
  /** null: the file as a whole cannot be read, so what it held before is still in force. */
  readonly objects: Held | null
  readonly problems: readonly Problem[]
  /** Kinds it holds that Meridian does not read. */
  readonly skipped: ReadonlySet<string>
  /** Those that look as if it did, by what they are. */
  readonly others: ReadonlyMap<string, OtherObjects>
  /** The same file may read differently next time. */
  readonly again: boolean
}

/** Objects of one kind that is not read. */
export interface OtherObjects {
  readonly other: Other
  readonly count: number
  /** One of them: where it stands, and its name. */
  readonly place: string
  readonly example: string
}

/** How files are read. */
export interface ReadingRules {
  readonly maxFileOctets: number
  readonly exportGroups: readonly ExportGroup[]
}

/** Reads one file. An object in it that is wrong is there as `lastGood` has it, if that does. */
export async function readContents(
  file: FoundFile,
  rules: ReadingRules,
  lastGood: Held,
  care: Care = NO_CARE,
): Promise<Contents> {
  try {
    const aside = care.setAside(file.path)
    if (aside !== undefined) throw new Unfit(aside)
    const text = decode(await readSettled(file, rules.maxFileOctets))
    return await parse(file.path, readManifests(text, file.path, rules.exportGroups), lastGood, care)
  } catch (error) {
    const problem = { place: file.path, message: explainError(error) }
    const none = { objects: null, skipped: new Set<string>(), others: new Map() }
    return { ...none, problems: [problem], again: !(error instanceof Unfit) }
  }
}

/** A file that stays unreadable until it is written anew. */
class Unfit extends Error {}

async function readSettled(file: FoundFile, maxOctets: number): Promise<Uint8Array> {
  if (file.size > maxOctets) {
    const [size, limit] = [file.size, maxOctets].map((octets) => (octets / 2 ** 20).toFixed(1))
    throw new Unfit(`has ${size} MiB, more than the ${limit} MiB that are read: split it`)
  }
  const octets = await readFile(file.path)
  // Half a file can be well-formed YAML, and would delete all that is in the other half.
  if ((await identityNow(file.path)) !== file.identity) throw new Error(UNSETTLED)
  return octets
}

const UNSETTLED = 'was written to while it was read: it is read again when it is finished'

function decode(octets: Uint8Array): string {
  const stray = strayEncoding(new TextDecoder().decode(octets.subarray(0, 8)))
  if (stray !== undefined) throw new Unfit(`${stray.problem}: ${stray.remedy}`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw new Unfit('is not UTF-8 text: save it as UTF-8')
  }
}

/** How long entries are parsed before the event loop gets a turn: a cluster's worth of YAML takes seconds. */
const TURN_MS = 10

async function parse(
  path: string,
  entries: Iterator<Entry, unknown>,
  lastGood: Held,
  care: Care,
): Promise<Contents> {
  const reading = new Reading(lastGood)
  let pauseAt = performance.now() + TURN_MS
  for (;;) {
    const { done, value } = care.hold(path, () => entries.next())
    if (done === true) break
    reading.add(value)
    if (performance.now() < pauseAt) continue
    await turn()
    pauseAt = performance.now() + TURN_MS
  }
  return reading.contents()
}

/** The entries of one file, gathered. */
class Reading {
  readonly #lastGood: Held
  readonly #objects = new Map<Id, Told>()
  readonly #problems: Problem[] = []
  readonly #skipped = new Set<string>()
  readonly #others = new Map<string, OtherObjects>()
  readonly #wrong = new Map<Id, Unreadable>()
  #broken: Problem | null = null

  constructor(lastGood: Held) {
    this.#lastGood = lastGood
  }

  add(entry: Entry): void {
    switch (entry.kind) {
      case 'object':
        this.#put(entry.object, entry.place)
        return
      case 'skipped':
        this.#skipped.add(entry.what)
        return
      case 'other':
        this.#addOther(entry)
        return
      case 'problem':
        this.#problems.push(entry.problem)
        if (entry.of !== null) this.#wrong.set(idOf(entry.of), entry.of)
        return
      case 'broken':
        this.#broken = entry.problem
    }
  }

  #addOther({ other, place, title }: Extract<Entry, { kind: 'other' }>): void {
    const before = this.#others.get(other.what)
    const example = before ?? { other, place, example: title }
    this.#others.set(other.what, { ...example, count: (before?.count ?? 0) + 1 })
  }

  #put(object: KubeObject, place: string): void {
    for (const flaw of object.flaws ?? []) this.#problems.push({ place, message: flaw, costs: 'part' })
    const id = idOf(identityOf(object))
    if (this.#objects.has(id)) {
      this.#problems.push({ place, message: `${id} is in this file twice; the one here counts: remove one` })
    }
    this.#objects.set(id, object)
  }

  contents(): Contents {
    const aside = { skipped: this.#skipped, others: this.#others, again: false }
    if (this.#broken !== null) return { objects: null, problems: [this.#broken], ...aside }
    for (const [id, unreadable] of this.#wrong) {
      const lastGood = this.#lastGood.get(id)
      const told = lastGood === undefined || isUnreadable(lastGood) ? unreadable : lastGood
      if (!this.#objects.has(id)) this.#objects.set(id, told)
    }
    return { objects: this.#objects, problems: this.#problems, ...aside }
  }
}
