import {
  type Change,
  type ClusterView,
  EMPTY_VIEW,
  objectsOf,
  type Problem,
  type Source,
  type StartSource,
} from '../../sources/changes/index.ts'
import {
  type ContactEvent,
  type Health,
  type HealthThresholds,
  type ProbeOptions,
  startHealthTracker,
} from '../../sources/freshness/index.ts'
import type { RestoredCount } from '../../sources/kinds/index.ts'
import type { OpenSource, SourceHooks } from '../../sources/reader/index.ts'
import type { Store } from '../../sources/state/index.ts'
import type { Table } from '../../values/table/index.ts'
import type { ClusterId, Freshness } from '../../words/clusterset/index.ts'
import { type Kind, type KubeObject, SLICE } from '../../words/kube/index.ts'
import { type Log, Sparing } from '../../words/observe/index.ts'
import type { Flow } from './flow.ts'
import type { Restored } from './restore.ts'
import { MOST_A_TURN, piecesOf, Turns, type Work } from './turns.ts'

/** One cluster at work: its source, its health, its last view on disk. */
export interface Member {
  readonly id: ClusterId
  readonly health: () => Health
  /** When the credentials end, Unix milliseconds; null: never, or not known. */
  readonly expiresAt: () => number | null
  /** Whether somebody gives new ones before they do. */
  readonly isRenewed: () => boolean
  /** Final. What is known of the cluster stays in the flow until it is forgotten there. */
  readonly stop: () => Promise<void>
}

export interface MemberOptions {
  readonly id: ClusterId
  readonly thresholds: HealthThresholds
  readonly probe: ProbeOptions | null
  /** How to begin. */
  readonly open: (hooks: Pick<SourceHooks, 'restored' | 'word' | 'inTurn'>) => OpenSource
  readonly flow: Flow
  readonly store: Store | null
  readonly log: Log
  /** What was known of the cluster, where its watch only starts anew. */
  readonly health?: Health
  /** What was read back of its last view, and is in the flow. */
  readonly restored?: Restored
  /** An endpoint changed in the cluster so many seconds before it was served. */
  readonly programmed: (seconds: number) => void
}

/** Watches a cluster, whose last view is in the flow already, if there is one. */
export function startMember(options: MemberOptions): Member {
  const { id, thresholds, probe, flow, store, log, health, restored } = options
  const sparing = new Sparing()
  const tracker = startHealthTracker({
    thresholds,
    probe,
    ...(health === undefined ? {} : { health }),
    changed: (freshness, slow) => {
      const before = flow.world.clusterset.members.get(id)
      flow.state(id, freshness, slow, Date.now())
      if (before?.freshness.kind !== freshness.kind || before.slow !== slow)
        sparing.same(id, (more) =>
          log.info({ cluster: id, state: freshness.kind, slow, ...more }, 'cluster state'),
        )
    },
  })
  if (restored !== undefined) {
    tracker.report({ kind: 'restored', heard: restored.heard, seen: restored.seen })
    log.info({ cluster: id, objects: restored.objects }, 'last view read back')
  }
  let reported = Number.NEGATIVE_INFINITY
  let heard = false
  const silent = setTimeout(() => {
    if (!heard && health !== undefined) tracker.report({ kind: 'lost', heard: health.heard })
  }, ANEW_MS)
  const turns = new Turns()
  const source = options.open({
    restored: counterOf(() => flow.views.get(id)),
    word: () => {
      // Each word counts, but a busy cluster says thousands a second.
      if (performance.now() - reported < 1000) return
      reported = performance.now()
      tracker.report({ kind: 'word' })
    },
    inTurn: (work) => turns.take(work),
  })
  const running = listen(source.start, options, turns, (event) => {
    heard ||= event.kind === 'heard'
    tracker.report(event)
  })
  return {
    id,
    health: tracker.health,
    expiresAt: () => source.credentials?.expiresAt() ?? null,
    isRenewed: () => source.credentials?.isRenewed() ?? false,
    stop: async () => {
      clearTimeout(silent)
      tracker.stop()
      await running.stop()
      const [view, heard] = [flow.views.get(id), tracker.health().heard]
      if (view !== undefined && heard !== null && turns.idle) store?.save(id, view, heard)
      turns.drop()
    },
  }
}

