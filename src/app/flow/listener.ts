import {
  type Change,
  type SourceListener,
  sentenceOfProblem,
  wordsOfProblem,
} from '../../sources/changes/index.ts'
import type { ContactEvent } from '../../sources/freshness/index.ts'
import type { StateStore } from '../../sources/state/index.ts'
import type { ClusterId, Freshness } from '../../words/clusterset/index.ts'
import { SLICE } from '../../words/kube/index.ts'
import { type Log, Sparing } from '../../words/observe/index.ts'
import type { Flow } from './flow.ts'
import { type ClusterTurns, MOST_A_TURN, piecesOf } from './turns.ts'

/** Whose source is listened to. */
export interface ListenerContext {
  readonly id: ClusterId
  readonly flow: Flow
  readonly store: StateStore | null
  readonly log: Log
  /** An endpoint changed in the cluster so many seconds before it was served. */
  readonly programmed: (seconds: number) => void
}

/** Takes what a cluster's source says into the flow, in the cluster's turns. `report`: how contact with it is. */
export function listenerOf(
  heard: ListenerContext,
  turns: ClusterTurns,
  report: (event: ContactEvent) => void,
): SourceListener {
  const { id, flow } = heard
  let first = true
  return {
    anew: () => {
      first = true
      // What comes next is all there is.
      turns.drop()
    },
    changed: (reported, taken) => {
      const isFirst = first
      first = false
      const changes = isFirst ? flow.changesTo(id, reportedIn(reported)) : reported
      turns.take(...stepsOf(changes, heard), () => taken?.())
      turns.after(() => done(changes, isFirst, heard))
    },
    freshness: (freshness) => turns.after(() => report(contactOf(freshness))),
    connection: ({ kind }) =>
      turns.after(() => report({ kind: kind === 'live' ? 'connected' : 'disconnected' })),
    problems: problemsOf(heard),
  }
}

const stepsOf = (changes: readonly Change[], { id, flow }: ListenerContext): readonly (() => void)[] =>
  piecesOf(changes, MOST_A_TURN).map((piece) => () => flow.changing(id, piece))

/** Changes are in the world. */
function done(
  changes: readonly Change[],
  isFirst: boolean,
  { id, flow, store, log, programmed }: ListenerContext,
): void {
  if (!isFirst) for (const at of triggers(changes)) programmed((Date.now() - at) / 1000)
  const view = flow.views.get(id)
  if (view !== undefined) store?.save(id, view, Date.now())
  log.debug({ cluster: id, changes: changes.length }, 'objects changed')
}

/** Takes in what of the cluster cannot be read, and says what is new of it. */
function problemsOf({ id, flow, log }: ListenerContext): SourceListener['problems'] {
  const sparing = new Sparing()
  return (problems) => {
    const before = new Set((flow.problems.get(id) ?? []).map(wordsOfProblem))
    flow.faults(id, problems)
    for (const problem of problems) {
      const { place, costs } = problem
      if (before.has(wordsOfProblem(problem))) continue
      sparing.say(
        costs ?? '',
        () => log.warn({ cluster: id, place }, sentenceOfProblem(problem)),
        (count) => log.warn({ cluster: id, place, count }, 'more problems: `meridian check` names them'),
      )
    }
  }
}

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
