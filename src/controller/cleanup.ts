import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fieldsOf, listOf, printWriteFailure, textOf, type Writes } from '../sources/apiserver/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import { type HeldObject, isOurs, resourceNamed } from './held.ts'
import { LEASE, standForElection } from './lease.ts'
import { type Once, seenOnce, type Unseen } from './once.ts'
import { FIELD_MANAGER, stepIdOf } from './pass.ts'
import type { ControllerSettings, WriteTarget } from './types.ts'

/** What was removed from a cluster, or would be; and what could not be. */
export interface Cleaned {
  readonly cluster: ClusterId
  /** `ServiceImport shop/cart`, `ServiceExport shop/cart: conditions`, `Lease meridian/meridian-controller`. */
  readonly removed: readonly string[]
  readonly problems: readonly string[]
}

const DEADLINE_MS = 600_000

/**
 * Removes all that Meridian made in a cluster: its own objects, its conditions on ServiceExports, its Lease. It holds
 * the Lease meanwhile, so that no replica makes them again; while one holds it, nothing is removed.
 */
export const cleanUp = (
  { lease }: ControllerSettings,
  target: WriteTarget,
  isDry: boolean,
): Promise<Cleaned | Unseen> =>
  seenOnce(target, DEADLINE_MS, async (once) => {
    const own = ownIn(once)
    const leased = await once.writes.read({ ...LEASE, ...lease }, once.signal)
    const leaseLine = leased.outcome === 'object' ? [`Lease ${lease.namespace}/${lease.name}`] : []
    if (isDry) return { cluster: target.id, removed: [...own.map(titleOf), ...leaseLine], problems: [] }
    return holdingLease(lease, once, target.id, () => removeAll(own, once))
  })

const ownIn = ({ observed }: Once): readonly HeldObject[] =>
  [...observed.keys()]
    .sort()
    .flatMap((key) => observed.of(key))
    .filter((held) => isOurs(held) || hasOurConditions(held))

const hasOurConditions = (held: HeldObject): boolean =>
  held.kind === 'ServiceExport' && listOf(fieldsOf(held.content['status'])['conditions']).length > 0

const titleOf = (held: HeldObject): string =>
  held.kind === 'ServiceExport' ? `${stepIdOf(held)}: conditions` : stepIdOf(held)

interface Removed {
  readonly removed: readonly string[]
  readonly problems: readonly string[]
}

async function removeAll(own: readonly HeldObject[], { writes, signal }: Once): Promise<Removed> {
  const removed: string[] = []
  const problems: string[] = []
  for (const held of own) {
    const resource = resourceNamed(held.kind, held.namespace, held.name)
    const written =
      held.kind === 'ServiceExport'
        ? await withdraw(writes, held, signal)
        : await writes.remove(resource, held.uid, signal)
    if (written.outcome === 'failure' && written.reason !== 'notFound')
      problems.push(printWriteFailure(written))
    else if (held.kind !== 'ServiceExport' || isChanged(held, written)) removed.push(titleOf(held))
  }
  return { removed, problems }
}

/** Applied with nothing in it, a status loses what this manager applied to it before, and nothing else. */
const withdraw = (writes: Writes, { kind, namespace, name, uid }: HeldObject, signal: AbortSignal) =>
  writes.apply(
    resourceNamed(kind, namespace, name),
    { metadata: { namespace, name, uid } },
    { manager: FIELD_MANAGER, force: false, subresource: 'status' },
    signal,
  )

const isChanged = (held: HeldObject, written: Awaited<ReturnType<Writes['apply']>>): boolean =>
  written.outcome === 'object' &&
  textOf(fieldsOf(written.object['metadata'])['resourceVersion']) !== held.resourceVersion

/** With the Lease in hand; it goes last. */
async function holdingLease(
  lease: ControllerSettings['lease'],
  once: Once,
  cluster: ClusterId,
  work: () => Promise<Removed>,
): Promise<Cleaned> {
  const elected = Promise.withResolvers<'elected'>()
  let problem = ''
  const options = { ...lease, durationMs: lease.duration, identity: `cleanup_${randomUUID()}` }
  const election = standForElection(options, {
    writes: once.writes,
    now: () => performance.now(),
    date: Date.now,
    random: Math.random,
    pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    elected: () => elected.resolve('elected'),
    failed: (message) => {
      problem = message
    },
  })
  const outcome = await Promise.race([elected.promise, sleep(2 * lease.duration, 'late' as const)])
  const holder = election.holder()
  const done = outcome === 'late' ? null : await work()
  await election.stop()
  if (done === null)
    return { cluster, removed: [], problems: [problem === '' ? heldBy(holder, lease) : problem] }
  return { cluster, ...done, removed: [...done.removed, ...(await removeLease(lease, once))] }
}

const heldBy = (holder: string | null, { namespace, name }: ControllerSettings['lease']): string =>
  `${holder} holds the Lease ${namespace}/${name} and would write everything again: set controller.enabled to false, wait until it has stopped, and try again`

async function removeLease(
  { namespace, name }: ControllerSettings['lease'],
  { writes, signal }: Once,
): Promise<readonly string[]> {
  const resource = { ...LEASE, namespace, name }
  const read = await writes.read(resource, signal)
  if (read.outcome === 'failure') return []
  const uid = textOf(fieldsOf(read.object['metadata'])['uid']) ?? ''
  const written = await writes.remove(resource, uid, signal)
  return written.outcome === 'object' ? [`Lease ${namespace}/${name}`] : []
}
