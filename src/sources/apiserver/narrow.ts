import {
  briefly,
  isUnreadable,
  type KindRow,
  type ObjectKey,
  parseAs,
  type Reported,
  refuseAs,
} from '../../words/kube/index.ts'
import type { Care } from '../changes/index.ts'
import { hasMoreValues } from '../texts/index.ts'
import { RequestFailure } from './failure.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'
import { type Skimmed, skimText } from './intake.ts'
import type { WatchLine } from './lines.ts'
import { eventIn, Oversized, pageIn, WANTED_OF_EVENT } from './oversized.ts'

/** One object as the API server sent it, narrowed to what Meridian reads. */
export type Narrowed<T> = {
  readonly key: ObjectKey
} /** `flaw`: what of it could not be read and is left out, as a sentence. */ & (
  | { readonly object: T; readonly flaw?: string }
  /** It cannot be read: what is wrong with it, as a sentence. */
  | { readonly problem: string; readonly standIn?: StandIn<T> }
)

/** What is held of an object that could never be read. */
interface StandIn<T> {
  /** The held one if it says the same. */
  readonly of: (held: T | undefined) => T
  /** The same beside a good version that is held and stays. */
  readonly over: (good: T) => T
  /** Whether what is held is one, and no good version. */
  readonly isOne: (held: T) => boolean
}

/** Why an object cannot be read, or what of it is left out. */
export interface ObjectProblem {
  readonly problem: string
  /** Nothing: its last good version is held. */
  readonly costs: 'part' | 'whole' | 'nothing'
}

/** `held`: what was, before. */
export const problemOf = <T>(narrowed: Narrowed<T>, held: T | undefined): ObjectProblem | null => {
  if ('problem' in narrowed) {
    const { problem } = narrowed
    const isKept = goodOf(narrowed, held) !== undefined
    return { problem, costs: isKept ? 'nothing' : 'whole' }
  }
  return narrowed.flaw === undefined ? null : { problem: narrowed.flaw, costs: 'part' }
}

const goodOf = <T>({ standIn }: { readonly standIn?: StandIn<T> }, held: T | undefined): T | undefined =>
  held === undefined || standIn?.isOne(held) === true ? undefined : held

/** What is held of an object from now on; undefined: nothing. */
export function heldFrom<T>(narrowed: Narrowed<T>, held: T | undefined): T | undefined {
  if (!('problem' in narrowed)) return narrowed.object
  const { standIn } = narrowed
  const good = goodOf(narrowed, held)
  if (good === undefined) return standIn?.of(held)
  return standIn === undefined ? good : standIn.over(good)
}

/** One page of a list. */
export interface Page {
  readonly items: readonly unknown[]
  readonly resourceVersion: string
  /** '' on the last page. */
  readonly next: string
}

/** A line of a watch. `object` has not been narrowed. */
type WatchEvent =
  | { readonly type: 'put' | 'delete'; readonly object: Fields; readonly resourceVersion: string }
  | { readonly type: 'bookmark'; readonly resourceVersion: string }
  | { readonly type: 'error'; readonly status: unknown }

/** The items of built-in lists say neither kind nor version. The key is the object's even if nothing else is right. */
export function narrow(value: unknown, row: KindRow): Narrowed<Reported> {
  const fields = fieldsOf(value)
  const key = keyIn(fields, row.served.namespaced)
  const parsed = value instanceof Oversized ? refuseAs(row, fields, value.problem) : parseAs(row, fields)
  switch (parsed.outcome) {
    case 'object': {
      const { object } = parsed
      return object.flaws === undefined ? { key, object } : { key, object, flaw: printProblems(object.flaws) }
    }
    case 'problem': {
      const { problem, of } = parsed
      if (of === null) return { key, problem }
      return { key, problem, standIn: { of: () => of, over: (good) => good, isOne: isUnreadable } }
    }
  }
}

