import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  fieldsOf,
  listOf,
  printWriteFailure,
  textOf,
  type WriteReply,
  type Writes,
} from '../sources/apiserver/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import { type HeldObject, isOurs, resourceNamed } from './held.ts'
import { LEASE, standForElection } from './lease.ts'
import { type Once, seenOnce, type Unseen } from './once.ts'
import { FIELD_MANAGER, stepIdOf } from './pass.ts'
import type { ControllerSettings, WriteTarget } from './types.ts'

/** What was removed, or would be; and what could not be. */
interface Removed {
  /** `ServiceImport shop/cart`, `ServiceExport shop/cart: conditions`, `Lease meridian/meridian-controller`. */
  readonly removed: readonly string[]
  readonly problems: readonly string[]
}

/** The same of a cluster. */
export interface Cleaned extends Removed {
  readonly cluster: ClusterId
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
    if (!isDry) return { cluster: target.id, ...(await holdingLease(lease, once, own)) }
    const { namespace, name } = lease
    const found = await ours(own, once)
    const leased = leaseEnd(lease, await once.writes.read({ ...LEASE, namespace, name }, once.signal))
    return { cluster: target.id, ...both({ removed: found.map(titleOf), problems: [] }, leased) }
  })

const ownIn = ({ observed }: Once): readonly HeldObject[] =>
  [...observed.keys()]
    .sort()
    .flatMap((key) => observed.of(key))
    .filter((held) => isOurs(held) || hasConditions(held))

const hasConditions = (held: HeldObject): boolean =>
  held.kind === 'ServiceExport' && listOf(fieldsOf(held.content['status'])['conditions']).length > 0

/** Of ServiceExports those of whose status something is Meridian's: others may keep conditions there too. */
async function ours(own: readonly HeldObject[], { writes, signal }: Once): Promise<readonly HeldObject[]> {
  const found: HeldObject[] = []
  for (const held of own)
    if (held.kind !== 'ServiceExport' || (await hasOurStatus(held, writes, signal))) found.push(held)
  return found
}

async function hasOurStatus(held: HeldObject, writes: Writes, signal: AbortSignal): Promise<boolean> {
  const read = await writes.read(resourceNamed(held.kind, held.namespace, held.name), signal)
  if (read.outcome === 'failure') return false
  return listOf(fieldsOf(read.object['metadata'])['managedFields'])
    .map(fieldsOf)
    .some(({ manager, subresource }) => manager === FIELD_MANAGER && subresource === 'status')
}

const titleOf = (held: HeldObject): string =>
  held.kind === 'ServiceExport' ? `${stepIdOf(held)}: conditions` : stepIdOf(held)

/** Ends with the term: whoever holds the Lease after it writes again. */
async function removeAll(
  own: readonly HeldObject[],
  { writes, signal: late }: Once,
  term: AbortSignal,
): Promise<Removed> {
  const removed: string[] = []
  const problems: string[] = []
  const signal = AbortSignal.any([late, term])
  for (const held of own) {
    if (term.aborted) break
    const resource = resourceNamed(held.kind, held.namespace, held.name)
    const written =
      held.kind === 'ServiceExport'
        ? await withdraw(writes, held, signal)
        : await writes.remove(resource, { uid: held.uid }, signal)
    if (written.outcome === 'failure' && written.reason !== 'notFound') {
      if (!term.aborted) problems.push(printWriteFailure(written))
    } else if (held.kind !== 'ServiceExport' || isChanged(held, written)) removed.push(titleOf(held))
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

const isChanged = (held: HeldObject, written: WriteReply): boolean =>
  written.outcome === 'object' &&
  textOf(fieldsOf(written.object['metadata'])['resourceVersion']) !== held.resourceVersion

/** With the Lease in hand; it goes last. */
async function holdingLease(lease: LeaseSettings, once: Once, own: readonly HeldObject[]): Promise<Removed> {
  const elected = Promise.withResolvers<AbortSignal>()
  let complaint = ''
  const options = { ...lease, durationMs: lease.duration, identity: `cleanup_${randomUUID()}` }
  const election = standForElection(options, {
    writes: once.writes,
    now: () => performance.now(),
    date: Date.now,
    random: Math.random,
    pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    elected: elected.resolve,
    failed: (message) => {
      complaint = message
    },
  })
  const late = new AbortController()
  const pause = sleep(2 * lease.duration, null, { signal: late.signal }).catch(() => null)
  const term = await Promise.race([elected.promise, pause])
  late.abort()
  const done = term === null ? NOTHING : await removeAll(own, once, term)
  const holder = election.holder()
  if (term !== null && !term.aborted)
    return both(done, leaseEnd(lease, await election.remove(), election.holder()))
  await election.stop()
  const problem =
    holder === null || holder === options.identity ? lost(lease, complaint) : heldBy(holder, lease)
  return both(done, { removed: [], problems: [term === null && complaint !== '' ? complaint : problem] })
}

type LeaseSettings = ControllerSettings['lease']

const NOTHING: Removed = { removed: [], problems: [] }

const both = (a: Removed, b: Removed): Removed => ({
  removed: [...a.removed, ...b.removed],
  problems: [...a.problems, ...b.problems],
})

const lost = ({ namespace, name }: LeaseSettings, complaint: string): string =>
  `the Lease ${namespace}/${name} could not be held${complaint === '' ? '' : ` (${complaint})`}: what is left stands; try again`

const heldBy = (holder: string | null, { namespace, name }: LeaseSettings): string =>
  `${holder} holds the Lease ${namespace}/${name} and would write everything again: set controller.enabled to false, wait until it has stopped, and try again`

/** What becomes of the Lease, by what the API server said of it. */
function leaseEnd(
  lease: LeaseSettings,
  reply: WriteReply | 'anothers',
  holder: string | null = null,
): Removed {
  if (reply === 'anothers') return { removed: [], problems: [heldBy(holder, lease)] }
  if (reply.outcome === 'object') return { removed: [`Lease ${lease.namespace}/${lease.name}`], problems: [] }
  return reply.reason === 'notFound' ? NOTHING : { removed: [], problems: [printWriteFailure(reply)] }
}
