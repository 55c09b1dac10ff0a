import { NO_POLICIES } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { type ObjectsRead, objectsRead } from '../inventory/index.ts'
import { seenIn } from './derive.ts'
import type { Views, World } from './world-types.ts'

/** Objects that name a service or a host of which the world has nothing, and say nothing of it: each with why. */
export const leftOutOf = (key: ServiceKey, world: World, views: Views): ObjectsRead['first'] =>
  world.entries.get(key) === undefined
    ? (objectsRead(key, seenIn(world, views), [], NO_POLICIES)?.first ?? []).filter(
        ({ outcome }) => outcome === 'leftOut',
      )
    : []