const printProblems = ([first = '', ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} (and ${more.length} more of it)`

type Narrow<T> = (value: unknown) => Narrowed<T>

/** The same, while somebody looks on: an object that is set aside is one that cannot be read. */
export function carefully<T>(narrow: Narrow<T>, care: Care | undefined, { served }: KindRow): Narrow<T> {
  if (care === undefined) return narrow
  return (value) => {
    const key = keyIn(fieldsOf(value), served.namespaced)
    const problem = care.setAside(key)
    return problem === undefined ? care.hold(key, () => narrow(value)) : { key, problem }
  }
}

export function keyIn({ metadata }: Fields, isNamespaced = true): ObjectKey {
  const { namespace, name } = fieldsOf(metadata)
  return `${isNamespaced ? nameIn(namespace, 'default') : ''}/${nameIn(name, '')}`
}

/** No object has a longer name: one that says so cannot be read, and is told by the beginning of it. */
const MOST_NAME = 253

function nameIn(written: unknown, absent: string): string {
  const name = textOf(written) || absent
  return name.length <= MOST_NAME ? name : briefly(name, MOST_NAME)
}

/** API servers' own are shorter, and those of proxies fit a request's line. */
export const MOST_TOKEN = 16_384

/** What leads on from a list or an event: it is kept, and sent back as it came. */
function tokenOf(value: unknown): string | undefined {
  const token = textOf(value)
  if (token === undefined || token.length <= MOST_TOKEN) return token
  const what = `a resourceVersion or continue token of more than ${MOST_TOKEN} characters`
  throw new RequestFailure('malformed', `the API server sent ${what}`)
}

export const parsePage = (text: string): Page => pageOf(parseJson(text))

/** A page of the one object that is too much; undefined: it does not say which one. */
export function pageWithout(skimmed: Skimmed): Page | undefined {
  const page = pageIn(skimmed)
  return page === undefined ? undefined : pageOf(page)
}

function pageOf(page: Fields): Page {
  const { resourceVersion, continue: next } = fieldsOf(page['metadata'])
  const version = tokenOf(resourceVersion)
  if (version === undefined || !(Array.isArray(page['items']) || page['items'] === null)) {
    throw new RequestFailure('malformed', 'the API server sent something else than a list')
  }
  return { items: listOf(page['items']), resourceVersion: version, next: tokenOf(next) ?? '' }
}

const TYPES: ReadonlyMap<unknown, 'put' | 'delete' | 'bookmark'> = new Map([
  ['ADDED', 'put'],
  ['MODIFIED', 'put'],
  ['DELETED', 'delete'],
  ['BOOKMARK', 'bookmark'],
])

export function parseEvent(line: WatchLine, mostValues: number): WatchEvent {
  const isRead = typeof line === 'string' && !hasMoreValues(line, mostValues)
  return eventOf(isRead ? parseJson(line) : eventWithout(line, mostValues))
}

/** An event about an object that is too much. */
function eventWithout(line: WatchLine, mostValues: number): Fields {
  const skimmed = typeof line === 'string' ? skimText(line, WANTED_OF_EVENT, mostValues) : line
  const event = skimmed === null ? undefined : eventIn(skimmed)
  if (event !== undefined) return event
  throw new RequestFailure(
    'malformed',
    `the watch sent an object of ${skimmed?.excess ?? `more than ${mostValues} values`}`,
  )
}

function eventOf(event: Fields): WatchEvent {
  if (event['type'] === 'ERROR') return { type: 'error', status: event['object'] }
  const type = TYPES.get(event['type'])
  const { object } = event
  const resourceVersion = tokenOf(fieldsOf(fieldsOf(object)['metadata'])['resourceVersion'])
  if (type === undefined || resourceVersion === undefined || !isFields(object)) {
    throw new RequestFailure('malformed', 'the watch sent something else than an event')
  }
  return { type, object, resourceVersion }
}

/** What an API server may say in a reply about one object, or of a group. */
const MOST_VALUES_OF_REPLY = 20_000

/** A reply that is parsed in one go, on whichever thread asked: its values are counted before. */
export function parseReply(text: string): Fields {
  if (hasMoreValues(text, MOST_VALUES_OF_REPLY))
    throw new RequestFailure(
      'malformed',
      `the API server sent a reply of more than ${MOST_VALUES_OF_REPLY} values`,
    )
  return parseJson(text)
}

/** The versions of an API group that its discovery document says are served. */
export const parseGroup = (text: string): readonly string[] =>
  listOf(parseReply(text)['versions']).flatMap((version) => textOf(fieldsOf(version)['version']) ?? [])

function parseJson(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (isFields(value)) return value
  } catch {
    // Told below.
  }
  throw new RequestFailure('malformed', 'the API server sent something else than a JSON object')
}
