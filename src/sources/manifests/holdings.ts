import { isDeepStrictEqual } from 'node:util'
import {
  isUnreadable,
  type Kind,
  type KubeObject,
  type ObjectId,
  objectIdOf,
  type Reported,
  type UnreadableObject,
} from '../../words/kube/index.ts'
import { type Change, changeTo, type SourceProblem } from '../changes/index.ts'

/** An object's kind and key as one string. */
export type Id = string

export const idOf = ({ kind, key }: ObjectId): Id => `${kind} ${key}`

/** One that cannot be read now, as it was when it could. */
interface Outlived extends UnreadableObject {
  readonly lastGood: KubeObject
}

const isOutlived = (reported: Reported): reported is Outlived => 'lastGood' in reported

/** What was last read of an object that is there; undefined: nothing ever was. */
function lastGoodOf(reported: Reported | undefined): KubeObject | undefined {
  if (reported === undefined) return undefined
  if (isOutlived(reported)) return reported.lastGood
  return isUnreadable(reported) ? undefined : reported
}

/** An object that cannot be read, with what was last read of it, if anything was. */
export function outliving(unreadable: UnreadableObject, last: Reported | undefined): UnreadableObject {
  const lastGood = lastGoodOf(last)
  if (lastGood === undefined) return unreadable
  const outlived: Outlived = { ...unreadable, lastGood }
  return outlived
}

/** The objects of one file. */
export type FileObjects = ReadonlyMap<Id, Reported>

const NOTHING: FileObjects = new Map()

/**
 * Which file holds which objects, and what that changes. Where several hold one object, the last of them by
 * path has it in force. Work is proportional to what is replaced, never to all there is.
 */
export class FileHoldings {
  readonly #files = new Map<string, FileObjects>()
  readonly #holders = new Map<Id, readonly string[]>()
  readonly #contested = new Set<Id>()
  /** What was in force, before the replacements since `changes` was called last. */
  readonly #before = new Map<Id, Reported | undefined>()

  of(file: string): FileObjects {
    return this.#files.get(file) ?? NOTHING
  }

  /** From now on `file` holds these objects and no others. Objects that are equal keep their identity. */
  replace(file: string, objects: FileObjects): void {
    const old = this.of(file)
    for (const id of [...old.keys(), ...objects.keys()]) {
      if (!this.#before.has(id)) this.#before.set(id, this.#inForce(id))
    }
    this.#files.set(
      file,
      new Map(Array.from(objects, ([id, object]) => [id, preferOld(old.get(id), object)])),
    )
    for (const id of old.keys()) if (!objects.has(id)) this.#release(id, file)
    for (const id of objects.keys()) if (!old.has(id)) this.#hold(id, file)
    if (objects.size === 0) this.#files.delete(file)
  }

  /** What is in force now and was not when this was last asked, and the other way round. */
  changes(): readonly Change[] {
    const changes = Array.from(this.#before, ([id, before]) => changesOf(before, this.#inForce(id)))
    this.#before.clear()
    return changes.flat()
  }

  /** One problem for each object that more than one file holds. */
  contested(): readonly SourceProblem[] {
    return Array.from(this.#contested, (id) => {
      const holders = this.#holders.get(id) ?? []
      const others = few(holders.slice(0, -1))
      return {
        place: holders.at(-1) ?? '',
        message: `${id} is in ${others} too; the one here counts: remove one`,
      }
    })
  }

  /** Whether there is any object of a kind. Looks through all: for the rare case. */
  has(kind: Kind): boolean {
    return [...this.#holders.keys()].some((id) => id.startsWith(`${kind} `))
  }

  #inForce(id: Id): Reported | undefined {
    const file = this.#holders.get(id)?.at(-1)
    return file === undefined ? undefined : this.of(file).get(id)
  }

  #hold(id: Id, file: string): void {
    const holders = this.#holders.get(id) ?? []
    this.#setHolders(id, holders.toSpliced(placeIn(holders, file), 0, file))
  }

  #release(id: Id, file: string): void {
    const left = (this.#holders.get(id) ?? []).filter((holder) => holder !== file)
    this.#setHolders(id, left)
  }

  #setHolders(id: Id, holders: readonly string[]): void {
    if (holders.length === 0) this.#holders.delete(id)
    else this.#holders.set(id, holders)
    if (holders.length > 1) this.#contested.add(id)
    else this.#contested.delete(id)
  }
}

/** Where a text belongs in a sorted list. */
function placeIn(sorted: readonly string[], text: string): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] ?? '') < text) from = middle + 1
    else to = middle
  }
  return from
}

/** Three of many are named. */
const few = (files: readonly string[]): string =>
  [...files.slice(0, 3), ...(files.length > 3 ? [`${files.length - 3} more`] : [])].join(', ')

const preferOld = (old: Reported | undefined, object: Reported): Reported =>
  old !== undefined && isDeepStrictEqual(old, object) ? old : object

function changesOf(before: Reported | undefined, after: Reported | undefined): readonly Change[] {
  if (after === undefined) return before === undefined ? [] : [{ op: 'delete', ...identityOf(before) }]
  if (isDeepStrictEqual(before, after)) return []
  if (!isOutlived(after)) return [changeTo(after)]
  const { lastGood, ...unreadable } = after
  const isTold = isDeepStrictEqual(lastGoodOf(before), lastGood)
  return [...(isTold ? [] : [changeTo(lastGood)]), changeTo(unreadable)]
}

export const identityOf = (reported: Reported): ObjectId => {
  const { kind, key } = objectIdOf(reported)
  return { kind, key }
}
