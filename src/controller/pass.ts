import { type FailureReason, fieldsOf, type WriteReply, type Writes } from '../sources/apiserver/index.ts'
import { LABEL } from '../words/kube/index.ts'
import { bodyToSend, digestOf, isAsWanted, isStatus } from './compare.ts'
import { type Desired, mayGo, type WantedObject } from './desired/index.ts'
import { type HeldKind, type HeldObject, isOurs, readHeld, resourceNamed } from './held.ts'
import type { Memory } from './memory.ts'

/** The one field manager of everything that Meridian applies. */
export const FIELD_MANAGER = 'meridian'

export type WriteVerb = 'apply' | 'status' | 'delete'

/** `foreign`: it exists and is not Meridian's, so that nothing was asked. */
export type WriteResult = 'ok' | 'foreign' | FailureReason

/** A write that is to be made, or was. */
export interface Step {
  readonly verb: WriteVerb
  readonly kind: HeldKind
  readonly namespace: string
  readonly name: string
  /** null: it is deleted. */
  readonly wanted: WantedObject | null
  readonly held: HeldObject | undefined
}

/** What a pass works with. */
export interface Tools {
  readonly writes: Writes
  readonly memory: Memory
  /** Resolves when a write may be sent. */
  readonly permit: (signal: AbortSignal) => Promise<void>
  readonly now: () => number
  readonly report: (step: Step, result: WriteResult, message: string, place: string | null) => void
}

/** How a pass ended. */
export type Passed =
  /** All is as it is wanted, or was made so. `isUnseen`: of something that was written that is yet to be seen. */
  | { readonly outcome: 'done'; readonly isUnseen: boolean }
  /** An object of somebody else's is where one of ours should be. */
  | { readonly outcome: 'foreign'; readonly found: HeldObject }
  | { readonly outcome: 'failed'; readonly failure: Extract<WriteReply, { outcome: 'failure' }> }

const kindOf = ({ kind }: WantedObject): HeldKind => {
  if (kind === 'ServiceExport/status') return 'ServiceExport'
  return kind === 'ServiceImport/status' ? 'ServiceImport' : kind
}

