import type { KubeObject, ServiceKey } from '../../words/kube/index.ts'
import { concerning } from './hosts.ts'
import type { Unheard } from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { silenced, speaksFor } from './trust.ts'

/** Objects that are told of where a service is explained. */
interface Heard<T> {
  /** Those that may speak by where they stand before all others, which may be any number of a tenant's. */
  readonly all: readonly T[]
  readonly isSilent: (one: T) => boolean
  /** Why it is silent, found out of those alone that are told of; undefined: it speaks. */
  readonly whySilent: (one: T) => string | undefined
  readonly speaking: readonly T[]
  /** Those that are not looked at. */
  readonly unheard: Unheard<T>
}

interface Speech<T> {
  readonly hostsOf: (one: T) => readonly string[]
  /** Why one of them says nothing, though it may speak; undefined: it does. */
  readonly whyNot: (one: T) => string | undefined
}

/** Of objects of one kind those that concern a service, and which of them may speak. */
export function heard<T extends KubeObject & { readonly exportTo: readonly string[] }>(
  objects: readonly T[],
  key: ServiceKey,
  rules: IstioRules,
  { hostsOf, whyNot }: Speech<T>,
): Heard<T> {
  const { able, unable, unheard } = lookedAt(objects, key, rules)
  const isFor = concerning(key, rules.zones)
  const isHere = (one: T): boolean => isFor(hostsOf(one), one.namespace)
  const [mayHere, others] = [able.filter(isHere), unable.filter(isHere)]
  const mayNot = new Set(others)
  const silent = new Map<T, string>()
  for (const one of mayHere) {
    const why = silenced(one, key, rules) ?? whyNot(one)
    if (why !== undefined) silent.set(one, why)
  }
  return {
    all: [...mayHere, ...others],
    isSilent: (one) => silent.has(one) || mayNot.has(one),
    whySilent: (one) => silent.get(one) ?? (mayNot.has(one) ? silenced(one, key, rules) : undefined),
    speaking: mayHere.filter((one) => !silent.has(one)),
    unheard,
  }
}

/** Of one kind for one service, of those that may speak for it by where they stand. */
export const MOST_ABLE = 1000

/** Of those that may not, which are looked at to be told of alone: any tenant may write any number. */
export const MOST_UNABLE = 100

const BEYOND = `it comes after the first ${MOST_ABLE} of its kind for one service by namespace and name, the service's own namespace before others, and no more are looked at`

interface LookedAt<T> {
  readonly able: readonly T[]
  readonly unable: readonly T[]
  readonly unheard: Unheard<T>
}

/** The first by namespace and name, as a view has them, so that all replicas look at the same. */
function lookedAt<T extends KubeObject>(
  objects: readonly T[],
  key: ServiceKey,
  rules: IstioRules,
): LookedAt<T> {
  const [own, others, unable]: [T[], T[], T[]] = [[], [], []]
  let mayNot = 0
  for (const one of objects) {
    if (isIn(one, key)) own.push(one)
    else if (speaksFor(one.namespace, key, rules)) others.push(one)
    else if (mayNot++ < MOST_UNABLE) unable.push(one)
  }
  const able = others.length === 0 ? own : [...own, ...others]
  const beyond = Math.max(0, able.length - MOST_ABLE)
  const count = beyond + mayNot - unable.length
  const first = able[MOST_ABLE]
  return {
    able: beyond === 0 ? able : able.slice(0, MOST_ABLE),
    unable,
    unheard: { kind: objects[0]?.kind ?? '', count, first, why: BEYOND },
  }
}

const isIn = ({ namespace }: KubeObject, key: ServiceKey): boolean =>
  key[namespace.length] === '/' && key.startsWith(namespace)
