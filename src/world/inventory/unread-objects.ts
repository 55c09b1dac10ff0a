import { type ClusterView, objectsOf } from '../../sources/changes/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Kind, ServiceKey, UnreadableObject } from '../../words/kube/index.ts'
import { MOST_LISTED, type ObjectOutcome, type ObjectSummary, untitled } from '../istio/index.ts'
import type { ObjectsRead } from './rule-types.ts'

/** What became of a cluster's objects of some kinds that were read for a service, with those that cannot be read. */
export function withUnread(
  summaries: readonly ObjectSummary[],
  key: ServiceKey,
  kinds: readonly Kind[],
  cluster: ClusterId,
  view: ClusterView | undefined,
): readonly ObjectsRead[] {
  const broken = (view?.unreadable.get(key) ?? []).filter(({ kind }) => kinds.includes(kind))
  const read = summaries.map(({ first, counts }) => ({
    first: first.map((one) => ({ cluster, ...one, ...beside(one, broken) })),
    counts,
  }))
  return broken.length === 0 || view === undefined ? read : [...read, ...unread(broken, kinds, view, cluster)]
}

const sentenceOf = ({ kind, key, problem }: UnreadableObject): string => untitled(`${kind} ${key}`, problem)

/** What is told of an object as it was last read, where it cannot be read now. */
function beside(one: ObjectOutcome, broken: readonly UnreadableObject[]): Partial<ObjectOutcome> {
  const now = broken.find(({ kind, key }) => kind === one.kind && key === one.name)
  if (now === undefined) return {}
  return {
    leftOut: [
      `it cannot be read now, and what was last read of it holds: ${sentenceOf(now)}`,
      ...one.leftOut,
    ],
  }
}

/** Those that could never be read. */
function unread(
  broken: readonly UnreadableObject[],
  kinds: readonly Kind[],
  view: ClusterView,
  cluster: ClusterId,
): readonly ObjectsRead[] {
  const never = broken.filter(({ kind, key }) => objectsOf(view, kind).get(key) === undefined)
  return kinds.flatMap((kind) => {
    const some = never.filter((one) => one.kind === kind)
    if (some.length === 0) return []
    const first = some.slice(0, MOST_LISTED).map((one) => ({
      cluster,
      kind,
      name: one.key,
      outcome: 'leftOut' as const,
      why: `it cannot be read: ${sentenceOf(one)}`,
      leftOut: [],
    }))
    return [{ first, counts: [{ kind, outcome: 'leftOut' as const, count: some.length }] }]
  })
}
