import type { ObjectKey } from '../../words/kube/index.ts'
import type { Amount, TimeShare } from '../changes/index.ts'
import { Gathered, hasMoreValues } from '../texts/index.ts'
import { Berth, type Quay } from './berth.ts'
import { type Budget, isCrowdedOut, MOST_CROWDED_OUT } from './budget.ts'
import type { ApiServerConnection, HttpReply } from './connection.ts'
import { Deadline } from './deadline.ts'
import { failureOf, RequestFailure } from './failure.ts'
import { crumbs, decodeText, Intake, type Skimmed, skimText } from './intake.ts'
import { type Narrowed, type Page, pageWithout, parsePage } from './narrow.ts'
import { WANTED_OF_PAGE } from './oversized.ts'
import type { PageSize } from './page-size.ts'
import { pathOf, type Resource, selectionOf } from './resources.ts'
import type { ApiServerLimits } from './types.ts'

/** Where to ask, and how long to wait. */
interface ListRequest {
  readonly connection: ApiServerConnection
  readonly resource: Resource
  readonly limits: ApiServerLimits
  readonly signal: AbortSignal
}

/** One reflector's share of what may be kept of its cluster. */
export interface ReflectorBudget {
  readonly budget: Budget
  readonly part: string
}

/** The same, and how an object of the resource's is read in one of its versions. */
export interface ListReading<T> extends ListRequest, ReflectorBudget {
  readonly narrow: (value: unknown) => Narrowed<T>
  /** The object, or as much of the held one as equals it. */
  readonly reuse: (held: T | undefined, object: T) => T
  /** Called before anything is worked on that the server sent. */
  readonly working?: () => void
  /** Whose time it is that what the server sent is worked on. */
  readonly share: TimeShare
  /** Where more than a little of it is under way. */
  readonly quay: Quay
}

type Working = Pick<ListReading<unknown>, 'working' | 'share'>

/** All objects of one kind as of one resource version. */
export interface Listed<T> {
  readonly version: string
  readonly resourceVersion: string
  readonly objects: ReadonlyMap<ObjectKey, Narrowed<T>>
  readonly amount: Amount
}

/**
 * A paged, consistent list (no resourceVersion, so never a cache's view of the past). Objects are narrowed, and
 * compared with those held, page by page: no more than one page of full objects is in memory, equal ones are there
 * once, and no turn does work in proportion to the cluster.
 */
export async function list<T>(
  reading: ListReading<T>,
  version: string,
  size: PageSize,
  held: ReadonlyMap<ObjectKey, T>,
): Promise<Listed<T>> {
  const berth = new Berth(reading.quay)
  try {
    return await listAt(berth, reading, version, size, held)
  } finally {
    berth.leave()
  }
}

async function listAt<T>(
  berth: Berth,
  reading: ListReading<T>,
  version: string,
  size: PageSize,
  held: ReadonlyMap<ObjectKey, T>,
): Promise<Listed<T>> {
  const { resource, budget, part } = reading
  const objects = new Map<ObjectKey, Narrowed<T>>()
  let bytes = 0
  let fresh = 0
  let refused = 0
  let resourceVersion = ''
  let next = ''
  let idle = 0
  do {
    const page = await takePage(berth, reading, version, size, next, held)
    const seen = objects.size + refused
    // The first page's: what later pages might be newer than, the watch tells again.
    resourceVersion ||= page.resourceVersion
    for (const narrowed of page.items) {
      const before = held.get(narrowed.key)
      const item = objects.has(narrowed.key) ? narrowed : budget.listed(part, narrowed, before)
      if (isCrowdedOut(item) && before === undefined && ++refused > MOST_CROWDED_OUT) continue
      objects.set(item.key, item)
      const object = objectOf(item, before)
      const size = budget.bytesOf(object)
      bytes += size
      if (object !== before) fresh += size
    }
    idle = objects.size + refused === seen ? idle + 1 : 0
    if (page.next !== '' && (page.next === next || idle > MOST_IDLE)) {
      throw new RequestFailure('malformed', `list ${resource.plural}: the list does not end`)
    }
    budget.listing(part, { bytes: bytes + REFUSED_BYTES * refused, objects: objects.size }, fresh)
    next = page.next
  } while (next !== '')
  return { version, resourceVersion, objects, amount: { bytes, objects: objects.size } }
}

/** One that is crowded out, and is not even told, was sent at least: a list of such does not go on for ever. */
const REFUSED_BYTES = 24

/** What is kept of an item of a list. */
const objectOf = <T>(item: Narrowed<T>, held: T | undefined): T | undefined =>
  'object' in item ? item.object : isCrowdedOut(item) ? held : undefined

/**
 * Pages running that bring nothing new. One may be empty and not be the last: whatever stands before an API server and
 * passes on what its client may see says by the token alone that there is more.
 */
const MOST_IDLE = 1000

/** A page without what was sent: the frame of whoever waits for the next one would keep that, for each request. */
async function takePage<T>(
  berth: Berth,
  reading: ListReading<T>,
  version: string,
  size: PageSize,
  next: string,
  held: ReadonlyMap<ObjectKey, T>,
): Promise<Omit<Page, 'items'> & { readonly items: readonly Narrowed<T>[] }> {
  const { items, ...page } = await listPage(berth, reading, version, size, next)
  const taken: Narrowed<T>[] = []
  for (const item of items) {
    const narrowed = await reading.share.do(() => {
      reading.working?.()
      return shareWith(held, reading.narrow(item), reading.reuse)
    })
    taken.push(narrowed)
  }
  return { ...page, items: taken }
}