/** How long a watch that starts anew, of a cluster that was heard before, may take before it counts as lost. */
const ANEW_MS = 5000

/** Counts what a view holds. By namespace each kind is counted once, for all of them. */
function counterOf(viewNow: () => ClusterView | undefined): RestoredCount {
  let view = EMPTY_VIEW
  const counted = new Map<Kind, ReadonlyMap<string, number>>()
  return (kind, namespace) => {
    const now = viewNow() ?? EMPTY_VIEW
    if (now !== view) counted.clear()
    view = now
    const table = objectsOf(view, kind)
    if (namespace === null) return table.size
    const counts = counted.get(kind) ?? byNamespace(table)
    counted.set(kind, counts)
    return counts.get(namespace) ?? 0
  }
}

function byNamespace(objects: Table<KubeObject>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [, { namespace }] of objects) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  return counts
}

function listen(
  start: StartSource,
  { id, flow, store, log, programmed }: MemberOptions,
  turns: Turns,
  report: (event: ContactEvent) => void,
): Source {
  const sparing = new Sparing()
  let first = true
  const done = (changes: readonly Change[], isFirst: boolean): void => {
    if (!isFirst) for (const at of triggers(changes)) programmed((Date.now() - at) / 1000)
    const view = flow.views.get(id)
    if (view !== undefined) store?.save(id, view, Date.now())
    log.debug({ cluster: id, changes: changes.length }, 'objects changed')
  }
  return start({
    anew: () => {
      first = true
      // What comes next is all there is.
      turns.drop()
    },
    changed: (reported, taken) => {
      const isFirst = first
      first = false
      const changes = isFirst ? flow.changesTo(id, reportedIn(reported)) : reported
      const steps = piecesOf(changes, MOST_A_TURN).map(
        (piece): Work =>
          (goOn) =>
            flow.changing(id, piece, Date.now, goOn),
      )
      turns.take(...steps, () => {
        done(changes, isFirst)
        taken?.()
      })
    },
    freshness: (freshness) => turns.take(() => report(contactOf(freshness))),
    connection: ({ kind }) =>
      turns.take(() => report({ kind: kind === 'live' ? 'connected' : 'disconnected' })),
    problems: (problems) => {
      const before = new Set((flow.problems.get(id) ?? []).map(wordsOf))
      flow.faults(id, problems)
      for (const problem of problems) {
        const { place, message, costs } = problem
        if (before.has(wordsOf(problem))) continue
        sparing.say(
          costs ?? '',
          () => log.warn({ cluster: id, place }, message),
          (count) => log.warn({ cluster: id, place, count }, 'more problems: `meridian check` names them'),
        )
      }
    },
  })
}

const wordsOf = ({ place, message, costs }: Problem): string => JSON.stringify([place, message, costs])

/** A cluster that is listed but has never let itself be watched is stale, not unknown: its objects are served. */
function contactOf(freshness: Freshness): ContactEvent {
  if (freshness.kind === 'live') return { kind: 'heard' }
  return { kind: 'lost', heard: freshness.kind === 'never' ? null : freshness.heard }
}

const reportedIn = (changes: readonly Change[]) =>
  changes.flatMap((change) => (change.op === 'delete' ? [] : [change.object]))

/** When the changes were made in the cluster, as far as its slices say. */
const triggers = (changes: readonly Change[]): readonly number[] =>
  changes.flatMap((one) => (one.op === 'put' && SLICE.is(one.object) ? (one.object.triggeredAt ?? []) : []))
