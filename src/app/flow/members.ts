import { isDeepStrictEqual } from 'node:util'
import { isHeld } from '../../sources/changes/index.ts'
import { type Health, readElsewhere, unprobed } from '../../sources/freshness/index.ts'
import type { Reader } from '../../sources/reader/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import { Sparing } from '../../words/observe/index.ts'
import { type MemberOptions, type RunningMember, startMember } from './member.ts'
import { deriveAll, narrowView, type Read, type ReadScope, type Restored, readViews } from './restore.ts'
import type { WatchSpec } from './watch-spec.ts'

type MembersOptions = Omit<MemberOptions, 'id' | 'thresholds' | 'probe' | 'health' | 'restored' | 'open'> & {
  readonly reader: Reader
  readonly failed: (id: ClusterId, kind: string, reason: string) => void
  readonly bug: (error: unknown) => void
}

/** How often it is noted what is seen of the clusters. */
const HEARTBEAT_MS = 10_000

/** The clusters at work. They join, change and leave; none waits for another, but for all to be read back. */
export class Members {
  readonly #options: MembersOptions
  readonly #running = new Map<
    ClusterId,
    { readonly spec: WatchSpec; readonly member: Promise<RunningMember> }
  >()
  readonly #started = new Map<ClusterId, RunningMember>()
  /** Of clusters that are yet to be assigned. */
  #ahead: Promise<Read> | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #stopped = false
  /** The serials are on disk, or soon, as those of a process that goes on. */
  #isNoted = false
  readonly #sparing = new Sparing()

  constructor(options: MembersOptions) {
    this.#options = options
  }

  /** Begins to read back what is on disk of the clusters that will be assigned first: a start has other things to do too. */
  readAhead(selections: readonly ReadScope[]): void {
    const { flow, store } = this.#options
    if (store !== null) this.#ahead = readViews(selections, flow, store)
  }

  /** Starts, restarts and stops until just these clusters are watched. Resolves when what left has stopped. */
  async assign(specs: readonly WatchSpec[]): Promise<void> {
    const wanted = new Map(specs.map((spec) => [spec.id, spec]))
    const leaving = [...this.#running].filter(([id, { spec }]) => !isDeepStrictEqual(spec, wanted.get(id)))
    for (const [id] of leaving) this.#running.delete(id)
    const known = new Map<ClusterId, Health>()
    const { flow } = this.#options
    const left = leaving.map(async ([id, { spec, member }]) => {
      const { stop, health } = await member
      await stop()
      // The next source tells what it finds, and nothing where it finds nothing.
      flow.faults(id, [])
      const isThere = isDeepStrictEqual(spec.source, wanted.get(id)?.source)
      const now = isThere ? health() : readElsewhere(health(), Date.now())
      known.set(id, isDeepStrictEqual(spec.probe, wanted.get(id)?.probe) ? now : unprobed(now))
      this.#started.delete(id)
      await this.#narrow(spec, wanted.get(id))
    })
    const joining = specs.filter(({ id }) => !this.#running.has(id))
    const restored = Promise.all(left).then(() => this.#restore(joining))
    for (const spec of joining) {
      const member = restored.then((views) => this.#start(spec, known.get(spec.id), views.get(spec.id)))
      this.#running.set(spec.id, { spec, member })
    }
    await Promise.all(left)
  }

  /** What is to be read no more is no more, though the source is away. */
  async #narrow(before: WatchSpec, after: WatchSpec | undefined): Promise<void> {
    if (after === undefined) return
    const isSame = isDeepStrictEqual([before.namespaces, before.scope], [after.namespaces, after.scope])
    if (!isSame) await narrowView(after, this.#options.flow)
  }

  /** What is in memory is newer than what is on disk. */
  async #restore(joining: readonly WatchSpec[]): Promise<ReadonlyMap<ClusterId, Restored>> {
    const { flow, store } = this.#options
    if (store === null) return new Map()
    // Before what may take long: it is answered meanwhile.
    if (!this.#isNoted && !this.#stopped) this.#noteSerials(true)
    const read = await (this.#ahead ?? readViews(this.#unknown(joining), flow, store))
    this.#ahead = undefined
    await deriveAll(read, flow)
    // What a next process is to know is said by then, for good.
    if (this.#stopped) return read.restored
    this.#heartbeat ??= setInterval(() => this.#goOn(), HEARTBEAT_MS).unref()
    return read.restored
  }

  #unknown(specs: readonly WatchSpec[]): readonly WatchSpec[] {
    const { views } = this.#options.flow
    return specs.filter(({ id }) => !isHeld(views.get(id)))
  }

  /** Those that run by now. */
  all(): readonly RunningMember[] {
    return [...this.#started.values()]
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#heartbeat)
    if (this.#heartbeat !== undefined) this.#beat()
    this.#heartbeat = undefined
    await this.assign([])
    await this.#options.reader.stop()
    // Sources that stop may still have said something.
    if (this.#isNoted) this.#noteSerials(false)
  }

  #goOn(): void {
    this.#beat()
    this.#noteSerials(true)
  }

  /** What a next process is to know: since when which cluster is lost, down, unreachable or slow. */
  #beat(): void {
    const at = Date.now()
    const seen = this.all().map(({ id, health }) => [id, { at, health: health() }] as const)
    const { store } = this.#options
    if (seen.length === this.#running.size) store?.saveHeartbeat(new Map(seen))
  }

  #noteSerials(goesOn: boolean): void {
    const { store, flow } = this.#options
    const { earlierSerials, serials } = flow.world
    this.#isNoted = goesOn
    store?.saveSerials({ at: Date.now(), serials: new Map([...earlierSerials, ...serials]), goesOn })
  }

  #start(
    { thresholds, probe, source, ...spec }: WatchSpec,
    health: Health | undefined,
    restored: Restored | undefined,
  ): RunningMember {
    const { reader, failed, bug, ...options } = this.#options
    const { id } = spec
    const order = { ...spec, choice: source }
    const reported = {
      skipped: (kind: string, file: string) =>
        this.#sparing.say(
          id,
          () => options.log.info({ cluster: id, kind, file }, 'kind is not read'),
          (count) => options.log.info({ cluster: id, count }, 'more of kinds that are not read'),
        ),
      failed: (kind: string, reason: string) => failed(id, kind, reason),
      bug,
    }
    const member = startMember({
      ...options,
      id,
      thresholds,
      probe,
      ...(health === undefined ? {} : { health }),
      ...(restored === undefined ? {} : { restored }),
      open: (hooks) => reader.open(order, { ...hooks, ...reported }),
    })
    this.#started.set(id, member)
    return member
  }
}
