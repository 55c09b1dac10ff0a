import type { Viewpoint } from '../../words/clusterset/index.ts'
import { apartOf, groupsOf, levelsOf } from './levels.ts'
import { type Routable, select } from './select.ts'
import type { Routing } from './types.ts'

/** Where clients of a viewpoint are sent for a ClusterSetIP service (answers.md 4), or what stands behind its address. */
export function route(service: Routable, from: Viewpoint): Routing {
  const selection = select(service, from)
  const { routable, standby } = selection
  // Nobody is ready: by minHealthy every level would pass all draws on to the last, the farthest.
  const minHealthy = standby === 'notReady' ? null : service.policy.minHealthy
  const groups = groupsOf(routable, service.policy, from)
  const levels = levelsOf(groups, (one) => one.standby === standby, minHealthy)
  return { ...selection, levels, apart: apartOf(levels) }
}