const shareWith = <T>(
  held: ReadonlyMap<ObjectKey, T>,
  narrowed: Narrowed<T>,
  reuse: ListReading<T>['reuse'],
): Narrowed<T> =>
  'object' in narrowed ? { ...narrowed, object: reuse(held.get(narrowed.key), narrowed.object) } : narrowed

async function listPage(
  berth: Berth,
  asking: ListRequest & Working,
  version: string,
  size: PageSize,
  next: string,
): Promise<Page> {
  for (;;) {
    berth.leave()
    const query = new URLSearchParams({
      ...selectionOf(asking.resource),
      limit: String(size.objects),
      ...(next !== '' && { continue: next }),
    })
    const page = await tryPage(berth, asking, `${pathOf(asking.resource, version)}?${query}`, size)
    if (page !== undefined) return page
  }
}

/** undefined: it is too much, and smaller ones are asked for. */
async function tryPage(
  berth: Berth,
  asking: ListRequest & Working,
  path: string,
  size: PageSize,
): Promise<Page | undefined> {
  const { share, limits } = asking
  const taken = await askFor(asking, 'list', path, (reply, until) => {
    const hold: Hold = (bytes) => berth.hold(bytes, until)
    return size.objects === 1
      ? readOne(reply, size.mostBytes, hold, share)
      : readBody(reply, size.mostBytes, hold)
  })
  await share.turn()
  asking.working?.()
  return share.spend(() => pageFrom(taken, size, limits.values))
}

/** Called with so many bytes as are gathered; resolves when more may be. */
type Hold = (bytes: number) => Promise<void> | undefined

type Taken = string | Skimmed | typeof TOO_LONG

/** undefined: it is too much, and smaller ones are asked for. */
function pageFrom(taken: Taken, size: PageSize, values: number): Page | undefined {
  if (typeof taken === 'string' && !hasMoreValues(taken, values)) {
    const page = parsePage(taken)
    size.learn(page.items.length, taken.length)
    return page
  }
  const page = size.objects === 1 ? pageOfOne(taken, values) : undefined
  if (page === undefined) size.tooLong(typeof taken === 'string' ? `${values} values` : undefined)
  return page
}

/** One object that is too much costs itself: the list goes on behind it. */
function pageOfOne(taken: Taken, values: number): Page | undefined {
  const skimmed = typeof taken === 'string' ? skimText(taken, WANTED_OF_PAGE, values) : taken
  return skimmed === TOO_LONG || skimmed === null ? undefined : pageWithout(skimmed)
}

/** Instead of a body that is longer than wanted. */
export const TOO_LONG = Symbol('too long')

/** A reply's whole text, with one deadline for all of it. A status other than 200 is a failure. */
export const askForText = (
  asking: ListRequest,
  verb: string,
  path: string,
  most: number,
): Promise<string | typeof TOO_LONG> => askFor(asking, verb, path, (reply) => readBody(reply, most))

async function askFor<T>(
  { connection, resource, limits, signal }: ListRequest,
  verb: string,
  path: string,
  read: (reply: HttpReply, until: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new Deadline(signal, limits.requestMs, `${verb} ${resource.plural}`)
  try {
    const reply = await connection.get(path, deadline.signal)
    await expectOk(reply, resource, verb)
    return await read(reply, deadline.signal)
  } catch (error) {
    throw deadline.failure(error)
  } finally {
    deadline.end()
  }
}

/** A status other than 200 as the failure it is. */
export async function expectOk(reply: HttpReply, resource: Resource, verb: string): Promise<void> {
  if (reply.status === 200) return
  const text = await readBody(reply, MOST_BYTES_OF_STATUS)
  throw failureOf(reply, text === TOO_LONG ? '' : text, resource, verb)
}

const MOST_BYTES_OF_STATUS = 65_536

/** Of what an API server says of a group. */
export const MOST_BYTES_OF_GROUP = 2 ** 20

export async function readBody(
  { body }: Pick<HttpReply, 'body'>,
  most: number,
  hold: Hold = () => undefined,
): Promise<string | typeof TOO_LONG> {
  const gathered = new Gathered(most)
  const chunks: AsyncIterable<Uint8Array> = body
  for await (const chunk of chunks) {
    // Leaving the loop destroys the body.
    if (!gathered.add(chunk)) return TOO_LONG
    if (gathered.crumbles) throw crumbs()
    await hold(gathered.length)
  }
  return decodeText(gathered.bytes)
}

/** The text of a page of one object; what is known of it where that is too much. */
async function readOne(
  { body }: Pick<HttpReply, 'body'>,
  most: number,
  hold: Hold,
  share: TimeShare,
): Promise<Taken> {
  const intake = new Intake(most, WANTED_OF_PAGE)
  const chunks: AsyncIterable<Uint8Array> = body
  for await (const chunk of chunks) {
    if (!(await share.do(() => intake.add(chunk)))) return TOO_LONG
    await hold(intake.held)
  }
  return (await share.do(() => intake.take())) ?? TOO_LONG
}
