import { setTimeout as pause } from 'node:timers/promises'
import { type KubeClient, refOf } from '../../test/e2e/ground/index.ts'
import { below, between, oneOf, type Random } from './chance.ts'
import type { Facts } from './facts.ts'
import {
  type Endpoint,
  exportManifest,
  type Member,
  newAddress,
  type Part,
  serviceManifest,
  sliceManifest,
} from './scene.ts'

const PAUSE_MS = [50, 700] as const
/** Until a write that failed is tried again: longer than a request that was under way may still take to be done. */
const RETRY_MS = 1_500

/** One write to one object. */
type Step = (signal: AbortSignal) => Promise<void>

/** Changes one cluster's objects, one after another, while its weather is fair. Resolves when the signal aborts. */
export async function churn(
  member: Member,
  parts: readonly Part[],
  random: Random,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(between(random, ...PAUSE_MS))
    if (!member.weather.isFair || signal.aborted) continue
    const part = oneOf(random, parts)
    await nextStep(part, random)(signal)
    changed()
  }
}

/** Tries until the API server acknowledges: as long as it does not, both may be true, before and after. */
export function step<T>(
  { member }: Pick<Part, 'member'>,
  facts: Facts<T>,
  value: T,
  write: () => Promise<unknown>,
): Step {
  return async (signal) => {
    const version = facts.begin(value)
    while (!signal.aborted) {
      try {
        await write()
        return facts.acknowledge(version)
      } catch {
        await untilFair(member, signal)
        await pause(RETRY_MS)
      }
    }
  }
}

async function untilFair({ weather }: Member, signal: AbortSignal): Promise<void> {
  while (!weather.isFair && !signal.aborted) await pause(100)
}

/** Mostly endpoints that come and go; what is missing comes back soon. */
function nextStep(part: Part, random: Random): Step {
  const draw = random()
  if (part.serviceObject.newest === false) return putService(part)
  if (part.exportObject.newest === false)
    return draw < 0.5 ? putExport(part) : putSlice(part, someEndpoints(part, random))
  if (draw < 0.06) return dropExport(part)
  if (draw < 0.09) return dropService(part)
  if (draw < 0.12 && part.slice.newest !== null) return dropSlice(part)
  return putSlice(part, someEndpoints(part, random))
}

/** Up to four, some of them those that were there. */
function someEndpoints({ slice, member }: Part, random: Random): readonly Endpoint[] {
  const kept = (slice.newest ?? []).filter(() => random() < 0.5)
  const more = Array.from({ length: below(random, 5 - kept.length) }, () => newAddress(member))
  return [...kept.map(({ address }) => address), ...more].map((address) => ({
    address,
    ready: random() < 0.85,
  }))
}

const putService = (part: Part): Step =>
  step(part, part.serviceObject, true, () => adminOf(part).apply(serviceManifest(part)))

const dropService = (part: Part): Step =>
  step(part, part.serviceObject, false, () => adminOf(part).delete(refOf(serviceManifest(part))))

const putExport = (part: Part): Step =>
  step(part, part.exportObject, true, () => adminOf(part).apply(exportManifest(part)))

const dropExport = (part: Part): Step =>
  step(part, part.exportObject, false, () => adminOf(part).delete(refOf(exportManifest(part))))

const putSlice = (part: Part, endpoints: readonly Endpoint[]): Step =>
  step(part, part.slice, endpoints, () => adminOf(part).apply(sliceManifest(part, endpoints)))

const dropSlice = (part: Part): Step =>
  step(part, part.slice, null, () => adminOf(part).delete(refOf(sliceManifest(part, []))))

const adminOf = ({ member }: Part): KubeClient => member.cluster.admin
