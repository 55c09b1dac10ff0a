import { anyTag } from './meta.ts'
import { type Fields, isAbsent, type Left, lenient, NarrowingError, text, type Whole } from './narrow.ts'
import { AFFINITIES, type CiliumTags } from './service-types.ts'

/** Cilium's annotations, each with the older name that it still goes by. */
export const CILIUM = {
  global: ['service.cilium.io/global', 'io.cilium/global-service'],
  shared: ['service.cilium.io/shared', 'io.cilium/shared-service'],
  affinity: ['service.cilium.io/affinity', 'io.cilium/service-affinity'],
  globalNamespace: 'clustermesh.cilium.io/global',
} as const

/** Cilium takes anything but `true` for false, in any case. */
const truth: Whole<boolean | null> = (value) =>
  isAbsent(value) ? null : text(value).toLowerCase() === 'true'
/** What cannot be read is not `true`: it shares nothing. */
const lenientTruth = lenient(truth, false)

const affinity: Whole<CiliumTags['affinity']> = (value) => {
  if (isAbsent(value)) return null
  const word = text(value).toLowerCase() || 'none'
  const known = AFFINITIES.find((one) => one === word)
  if (known === undefined) throw new NarrowingError(value, 'local, remote or none')
  return known
}

const globalOf = anyTag('annotations', CILIUM.global, lenientTruth)
const sharedOf = anyTag('annotations', CILIUM.shared, lenientTruth)
const affinityOf = anyTag('annotations', CILIUM.affinity, lenient(affinity, null))

/** What of the annotations counts: of a Service that is not global the others are nothing to Cilium. */
export function ciliumTags(fields: Fields, left: Left): CiliumTags | null {
  if (globalOf(fields, left) !== true) return null
  return { isShared: sharedOf(fields, left) ?? true, affinity: affinityOf(fields, left) }
}
