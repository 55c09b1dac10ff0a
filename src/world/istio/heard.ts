import type { KubeObject, ServiceKey } from '../../words/kube/index.ts'
import { concerning, misnamed } from './hosts.ts'
import type { IstioRules } from './rules.ts'
import { silenced, speaksFor } from './trust.ts'

/** Objects that are told of where a service is explained. */
interface Heard<T> {
  /** Those that may speak by where they stand before all others, which may be any number of a tenant's. */
  readonly all: readonly T[]
  /** Those that may not, each with why. */
  readonly silent: ReadonlyMap<T, string>
  readonly speaking: readonly T[]
}

interface Speech<T> {
  readonly hostsOf: (one: T) => readonly string[]
  /** Why one of them says nothing, though it may speak and has a service's name; undefined: it does. */
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
  const those = objects.filter((one) => isFor(hostsOf(one), one.namespace))
  const may = (one: T): boolean => speaksFor(one.namespace, key, rules)
  const all = [...those.filter(may), ...those.filter((one) => !may(one))]
  const silent = new Map<T, string>()
  for (const one of all) {
    const why =
      silenced(one, key, rules) ?? misnamed(hostsOf(one), one.namespace, key, rules.zones) ?? whyNot(one)
    if (why !== undefined) silent.set(one, why)
  }
  return { all, silent, speaking: all.filter((one) => !silent.has(one)) }
}
