import type { MessagePort } from 'node:worker_threads'
import { KINDS, type Kinds } from '../../words/kube/index.ts'
import { busyHere, collectWhenCalm } from '../../words/observe/index.ts'
import { within } from '../../words/threads/index.ts'
import { followGroups } from '../apiserver/index.ts'
import { type Care, Load, type Source } from '../changes/index.ts'
import { type RestoredCount, SOURCES, SourceConnections, type Sources } from '../kinds/index.ts'
import { type Custody, careAt, IN_HAND_READING, NO_CUSTODY, openCustody } from '../state/index.ts'
import { Outbox } from './outbox.ts'
import {
  CELL,
  type ReaderOrder,
  type ReaderReport,
  type ReaderStart,
  type SourceNumber,
  type SourceReport,
} from './protocol.ts'
import { type ReadingWatch, type SealedSource, sourceOf } from './source.ts'

/** How often it is seen that events turn. */
const BEAT_MS = 500

/** How long sources may take to end. */
const END_MS = 500

/** A source says no more often that its cluster said something, and when its credentials end. */
const WORD_MS = 1000

/**
 * A reading thread's whole life. What goes wrong beyond what a source is prepared for is nobody's to catch: the thread
 * crashes, and a new one takes up all sources but the one that was in hand.
 */
export function runReaderLoop(
  main: MessagePort,
  { state, cells }: ReaderStart,
  kinds: Kinds = KINDS,
  table: Sources = SOURCES,
): void {
  const send = (report: ReaderReport): void => main.postMessage(report)
  const warn = (text: string): void => send({ kind: 'warning', text })
  const custody = state === null ? NO_CUSTODY : openCustody({ ...state, note: IN_HAND_READING, warn })
  followGroups((group, runs) => send({ kind: 'group', group, runs }))
  const sources = new Map<SourceNumber, RunningSource>()
  const shared = { kinds, sources: table, connections: new SourceConnections(), custody }
  const beat = (): void => void Atomics.add(cells, CELL.beat, 1)
  beat()
  setInterval(beat, BEAT_MS)
  collectWhenCalm({ gc: globalThis.gc, used: () => process.memoryUsage().heapUsed, busy: busyHere() })
  main.on('message', (order: ReaderOrder) => {
    switch (order.kind) {
      case 'open': {
        const working = (): void => void Atomics.store(cells, CELL.inHand, order.source)
        const say = (said: SourceReport): void => send({ kind: 'said', source: order.source, ...said })
        sources.set(order.source, new RunningSource(order, shared, working, say))
        break
      }
      case 'taken':
        sources.get(order.source)?.taken()
        break
      case 'close':
        void sources.get(order.source)?.close()
        sources.delete(order.source)
        break
      case 'end':
        void Promise.all(Array.from(sources.values(), (one) => one.close())).then(() => {
          custody.close()
          send({ kind: 'ended' })
        })
    }
  })
}

type Opening = Extract<ReaderOrder, { kind: 'open' }>

/** What all sources of a thread have in common. */
interface Common extends Required<Pick<ReadingWatch, 'kinds' | 'sources' | 'connections'>> {
  readonly custody: Custody
}

class RunningSource {
  readonly #say: (said: SourceReport) => void
  readonly #outbox: Outbox
  readonly #running: Source
  readonly #credentials: SealedSource['credentials']
  #wordAt = Number.NEGATIVE_INFINITY
  #reported = ''

  constructor(
    { order, restored, load: cell }: Opening,
    { custody, ...shared }: Common,
    working: () => void,
    say: (said: SourceReport) => void,
  ) {
    this.#say = say
    const load = new Load((bytes) => void Atomics.store(cell, 0, Math.ceil(bytes / 1024)))
    this.#outbox = new Outbox(say, load)
    working()
    const hooks = {
      restored: countIn(restored),
      word: () => this.#word(),
      failed: (of: Extract<SourceReport, { said: 'failed' }>['of'], reason: string) =>
        say({ said: 'failed', of, reason }),
      skipped: (what: string, file: string) => say({ said: 'skipped', what, file }),
      bug: (error: unknown) => say({ said: 'bug', message: String(error), stack: stackOf(error) }),
    }
    const care = (what: string): Care => workingCare(careAt(custody, `${what} of ${order.id}`), working)
    const { start, credentials } = sourceOf(order, hooks, { care, working, load, ...shared })
    this.#credentials = credentials
    this.#running = start(this.#outbox)
  }

  readonly taken = (): void => this.#outbox.taken()

  async close(): Promise<void> {
    this.#outbox.close()
    await within(END_MS, this.#running.stop())
    this.#say({ said: 'closed' })
  }

  #word(): void {
    const now = performance.now()
    if (now - this.#wordAt < WORD_MS) return
    this.#wordAt = now
    this.#say({ said: 'word' })
    if (this.#credentials === null) return
    const [expiresAt, isRenewed] = [this.#credentials.expiresAt(), this.#credentials.isRenewed()]
    const reported = `${expiresAt} ${isRenewed}`
    if (reported === this.#reported) return
    this.#reported = reported
    this.#say({ said: 'credentials', expiresAt, isRenewed })
  }
}

const workingCare = ({ hold, setAside }: Care, working: () => void): Care => ({
  hold: (thing, work) => {
    working()
    return hold(thing, work)
  },
  setAside,
})

function countIn(restored: Opening['restored']): RestoredCount {
  const counts = new Map(restored.map(([kind, namespace, count]) => [`${kind} ${namespace ?? ''}`, count]))
  return (kind, namespace) => counts.get(`${kind} ${namespace ?? ''}`) ?? 0
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? '') : '')
