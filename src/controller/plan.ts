import type { Fields } from '../sources/apiserver/index.ts'
import { isFields } from '../sources/apiserver/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import type { World } from '../world/zone/index.ts'
import { DesiredState } from './desired-state.ts'
import { seenOnce, type Unseen } from './once.ts'
import { isNeeded, type Step, stepIdOf } from './pass.ts'
import type { ControllerSettings, WriteTarget } from './types.ts'

/** One write that would be made. */
export interface PlannedWrite {
  readonly verb: Step['verb']
  /** `ServiceImport shop/cart`. */
  readonly object: string
  /** As much of it as is written; null: it does not stand. */
  readonly before: unknown
  /** null: it is deleted. */
  readonly after: Fields | null
}

/** What would be written to a cluster next, without writing it. */
export interface WritePlan {
  readonly cluster: ClusterId
  readonly writes: readonly PlannedWrite[]
  /** What a person should know: what is not Meridian's, what is not removed. */
  readonly remarks: readonly string[]
}

const DEADLINE_MS = 20_000

/** What the first pass over every service would write. Never rejects. */
export const planFor = (
  settings: ControllerSettings,
  target: WriteTarget,
  world: World,
): Promise<WritePlan | Unseen> =>
  seenOnce(target, DEADLINE_MS, async ({ observed, writes, signal }) => {
    const desiredState = new DesiredState(target, settings, () => world, observed, writes)
    const keys = new Set([...[...world.entries].map(([key]) => key), ...observed.keys()])
    const planned: PlannedWrite[] = []
    const remarks = new Set<string>()
    for (const key of [...keys].sort()) {
      await desiredState.learn(key, signal)
      const { desired, steps } = desiredState.of(key)
      planned.push(...steps.filter(isNeeded).map(plannedOf))
      for (const { message } of desired.remarks) remarks.add(message)
      for (const cluster of desired.awaited)
        remarks.add(`nothing is known of ${cluster}: what it contributed stays`)
    }
    return { cluster: target.id, writes: planned, remarks: [...remarks] }
  })

function plannedOf(step: Step): PlannedWrite {
  const { verb, wanted, held } = step
  const standing = held === undefined ? null : { metadata: held.metadata, ...held.content }
  if (wanted === null) return { verb, object: stepIdOf(step), before: standing, after: null }
  return {
    verb,
    object: stepIdOf(step),
    before: standing && within(standing, wanted.body),
    after: wanted.body,
  }
}

/** Of what stands, the part that is written. */
function within(standing: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(standing))
    return standing.map((one, i) => within(one, wanted[i] ?? one))
  if (!isFields(wanted) || !isFields(standing)) return standing
  return Object.fromEntries(
    Object.keys(wanted).flatMap((name) => {
      if (name === 'kind' || name === 'apiVersion') return [[name, wanted[name]]]
      return name in standing ? [[name, within(standing[name], wanted[name])]] : []
    }),
  )
}
