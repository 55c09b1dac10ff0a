import { readFile } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import type { KubeObject } from '../kube/index.ts'
import { type Care, NO_CARE } from './care.ts'
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
  /** The same file may read differently next time. */
  readonly again: boolean
}

/** Reads one file. An object in it that is wrong is there as `lastGood` has it, if that does. */
export async function readContents(
  file: FoundFile,
  maxOctets: number,
  lastGood: Held,
  care: Care = NO_CARE,
): Promise<Contents> {
  try {
    const aside = care.setAside(file.path)
    if (aside !== undefined) throw new Unfit(aside)
    return await parse(file.path, decode(await readSettled(file, maxOctets)), lastGood, care)
  } catch (error) {
    const problem = { place: file.path, message: explainError(error) }
    return { objects: null, problems: [problem], skipped: new Set(), again: !(error instanceof Unfit) }
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

async function parse(path: string, text: string, lastGood: Held, care: Care): Promise<Contents> {
  const reading = new Reading(lastGood)
  const entries = readManifests(text, path)
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
  readonly #objects = new Map<Id, KubeObject>()
  readonly #problems: Problem[] = []
  readonly #skipped = new Set<string>()
  readonly #wrong = new Set<Id>()
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
      case 'problem':
        this.#problems.push(entry.problem)
        if (entry.of !== null) this.#wrong.add(idOf(entry.of))
        return
      case 'broken':
        this.#broken = entry.problem
    }
  }

  #put(object: KubeObject, place: string): void {
    const id = idOf(identityOf(object))
    if (this.#objects.has(id)) {
      this.#problems.push({ place, message: `${id} is in this file twice; the one here counts: remove one` })
    }
    this.#objects.set(id, object)
  }

  contents(): Contents {
    const skipped = this.#skipped
    if (this.#broken !== null) return { objects: null, problems: [this.#broken], skipped, again: false }
    for (const id of this.#wrong) {
      const object = this.#lastGood.get(id)
      if (object !== undefined && !this.#objects.has(id)) this.#objects.set(id, object)
    }
    return { objects: this.#objects, problems: this.#problems, skipped, again: false }
  }
}