export const stepIdOf = ({ kind, namespace, name }: Pick<Step, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace}/${name}`

/** What traffic follows is first, behind the Service whose name it bears: what is told of it is for people. */
const ORDER: Readonly<Partial<Record<HeldKind, number>>> = { Service: 0, EndpointSlice: 1 }

const placeOf = (wanted: WantedObject): number => ORDER[kindOf(wanted)] ?? 2

/** What is to be written for one service, in order: what is wanted and stands otherwise, then what is to go. */
export function stepsFor(desired: Desired, held: readonly HeldObject[]): readonly Step[] {
  const standing = new Map(held.map((one) => [stepIdOf(one), one]))
  const applies = desired.objects
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .map((wanted): Step => {
      const at = { kind: kindOf(wanted), namespace: wanted.namespace, name: wanted.name }
      return { ...at, verb: isStatus(wanted) ? 'status' : 'apply', wanted, held: standing.get(stepIdOf(at)) }
    })
  const kept = new Set(applies.map(stepIdOf))
  const gone = held.filter(
    (one) => isOurs(one) && !kept.has(stepIdOf(one)) && mayGo(desired, one.kind, one.labels),
  )
  return [...applies, ...gone.map(removalOf)]
}

const removalOf = (held: HeldObject): Step => ({
  verb: 'delete',
  kind: held.kind,
  namespace: held.namespace,
  name: held.name,
  wanted: null,
  held,
})

/** Whether a step changes anything, as far as is seen. */
export function isNeeded({ wanted, held }: Step): boolean {
  if (wanted === null) return held !== undefined && !held.deleting
  // The status of what does not stand comes with the object.
  if (held === undefined) return true
  return !isAsWanted(held, wanted, digestOf(wanted))
}

/**
 * Writes what is needed, in order. What fails ends what depends on it alone: an object that is refused may be made of what
 * one cluster says, and those after it of what others do.
 */
export async function makePass(steps: readonly Step[], tools: Tools, term: AbortSignal): Promise<Passed> {
  const current = new Map<string, HeldObject>()
  const short: Shortfall[] = []
  let isUnseen = false
  for (const step of steps) {
    if (short.some((one) => isReplacedBy(step, one.step))) continue
    const now = current.get(stepIdOf(step)) ?? step.held
    const done =
      step.wanted === null
        ? await remove(step, tools, term)
        : await write(step, step.wanted, now, tools, term)
    if (done === null) {
      isUnseen ||= tools.memory.isUnseen(stepIdOf(step), step.held?.resourceVersion ?? '')
      continue
    }
    if ('outcome' in done) {
      if (term.aborted || endsAll(step, done)) return done
      short.push({ step, passed: done })
      continue
    }
    current.set(stepIdOf(step), done)
    isUnseen = true
  }
  return outcomeOf(short) ?? { outcome: 'done', isUnseen }
}

/** A step that did not come to what it should. */
interface Shortfall {
  readonly step: Step
  readonly passed: Exclude<Passed, { outcome: 'done' }>
}

const outcomeOf = (short: readonly Shortfall[]): Passed | undefined =>
  (short.find(({ passed }) => passed.outcome === 'failed') ?? short[0])?.passed

/** Failures after which no other write would go better. */
const GENERAL: ReadonlySet<FailureReason> = new Set([
  'connection',
  'credentials',
  'certificate',
  'unauthorized',
  'throttled',
  'deadline',
  'terminating',
])

/** Of a derived Service that is somebody else's the next pass knows, and wants other slices. */
const endsAll = ({ kind }: Step, passed: Shortfall['passed']): boolean =>
  passed.outcome === 'foreign'
    ? kind === 'Service'
    : GENERAL.has(passed.failure.reason) || passed.failure.retryAfterMs !== undefined

/** Endpoints of a cluster stay in the slices that they are in until they are in others. */
const isReplacedBy = (step: Step, failed: Step): boolean =>
  step.verb === 'delete' &&
  step.kind === 'EndpointSlice' &&
  failed.kind === 'EndpointSlice' &&
  failed.wanted !== null &&
  sourceOf(step.held?.metadata) === sourceOf(failed.wanted.body['metadata'])

const sourceOf = (metadata: unknown): unknown => fieldsOf(fieldsOf(metadata)['labels'])[LABEL.sourceCluster]

/** The object after the write, or null: there was nothing to write. */
type Made = Exclude<Passed, { outcome: 'done' }> | HeldObject | null

async function write(
  step: Step,
  wanted: WantedObject,
  now: HeldObject | undefined,
  tools: Tools,
  term: AbortSignal,
): Promise<Made> {
  const digest = digestOf(wanted)
  const seen = step.held?.resourceVersion ?? ''
  if (now?.deleting === true || (step.verb === 'status' && now === undefined)) return null
  if (now !== undefined && isAsWanted(now, wanted, digest)) return null
  if (tools.memory.isWritten(stepIdOf(step), wanted.kind, digest, seen, tools.now())) return null
  const stranger = await strangerAt(step, now, tools, term)
  if (stranger !== null) return stranger
  await tools.permit(term)
  const how = howTo(step)
  const resource = resourceNamed(step.kind, step.namespace, step.name)
  const written = await tools.writes.apply(resource, bodyToSend(wanted, digest, now), how, term)
  if (written.outcome === 'failure') return failed(step, written, tools, term)
  const after = readHeld(step.kind, written.object)
  tools.memory.wrote(stepIdOf(step), wanted.kind, digest, seen, after.resourceVersion, tools.now())
  tools.report(step, 'ok', '', null)
  return after
}

/**
 * What is Meridian's own is made as it is wanted, whoever changed it. A ServiceExport is its user's, and its conditions
 * may be written by another implementation: from that nothing is taken.
 */
const howTo = ({ kind, verb }: Step) => ({
  manager: FIELD_MANAGER,
  force: kind !== 'ServiceExport',
  ...(verb === 'status' ? ({ subresource: 'status' } as const) : {}),
})

/** Before an object is made, that there is none of that name; before one is changed, that it is ours. */
async function strangerAt(
  step: Step,
  now: HeldObject | undefined,
  tools: Tools,
  term: AbortSignal,
): Promise<Exclude<Passed, { outcome: 'done' }> | null> {
  if (step.kind === 'ServiceExport') return null
  if (now !== undefined) return isOurs(now) ? null : foreign(step, now, tools)
  const read = await tools.writes.read(resourceNamed(step.kind, step.namespace, step.name), term)
  if (read.outcome === 'failure') return read.reason === 'notFound' ? null : failed(step, read, tools, term)
  const found = readHeld(step.kind, read.object)
  return isOurs(found) ? null : foreign(step, found, tools)
}

function foreign(step: Step, found: HeldObject, { report }: Tools): Passed & { readonly outcome: 'foreign' } {
  report(step, 'foreign', `${stepIdOf(step)} is not Meridian's, and is left as it is`, null)
  return { outcome: 'foreign', found }
}

function failed(
  step: Step,
  failure: Extract<WriteReply, { outcome: 'failure' }>,
  { report }: Tools,
  term: AbortSignal,
): Passed & { readonly outcome: 'failed' } {
  // Broken off by us, it is no failure of the server's.
  if (!term.aborted) report(step, failure.reason, failure.message, failure.place)
  return { outcome: 'failed', failure }
}

async function remove(step: Step, tools: Tools, term: AbortSignal): Promise<Made> {
  const { held } = step
  if (held === undefined || held.deleting || !isOurs(held)) return null
  const id = stepIdOf(step)
  if (tools.memory.isRemoved(id, held.uid, held.resourceVersion, tools.now())) return null
  await tools.permit(term)
  const resource = resourceNamed(step.kind, step.namespace, step.name)
  const written = await tools.writes.remove(resource, { uid: held.uid }, term)
  if (written.outcome === 'failure' && written.reason !== 'notFound')
    return failed(step, written, tools, term)
  tools.memory.removed(id, held.uid, held.resourceVersion, tools.now())
  tools.report(step, 'ok', '', null)
  return { ...held, deleting: true }
}
