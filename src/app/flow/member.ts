import { type ClusterView, EMPTY_VIEW, objectsOf } from '../../sources/changes/index.ts'
import {
  type ContactEvent,
  type Health,
  type HealthThresholds,
  type HealthTracker,
  type ProbeOptions,
  startHealthTracker,
} from '../../sources/freshness/index.ts'
import type { RestoredCount } from '../../sources/kinds/index.ts'
import type { OpenSource, SourceHooks } from '../../sources/reader/index.ts'
import type { Table } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Kind, KubeObject } from '../../words/kube/index.ts'
import { Sparing } from '../../words/observe/index.ts'
import { type ListenerContext, listenerOf } from './listener.ts'
import type { Restored } from './restore.ts'
import { ClusterTurns } from './turns.ts'

/** One cluster at work: its source, its health, its last view on disk. */
export interface RunningMember {
  readonly id: ClusterId
  readonly health: () => Health
  /** When the credentials end, Unix milliseconds; null: never, or not known. */
  readonly expiresAt: () => number | null
  /** Whether somebody gives new ones before they do. */
  readonly isRenewed: () => boolean
  /** Final. What is known of the cluster stays in the flow until it is forgotten there. */
  readonly stop: () => Promise<void>
}

export interface MemberOptions extends ListenerContext {
  readonly thresholds: HealthThresholds
  readonly probe: ProbeOptions | null
  /** How to begin. */
  readonly open: (hooks: Pick<SourceHooks, 'restored' | 'word' | 'inTurn'>) => OpenSource
  /** What was known of the cluster, where its watch only starts anew. */
  readonly health?: Health
  /** What was read back of its last view, and is in the flow. */
  readonly restored?: Restored
}

/** Watches a cluster, whose last view is in the flow already, if there is one. */
export function startMember(options: MemberOptions): RunningMember {
  const { id, flow, store, health } = options
  const tracker = trackerOf(options)
  const silence = setTimeout(() => {
    if (health !== undefined) tracker.report({ kind: 'lost', heard: health.heard })
  }, ANEW_MS)
  const turns = new ClusterTurns(flow.dirtyOf(id), (keys) => flow.deriveOf(id, keys, Date.now()))
  const source = options.open({
    restored: counterOf(() => flow.views.get(id)),
    word: atMostEvery(WORD_MS, () => tracker.report({ kind: 'word' })),
    inTurn: (work) => turns.take(work),
  })
  const report = (event: ContactEvent): void => {
    if (event.kind === 'heard') clearTimeout(silence)
    tracker.report(event)
  }
  const running = source.start(listenerOf(options, turns, report))
  return {
    id,
    health: tracker.health,
    expiresAt: () => source.credentials?.expiresAt() ?? null,
    isRenewed: () => source.credentials?.isRenewed() ?? false,
    stop: async () => {
      clearTimeout(silence)
      tracker.stop()
      await running.stop()
      const [view, heard] = [flow.views.get(id), tracker.health().heard]
      if (view !== undefined && heard !== null && turns.idle) store?.save(id, view, heard)
      turns.stop()
    },
  }
}

/** How long a watch that starts anew, of a cluster that was heard before, may take before it counts as lost. */
const ANEW_MS = 5000

/** Each word counts, but a busy cluster says thousands a second. */
const WORD_MS = 1000

function atMostEvery(ms: number, act: () => void): () => void {
  let acted = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now - acted < ms) return
    acted = now
    act()
  }
}

/** Its health, which the flow and the log are told of. */
function trackerOf({ id, thresholds, probe, flow, log, health, restored }: MemberOptions): HealthTracker {
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
  return tracker
}

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
