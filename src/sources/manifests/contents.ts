import { readFile } from 'node:fs/promises'
import type { Care } from '../../words/care/index.ts'
import type { Kinds, KubeObject, Other, Reported, UnreadableObject } from '../../words/kube/index.ts'
import type { SourceProblem, TimeShare } from '../changes/index.ts'
import { type Amount, bytesOf, bytesOfObject, excessOf, NO_AMOUNT, plus } from '../changes/index.ts'
import { encodingProblemIn, hasMoreValues } from '../texts/index.ts'
import { type FileObjects, type Id, identityOf, idOf, outliving } from './holdings.ts'
import { type ManifestEntry, readManifests } from './manifests.ts'
import { explainError, type FoundFile, identityNow } from './walk.ts'

/** What one file of manifests holds. */
interface Contents {
  /** null: the file as a whole cannot be read, so what it held before is still in force. */
  readonly objects: FileObjects | null
  readonly problems: readonly SourceProblem[]
  /** How many there are besides. */
  readonly untold: number
  /** Of the objects. */
  readonly amount: Amount
  /** Its last line has no end, as where a file was cut. */
  readonly endsInLine: boolean
  /** Why they are not taken in: there would be too much. */
  readonly excess?: string
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
  readonly maxFileBytes: number
  /** What may be kept of the whole directory. */
  readonly kept: Amount
  readonly kinds: Kinds
}

/** Whoever looks on while it is read, and whose time it is. */
interface ContentsWatch {
  readonly care: Care
  readonly share: TimeShare
}

/**
 * Reads one file. An object in it that is wrong is there as `lastGood` has it, if that does. `others`: what is kept of
 * other files.
 */
export async function readContents(
  file: FoundFile,
  rules: ReadingRules,
  lastGood: FileObjects,
  others: Amount,
  watched: ContentsWatch,
): Promise<Contents> {
  const { care, share } = watched
  try {
    const aside = care.setAside(file.path)
    if (aside !== undefined) throw new FileError(aside)
    const text = await readText(file, rules.maxFileBytes, share)
    if (lastGood.size > 0 && SAYS_NOTHING.test(text)) throw new FileError(EMPTY)
    await share.do(() => expectParsable(text, file.path, rules.kept))
    const entries = readManifests(text, file.path, rules.kinds, mostWhole(rules.kept))
    const contents = await parse(file.path, entries, new Reading(lastGood, rules.kept, others), watched)
    return { ...contents, endsInLine: !/[\r\n]$/.test(text) }
  } catch (error) {
    const problem = { place: file.path, message: explainError(error) }
    const none = { ...NOTHING_READ, others: new Map() }
    return { ...none, problems: [problem], again: !(error instanceof FileError) }
  }
}

const NO_KINDS: ReadonlySet<string> = new Set()
const NOTHING_READ = {
  objects: null,
  amount: NO_AMOUNT,
  endsInLine: false,
  skipped: NO_KINDS,
  untold: 0,
} as const

/** A shell cuts a file before the command that is to write it begins, and it stays so where that fails. */
const SAYS_NOTHING = /^\s*$/

const EMPTY =
  'is empty: what it held stays in force; write it again, or remove it, or leave a comment in it, if it is to hold nothing'

/** A file that stays unreadable until it is written anew. */
class FileError extends Error {}

/** Its octets are let go of before it is parsed. */
async function readText(file: FoundFile, maxBytes: number, share: TimeShare): Promise<string> {
  const bytes = await readSettled(file, maxBytes)
  return share.do(() => decode(bytes))
}

async function readSettled(file: FoundFile, maxBytes: number): Promise<Uint8Array> {
  if (file.size > maxBytes) {
    const [size, limit] = [file.size, maxBytes].map((bytes) => (bytes / 2 ** 20).toFixed(1))
    throw new FileError(`has ${size} MiB, more than the ${limit} MiB that are read: split it`)
  }
  const bytes = await readFile(file.path)
  // Half a file can be well-formed YAML, and would delete all that is in the other half.
  if ((await identityNow(file.path)) !== file.identity) throw new Error(UNSETTLED)
  return bytes
}

/** A value takes so many bytes once it is parsed, at the least. */
const VALUE_BYTES = 32

/** A character of YAML takes so many bytes while its document is parsed. */
const CHARACTER_BYTES = 50

const mostWhole = ({ bytes }: Amount): number => Math.floor(bytes / CHARACTER_BYTES)

