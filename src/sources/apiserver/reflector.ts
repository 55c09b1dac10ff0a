import type { ObjectKey } from '../../words/kube/index.ts'
import { jittered } from '../../words/threads/index.ts'
import { Berth } from './berth.ts'
import { Deadline } from './deadline.ts'
import { asFailure, failureOfEvent, lateBy, RequestFailure, unlessNotFound } from './failure.ts'
import { HeldObjects } from './held-objects.ts'
import { linesOf, type WatchLine } from './lines.ts'
import {
  askForText,
  expectOk,
  type Listed,
  type ListReading,
  list,
  MOST_BYTES_OF_GROUP,
  TOO_LONG,
} from './list.ts'
import { parseEvent, parseGroup } from './narrow.ts'
import { PageSize } from './page-size.ts'
import type { ReflectorListener } from './reflector-listener.ts'
import { notServed, pathOf, selectionOf, titleOf } from './resources.ts'
import type { ObjectShelf } from './store.ts'
import type { ApiServerOptions } from './types.ts'
import { pause, RetryWaits } from './waits.ts'

interface ReflectorOptions<T> extends ListReading<T> {
  readonly store: ObjectShelf<T>
  readonly listener: ReflectorListener
  readonly restored: number
  readonly now: Required<ApiServerOptions>['now']
  readonly random: Required<ApiServerOptions>['random']
}

/** Where a watch goes on. */
interface Position {
  readonly version: string
  resourceVersion: string
}

