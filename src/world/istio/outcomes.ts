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

/** What a sentence about an object says, where it is told of by its name already. */
export const untitled = (title: string, sentence: string): string =>
  sentence.startsWith(`${title}: `) ? sentence.slice(title.length + 2) : sentence

/** An object and what became of it; what could not be read of it is told first. */
export function became(
  object: KubeObject,
  outcome: ObjectOutcome['outcome'],
  why: string | null,
  leftOut: readonly string[] = [],
): ObjectOutcome {
  const title = nameOfObject(object)
  const unread = (object.flaws ?? []).map((flaw) => untitled(title, flaw))
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

/** What became of all objects of a kind that were read for a service. */
export interface ObjectSummary {
  /** The first of them: those in force, those that others decide, those that are left out. */
  readonly first: readonly ObjectOutcome[]
  readonly counts: readonly {
    readonly kind: string
    readonly outcome: ObjectOutcome['outcome']
    readonly count: number
  }[]
}

/** Of one service that are listed: nobody reads more of them at a time. */
export const MOST_LISTED = 20

export const OUTCOMES: readonly ObjectOutcome['outcome'][] = ['inForce', 'overridden', 'leftOut']

/** More objects of a kind than are looked at for one service: all of them are left out. */
export interface Unheard<T> {
  readonly kind: string
  readonly count: number
  /** Of those that might have said something; undefined: none might. */
  readonly first: T | undefined
  readonly why: string
}

const NONE_UNHEARD: Unheard<never> = { kind: '', count: 0, first: undefined, why: '' }

/** `tell`: asked of those alone that are listed, for there may be thousands. */
export function objectSummary<T extends KubeObject>(
  objects: readonly T[],
  outcomeOf: (one: T) => ObjectOutcome['outcome'],
  tell: (one: T, outcome: ObjectOutcome['outcome']) => ObjectOutcome,
  { kind: unheard, count: more, first: beyond, why }: Unheard<T> = NONE_UNHEARD,
): ObjectSummary {
  const groups = Map.groupBy(objects, outcomeOf)
  const ranked = OUTCOMES.flatMap((outcome) => {
    const some = groups.get(outcome) ?? []
    const count = some.length + (outcome === 'leftOut' ? more : 0)
    return count === 0 ? [] : [{ kind: some[0]?.kind ?? unheard, outcome, some, count }]
  })
  const listed = ranked.flatMap(({ outcome, some }) =>
    some.slice(0, MOST_LISTED).map((one) => [one, outcome] as const),
  )
  const told = beyond === undefined ? [] : [became(beyond, 'leftOut', why)]
  const first = listed.slice(0, MOST_LISTED - told.length).map(([one, outcome]) => tell(one, outcome))
  return {
    first: [...first, ...told],
    counts: ranked.map(({ kind, outcome, count }) => ({ kind, outcome, count })),
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
