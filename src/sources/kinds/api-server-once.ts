import { within } from '../../words/threads/index.ts'
import {
  type ApiServerEvent,
  type Credentials,
  type FailureReason,
  watchApiServer,
} from '../apiserver/index.ts'
import type { Change, SourceProblem } from '../changes/index.ts'
import type { ClusterReading, ReadOnce } from './types.ts'

const DEADLINE_MS = 20_000
const STOP_MS = 1000

/**
 * Reads a cluster's objects as a server would, and stops. Never rejects, never takes much longer than `deadlineMs`,
 * and gives up at once on what does not pass by itself.
 */
export async function readApiServer(
  credentials: Credentials,
  { kinds, namespaces, budget }: ClusterReading,
  deadlineMs = DEADLINE_MS,
): Promise<ReadOnce> {
  const hope = new Hope()
  const done = Promise.withResolvers<readonly Change[] | 'hopeless' | 'late'>()
  let problems: readonly SourceProblem[] = []
  const start = watchApiServer({
    credentials,
    kinds,
    namespaces,
    limits: { kept: budget.kept, objectBytes: budget.line },
    report: (event) => {
      if (event.type === 'failure') hope.failed(event)
    },
  })
  const source = start({
    changed: done.resolve,
    freshness: () => undefined,
    problems: (now) => {
      problems = now
      if (hope.isGone) done.resolve('hopeless')
    },
  })
  const timer = setTimeout(() => done.resolve('late'), deadlineMs)
  // What is wrong with objects is told in the same turn as the first change, which ends before this goes on.
  const outcome = await done.promise
  clearTimeout(timer)
  await within(STOP_MS, source.stop())
  if (outcome === 'hopeless') return { changes: null, problems }
  if (outcome !== 'late') return { changes: outcome, problems }
  const message = `its objects could not be read within ${deadlineMs / 1000} s`
  const remedy = 'see whether its API server is well, and the way to it'
  return { changes: null, problems: [...problems, { place: credentials.place, message, remedy }] }
}

/** Failures that a second try would only repeat. */
const LASTING: ReadonlySet<FailureReason> = new Set([
  'credentials',
  'certificate',
  'forbidden',
  'malformed',
  'budget',
])

/** Those that are believed when they happen to the same request twice. */
const TWICE: ReadonlySet<FailureReason> = new Set(['connection', 'unauthorized', 'notFound', 'bug'])

/** A server never gives up; whoever looks once does, on what lasts. */
class Hope {
  readonly #before = new Map<string, FailureReason>()
  isGone = false

  failed({ kind, namespace, reason }: Extract<ApiServerEvent, { type: 'failure' }>): void {
    const request = `${kind} ${namespace}`
    const again = this.#before.get(request) === reason
    this.#before.set(request, reason)
    if (LASTING.has(reason) || (again && TWICE.has(reason))) this.isGone = true
  }
}
