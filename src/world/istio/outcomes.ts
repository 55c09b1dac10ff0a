import type { ServicePolicy } from '../../words/clusterset/index.ts'
import type { KubeObject } from '../../words/kube/index.ts'

/** What became of an object that was read for a service. `why` it is not in force; `leftOut`: its parts, each with why. */
export interface ObjectOutcome {
  readonly kind: string
  /** `namespace/name`. */
  readonly name: string
  readonly outcome: 'inForce' | 'overridden' | 'leftOut'
  readonly why: string | null
  readonly leftOut: readonly string[]
}

/** Nobody mends more of one object at a time. */
const MOST_TOLD = 20

export const nameOfObject = ({ kind, namespace, name }: KubeObject): string => `${kind} ${namespace}/${name}`

/** An object and what became of it; what could not be read of it is told first. */
export function became(
  object: KubeObject,
  outcome: ObjectOutcome['outcome'],
  why: string | null,
  leftOut: readonly string[] = [],
): ObjectOutcome {
  const title = `${nameOfObject(object)}: `
  const unread = (object.flaws ?? []).map((flaw) =>
    flaw.startsWith(title) ? flaw.slice(title.length) : flaw,
  )
  const all = [...unread, ...leftOut]
  const more = all.length - MOST_TOLD
  return {
    kind: object.kind,
    name: `${object.namespace}/${object.name}`,
    outcome,
    why,
    leftOut: more > 0 ? [...all.slice(0, MOST_TOLD), `and ${more} more`] : all,
  }
}

/** As Istio sorts: the oldest first, then by name and namespace. One that does not say its age comes last. */
export const byCreation = (a: KubeObject, b: KubeObject): number =>
  (a.createdAt || Number.POSITIVE_INFINITY) - (b.createdAt || Number.POSITIVE_INFINITY) || byName(a, b)

function byName(a: KubeObject, b: KubeObject): number {
  const [one, other] = [`${a.name}.${a.namespace}`, `${b.name}.${b.namespace}`]
  return one < other ? -1 : one > other ? 1 : 0
}

/** A policy that says nothing yet. */
export const SILENT: ServicePolicy = {
  prefer: null,
  weights: null,
  distribute: null,
  failover: null,
  minHealthy: null,
}