/**
 * Keeps one kind of one cluster, or of one of its namespaces, in the store: lists, then watches from where the list
 * ended, over and over. Every way in which either can fail leads to a wait and another try; only the signal ends it.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>
  readonly #pageSize: PageSize
  #position: Position | undefined
  readonly #waits: RetryWaits
  /** When the last watch was accepted; undefined before and after. */
  #watchedSince: number | undefined
  /** Since when the kind has been not found without a break. */
  #missingSince: number | undefined
  /** A list that shrank has been seen, and a later one may confirm it. */
  #shrunk = false
  #synced = false
  readonly #held: HeldObjects<T>

  constructor(options: ReflectorOptions<T>) {
    this.#options = options
    this.#pageSize = new PageSize(options.limits)
    this.#waits = new RetryWaits(options.limits, options.random)
    this.#held = new HeldObjects(options)
  }

  async run(): Promise<void> {
    const { signal, resource, budget, part } = this.#options
    while (!signal.aborted) {
      try {
        this.#position ??= await this.#list().finally(() => budget.ended(part))
        await this.#watch(this.#position)
        // Whether there is room by now for what was crowded out, a list finds out.
        if (this.#held.isCrowded) this.#position = undefined
      } catch (error) {
        if (!signal.aborted) await this.#recover(asFailure(error, resource.kind))
      }
    }
  }

  async #list(): Promise<Position> {
    const held = this.#options.store.objects()
    for (const version of await this.#servedVersions()) {
      const listed = await list(this.#options, version, this.#pageSize, held).catch(unlessNotFound)
      if (listed === undefined) continue
      this.#missingSince = undefined
      await this.#accept(listed)
      return { version, resourceVersion: listed.resourceVersion }
    }
    throw new RequestFailure('notFound', notServed(this.#options.resource))
  }

  /** Which CRD versions there are, read anew before every list: they come and go with upgrades. */
  async #servedVersions(): Promise<readonly string[]> {
    const { resource } = this.#options
    if (!resource.custom) return resource.versions
    try {
      const text = await askForText(this.#options, 'discover', `/apis/${resource.group}`, MOST_BYTES_OF_GROUP)
      const served = text === TOO_LONG ? [] : parseGroup(text)
      return resource.versions.filter((version) => served.includes(version))
    } catch (error) {
      // Discovery is open to everybody unless somebody closed it; then we find out by trying.
      if (error instanceof RequestFailure && error.reason === 'forbidden') return resource.versions
      if (error instanceof RequestFailure && error.reason === 'notFound') return []
      throw error
    }
  }

  async #accept({ objects, amount }: Listed<T>): Promise<void> {
    const { listener, budget, part } = this.#options
    this.#doubt(objects.size)
    const good = this.#held.goodOf(objects)
    budget.accepting(part)
    await this.#hold(good)
    budget.keep(part, amount)
    this.#synced = true
    listener.synced()
    listener.heard()
  }

  async #hold(objects: ReadonlyMap<ObjectKey, T>): Promise<void> {
    const { store, signal, share, working } = this.#options
    const pieces = store.replace(objects)[Symbol.iterator]()
    while ((await share.do(() => pieces.next().done)) !== true) {
      signal.throwIfAborted()
      working?.()
    }
  }

  /** A sick API server may list next to nothing with a straight face. It is asked twice. */
  #doubt(listed: number): void {
    const held = this.#count
    const shrank = held >= LEAST_DOUBTED && listed < held / 2
    const confirmed = this.#shrunk
    this.#shrunk = shrank && !confirmed
    if (!this.#shrunk) return
    throw new RequestFailure(
      'shrunk',
      `list ${titleOf(this.#options.resource)}: ${listed} where ${held} were held; believed when a second list agrees`,
    )
  }

  get #count(): number {
    return this.#synced ? this.#options.store.objects().size : this.#options.restored
  }

  /** Returns when the server ends the watch in an orderly way. */
  async #watch(position: Position): Promise<void> {
    const { connection, resource, limits, signal, listener, quay, share } = this.#options
    const what = `watch ${resource.plural}`
    const deadline = new Deadline(signal, limits.requestMs, what)
    let silent = true
    try {
      const reply = await connection.get(this.#watchPath(position), deadline.signal)
      await expectOk(reply, resource, 'watch')
      deadline.allow(limits.silenceMs)
      this.#opened()
      for await (const lines of linesOf(
        reply.body,
        limits.objectBytes,
        new Berth(quay),
        share,
        deadline.signal,
      )) {
        await this.#followAll(position, lines)
        silent = false
        deadline.touch()
        listener.heard()
      }
      this.#expectSteady(what)
    } catch (error) {
      throw deadline.expired ? lateBy(this.#silence(what, silent), error) : asFailure(error, what)
    } finally {
      deadline.end()
      if (!signal.aborted) listener.lost()
    }
  }

  #watchPath({ version, resourceVersion }: Position): string {
    const { resource, limits, random } = this.#options
    const [from, to] = limits.watchSeconds
    const query = new URLSearchParams({
      ...selectionOf(resource),
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion,
      timeoutSeconds: String(Math.round(from + random() * (to - from))),
    })
    return `${pathOf(resource, version)}?${query}`
  }

  #opened(): void {
    const { listener, now } = this.#options
    this.#watchedSince = now()
    listener.watched()
    listener.heard()
  }

  /**
   * A watch in which nothing at all was said, not even a bookmark, may be one from a future that a restored etcd
   * has forgotten: the API server would wait for it in silence. A list finds out.
   */
  #silence(what: string, silent: boolean): RequestFailure {
    const relist = silent && this.#watchedSince !== undefined
    return new RequestFailure('deadline', `${what}: no word in time`, { relist })
  }

  /** An orderly end is followed by the next watch at once, unless the server does nothing but end them. */
  #expectSteady(what: string): void {
    if (!this.#forgive()) throw new RequestFailure('ended', `${what}: ended as soon as it began`)
  }

  /** Whether the watch lasted long enough to make the failures before it history. */
  #forgive(): boolean {
    const since = this.#watchedSince
    this.#watchedSince = undefined
    if (since === undefined || this.#options.now() - since < this.#options.limits.steadyMs) return false
    this.#waits.forget()
    return true
  }

  /** A line is not kept by whoever waits for the next one. */
  async #followAll(position: Position, lines: readonly WatchLine[]): Promise<void> {
    for (const line of lines) await this.#options.share.do(() => this.#follow(position, line))
  }

  #follow(position: Position, line: WatchLine): void {
    const { resource, narrow, limits, signal, working } = this.#options
    signal.throwIfAborted()
    working?.()
    const event = parseEvent(line, limits.values)
    if (event.type === 'error') throw failureOfEvent(event.status, resource)
    if (event.type !== 'bookmark') {
      const narrowed = narrow(event.object)
      if (event.type === 'delete') this.#held.remove(narrowed.key)
      else this.#held.take(narrowed)
    }
    position.resourceVersion = event.resourceVersion
  }

  async #recover(failure: RequestFailure): Promise<void> {
    const { signal, listener } = this.#options
    this.#forgive()
    if (failure.relist) this.#position = undefined
    if (failure.reason !== 'notFound') this.#missingSince = undefined
    else if (this.#isAbsent()) return this.#awaitAppearance()
    listener.lost()
    const wait = this.#waits.after(failure)
    listener.failed(failure, this.#waits.failures)
    await pause(wait, signal)
    if (failure.reason === 'shrunk') this.#options.connection.renew()
  }

  /** Whether a kind that is not found is one the cluster does not have, rather than one that was lost. */
  #isAbsent(): boolean {
    const { resource, limits, now } = this.#options
    this.#missingSince ??= now()
    const since = now() - this.#missingSince
    return resource.custom && (this.#count === 0 || since >= limits.goneMs)
  }

  async #awaitAppearance(): Promise<void> {
    const { listener, limits, random, signal, budget, part } = this.#options
    this.#held.forgetUnreadable()
    await this.#hold(new Map())
    budget.forget(part)
    this.#synced = true
    this.#waits.forget()
    listener.synced()
    listener.watched()
    listener.heard()
    await pause(jittered(limits.absentMs, random), signal)
  }
}

/** Fewer objects than that come and go too easily to be doubted. */
const LEAST_DOUBTED = 20
