import { type Care, NO_CARE } from '../../words/care/index.ts'
import {
  type Kinds,
  type KubeObject,
  objectIdOf,
  printable,
  SLICE,
  standsIn,
  USUAL,
} from '../../words/kube/index.ts'
import { OneAtATime } from '../../words/threads/index.ts'
import type { Change, SourceProblem } from '../changes/index.ts'
import { type Amount, Load, minus, NO_AMOUNT, plus, TimeShare } from '../changes/index.ts'
import { MOST_KINDS, type OtherObjects, type ReadingRules, readContents } from './contents.ts'
import { FileHoldings, type FileObjects } from './holdings.ts'
import type { EnteredDirectory } from './links.ts'
import { NO_OBJECT } from './manifests.ts'
import { Settling } from './settling.ts'
import { explainError, type FoundFile, isUnread, walk } from './walk.ts'

export interface DirectoryOptions {
  /** Larger files are a problem instead of being read. Default 64 MiB. */
  readonly maxFileBytes?: number
  /** Objects elsewhere are left aside. Default, and none: all count. */
  readonly namespaces?: readonly string[]
  /** What is kept of it at most. Default: any amount. */
  readonly kept?: Amount
  /** Keeps count of what of it is on this thread. Default: nobody does. */
  readonly load?: Load
  /** Milliseconds without a change until a file that holds less than it did is believed. Default 0: at once. */
  readonly settleMs?: number
  /** Looks on while files are read. */
  readonly care?: Care
  /** Those that are read. Default: the usual ones. */
  readonly kinds?: Kinds
  /** Told once of each kind that is skipped: `Deployment (apps/v1)`, and the file it was first met in. */
  readonly onSkipped?: (kind: string, file: string) => void
  /** Told of each file that is another program's, or has something that is. */
  readonly onPassedOver?: (file: string) => void
}

/** What one look at a directory brought. */
export interface DirectoryLook {
  /** false: the directory itself could not be read, so nothing is known to have changed. */
  readonly found: boolean
  readonly changes: readonly Change[]
  /** All there are now. */
  readonly problems: readonly SourceProblem[]
  /** Milliseconds until another look is due, whatever the file system reports. */
  readonly dueIn: number
}

/** The objects in a directory of manifests, and what is wrong with it, as it is now. Never rejects. */
export async function readDirectoryOnce(
  path: string,
  options: DirectoryOptions = {},
): Promise<Pick<DirectoryLook, 'changes' | 'problems'> & { readonly objects: readonly KubeObject[] }> {
  const { changes, problems } = await new ManifestDirectory(path, options).look()
  const objects = changes.flatMap((change) => (change.op === 'put' ? [change.object] : []))
  return { changes, objects, problems }
}

const MAX_FILE_BYTES = 64 * 2 ** 20

const ANY_AMOUNT: Amount = { bytes: Number.POSITIVE_INFINITY, objects: Number.POSITIVE_INFINITY }

/** Bytes of a file of which no other is read meanwhile on this thread: its text and all that it says are there at once. */
const LARGE = 2 ** 20
const LARGE_FILES = new OneAtATime()
const MOST_WAIT_MS = 10_000

/** Whatever the budget is, so many bytes of paths there may be. */
const LEAST_PATHS = 2 ** 20

/** Nobody mends more at a time, and the list crosses to logs and pages. */
const MAX_PROBLEMS = 1000

type Enter = (directory: EnteredDirectory) => void

/** A directory of manifests as it was when last looked at. What cannot be read keeps its last good objects. */
export class ManifestDirectory {
  readonly root: string
  /** Goes up as long as the file system answers and something is read. */
  steps = 0
  readonly #rules: ReadingRules
  readonly #namespaces: ReadonlySet<string>
  readonly #care: Care
  readonly #share = new TimeShare()
  readonly #settling: Settling
  readonly #onSkipped: (kind: string, file: string) => void
  readonly #onPassedOver: DirectoryOptions['onPassedOver']
  readonly #holdings = new FileHoldings()
  readonly #files = new Map<string, FileState>()
  readonly #skipped = new Set<string>()
  #unread: readonly SourceProblem[] = []
  readonly #load: Load
  #amount = NO_AMOUNT

