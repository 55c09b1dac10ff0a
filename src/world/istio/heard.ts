import type { KubeObject, ServiceKey } from '../../words/kube/index.ts'
import { concerning } from './hosts.ts'
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
  const isFor = concerning(key, rules.zones)
  const may = (one: T): boolean => speaksFor(one.namespace, key, rules)
  const mayHere: T[] = []
  const others: T[] = []
  for (const one of objects) if (isFor(hostsOf(one), one.namespace)) (may(one) ? mayHere : others).push(one)
  const silent = new Map<T, string>()
  for (const one of mayHere) {
    const why = silenced(one, key, rules) ?? whyNot(one)
    if (why !== undefined) silent.set(one, why)
  }
  return {
    all: [...mayHere, ...others],
    isSilent: (one) => silent.has(one) || !may(one),
    whySilent: (one) => silent.get(one) ?? (may(one) ? undefined : silenced(one, key, rules)),
    speaking: mayHere.filter((one) => !silent.has(one)),
  }
}