/** JSON is parsed in one go. */
function expectParsable(text: string, path: string, { bytes }: Amount): void {
  const most = Math.floor(bytes / VALUE_BYTES)
  if (path.endsWith('.json') && hasMoreValues(text, most))
    throw new FileError(`has more than the ${most} values that are read of one file: split it`)
}

const UNSETTLED = 'was written to while it was read: it is read again when it is finished'

function decode(bytes: Uint8Array): string {
  const stray = encodingProblemIn(new TextDecoder().decode(bytes.subarray(0, 8)))
  if (stray !== undefined) throw new FileError(`${stray.problem}: ${stray.remedy}`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new FileError('is not UTF-8 text: save it as UTF-8')
  }
}

/** What the entries of a file come to. */
type Parsed = Omit<Contents, 'endsInLine'>

/** In turns: a cluster's worth of YAML takes seconds. */
async function parse(
  path: string,
  entries: Iterator<ManifestEntry, unknown>,
  reading: Reading,
  { care, share }: ContentsWatch,
): Promise<Parsed> {
  const isRead = (): boolean => {
    const { done, value } = care.hold(path, () => entries.next())
    if (done !== true) reading.add(value)
    return done === true || reading.excess !== undefined
  }
  while (!(await share.do(isRead)));
  return reading.contents()
}

/** Kinds that are not read, of a file as of its directory, that are told one by one: a file may consist of them. */
export const MOST_KINDS = 100

/** Problems of one file, likewise. */
const MOST_PROBLEMS = 1000

/** The entries of one file, gathered. */
class Reading {
  readonly #lastGood: FileObjects
  readonly #objects = new Map<Id, Reported>()
  readonly #problems: SourceProblem[] = []
  readonly #skipped = new Set<string>()
  readonly #kinds = new Map<string, OtherObjects>()
  readonly #wrong = new Map<Id, UnreadableObject>()
  #broken: SourceProblem | null = null
  #untold = 0
  readonly #kept: Amount
  readonly #others: Amount
  #amount = NO_AMOUNT

  constructor(lastGood: FileObjects, kept: Amount, others: Amount) {
    this.#lastGood = lastGood
    this.#kept = kept
    this.#others = others
  }

  get excess(): string | undefined {
    return excessOf(plus(this.#others, this.#amount), this.#kept)
  }

  add(entry: ManifestEntry): void {
    switch (entry.kind) {
      case 'object':
        this.#put(entry.object, entry.place)
        return
      case 'skipped':
        if (this.#skipped.size < MOST_KINDS) this.#skipped.add(entry.what)
        return
      case 'other':
        this.#addOther(entry)
        return
      case 'problem':
        this.#tell(entry.problem)
        if (entry.of !== null) this.#addWrong(entry.of)
        return
      case 'broken':
        this.#broken = entry.problem
    }
  }

  #addWrong(unreadable: UnreadableObject): void {
    const id = idOf(unreadable)
    if (!this.#wrong.has(id)) this.#amount = plus(this.#amount, { bytes: bytesOf(unreadable), objects: 1 })
    this.#wrong.set(id, unreadable)
  }

  #tell(problem: SourceProblem): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem)
    else this.#untold += 1
  }

  #addOther({ other, place, title }: Extract<ManifestEntry, { kind: 'other' }>): void {
    const before = this.#kinds.get(other.what)
    if (before === undefined && this.#kinds.size >= MOST_KINDS) return
    const example = before ?? { other, place, example: title }
    this.#kinds.set(other.what, { ...example, count: (before?.count ?? 0) + 1 })
  }

  #put(object: KubeObject, place: string): void {
    for (const flaw of object.flaws ?? []) this.#tell({ place, message: flaw, costs: 'part' })
    const id = idOf(identityOf(object))
    if (this.#objects.has(id)) {
      this.#tell({ place, message: `${id} is in this file twice; the one here counts: remove one` })
    }
    this.#amount = plus(this.#amount, { bytes: bytesOfObject(object), objects: 1 })
    this.#objects.set(id, object)
  }

  contents(): Parsed {
    const aside = {
      amount: this.#amount,
      skipped: this.#skipped,
      others: this.#kinds,
      again: false,
      untold: 0,
    }
    const { excess } = this
    if (excess !== undefined) return { objects: null, problems: [], ...aside, amount: NO_AMOUNT, excess }
    if (this.#broken !== null) return { objects: null, problems: [this.#broken], ...aside }
    for (const [id, unreadable] of this.#wrong) {
      if (!this.#objects.has(id)) this.#objects.set(id, outliving(unreadable, this.#lastGood.get(id)))
    }
    return { objects: this.#objects, problems: this.#problems, ...aside, untold: this.#untold }
  }
}