  constructor(root: string, options: DirectoryOptions) {
    this.root = root
    const kept = options.kept ?? ANY_AMOUNT
    this.#rules = {
      maxFileBytes: options.maxFileBytes ?? Math.min(MAX_FILE_BYTES, kept.bytes),
      kept,
      kinds: options.kinds ?? USUAL,
    }
    this.#load = options.load ?? new Load()
    this.#settling = new Settling(options.settleMs ?? 0)
    this.#namespaces = new Set(options.namespaces)
    this.#care = this.#stepping(options.care ?? NO_CARE)
    this.#onPassedOver = options.onPassedOver
    this.#onSkipped = options.onSkipped ?? (() => {})
  }

  /**
   * Reads what changed since the last look. Never rejects; looks must not overlap. `enter` is told of each
   * directory before it is listed. Once `stopped` says so the look ends early, and its outcome means nothing.
   */
  async look(enter?: Enter, stopped: () => boolean = () => false): Promise<DirectoryLook> {
    try {
      await this.#catchUp(enter, stopped).finally(() => this.#load.set('file', 0))
      this.#load.set('kept', this.#amount.bytes)
      const changes = this.#share.spend(() => this.#holdings.changes())
      return { found: true, changes, problems: this.#problems(), dueIn: this.#settling.dueIn() }
    } catch (error) {
      const problem = { place: this.root, message: explainError(error) }
      const problems = [reported(problem), ...this.#problems()]
      return { found: false, changes: [], problems, dueIn: Number.POSITIVE_INFINITY }
    }
  }

  async #catchUp(enter: Enter | undefined, stopped: () => boolean): Promise<void> {
    const walked = await walk(
      this.root,
      enter === undefined
        ? undefined
        : (directory) => {
            this.steps++
            enter(directory)
          },
      {
        most: Math.max(LEAST_PATHS, this.#rules.kept.bytes),
        holds: (bytes) => this.#load.set('paths', bytes),
      },
    )
    this.#unread = walked.unread
    const present = new Set(walked.files.map(({ path }) => path))
    const gone = [...this.#files.keys()].filter((path) => !present.has(path) && !isUnread(walked, path))
    for (const path of gone) this.#forget(path)
    for (const file of walked.files) {
      if (stopped()) return
      if (this.#isNew(file)) await this.#read(file)
    }
  }

  /** What was too much may not be any more. */
  #isNew(file: FoundFile): boolean {
    const { path, identity } = file
    const before = this.#files.get(path)
    if (this.#settling.waitsFor(file)) return false
    return before?.identity !== identity || this.#amount.bytes < (before?.excessive ?? 0)
  }

  #stepping({ hold, setAside }: Care): Care {
    return {
      hold: (thing, work) => {
        this.steps++
        return hold(thing, work)
      },
      setAside,
    }
  }

  #forget(path: string): void {
    this.#amount = minus(this.#amount, this.#files.get(path)?.amount ?? NO_AMOUNT)
    this.#files.delete(path)
    this.#settling.forget(path)
    this.#holdings.replace(path, new Map())
  }

  async #read(file: FoundFile): Promise<void> {
    const { path, identity, node, size } = file
    this.steps++
    const last = this.#files.get(path)
    const before = last?.amount ?? NO_AMOUNT
    const rest = minus(this.#amount, before)
    const held = this.#holdings.of(path)
    const watched = { care: this.#care, share: this.#share }
    this.#load.set('file', size)
    const reads = () => readContents(file, this.#rules, held, rest, watched)
    const contents = await (size > LARGE ? LARGE_FILES.do(reads, MOST_WAIT_MS) : reads())
    const { again, others, excess, objects, untold } = contents
    const taken = objects === null ? null : this.#within(objects)
    if (last !== undefined && this.#settling.holdsBack(file, last, held, taken, contents.endsInLine)) {
      this.#files.set(path, { ...last, identity: null, node })
      return
    }
    const problems =
      excess === undefined ? contents.problems : [{ place: path, message: `the cluster holds ${excess}` }]
    const amount = taken === null ? before : contents.amount
    const whole = taken === null ? (last?.whole ?? 0) : size
    this.#amount = plus(rest, amount)
    const excessive = excess === undefined ? null : this.#amount.bytes
    const known = again ? null : identity
    this.#files.set(path, { identity: known, node, whole, problems, untold, others, amount, excessive })
    if (taken !== null) this.#share.spend(() => this.#holdings.replace(path, taken))
    for (const kind of contents.skipped) this.#skip(kind, path)
    if (contents.skipped.has(NO_OBJECT)) this.#onPassedOver?.(path)
  }

  #within(objects: FileObjects): FileObjects {
    const namespaces = this.#namespaces
    if (namespaces.size === 0) return objects
    return new Map([...objects].filter(([, reported]) => standsIn(namespaces, objectIdOf(reported).key)))
  }

  #skip(kind: string, file: string): void {
    if (this.#skipped.has(kind) || this.#skipped.size >= MOST_KINDS) return
    this.#skipped.add(kind)
    this.#onSkipped(kind, file)
  }

  #problems(): readonly SourceProblem[] {
    const ofFiles = [...this.#files.values()].flatMap(({ problems }) => problems)
    const others = othersIn([...this.#files.values()], () => this.#holdings.has(SLICE.kind))
    const all = [...this.#unread, ...ofFiles, ...others, ...this.#holdings.contested()]
    const untold = [...this.#files.values()].reduce((sum, file) => sum + file.untold, 0)
    const left = all.length + untold - MAX_PROBLEMS
    return left <= 0
      ? all.map(reported)
      : [...all.slice(0, MAX_PROBLEMS).map(reported), { place: this.root, message: `${left} problems more` }]
  }
}

/** A file has any name that its writer likes. */
function reported(problem: SourceProblem): SourceProblem {
  const [place, message] = [printable(problem.place), printable(problem.message)]
  return place === problem.place && message === problem.message ? problem : { ...problem, place, message }
}

/** What the last reading of a file left. No identity: it is read again at the next look. */
interface FileState {
  readonly identity: string | null
  readonly node: string
  /** Bytes that it had when its objects were taken. */
  readonly whole: number
  readonly problems: readonly SourceProblem[]
  readonly untold: number
  readonly others: ReadonlyMap<string, OtherObjects>
  /** What is kept of it. */
  readonly amount: Amount
  /** The bytes that were kept of all when this was too much; null: it was not. */
  readonly excessive: number | null
}

/** One problem for each kind that looks as if it were read. Endpoints are what slices are made of, where there are any. */
function othersIn(files: readonly FileState[], hasSlices: () => boolean): readonly SourceProblem[] {
  const all = files.flatMap(({ others }) => [...others.values()])
  return [...Map.groupBy(all, ({ other }) => other.what).values()].flatMap((group) => {
    const [first] = group
    if (first === undefined || (first.other.what === 'Endpoints' && hasSlices())) return []
    const { other, place, example } = first
    const count = group.reduce((sum, one) => sum + one.count, 0)
    const which = `${count} × ${other.what}, such as ${example}`
    return [{ place, message: `${which}: not read; ${other.remedy}`, costs: other.like }]
  })
}
