import { joinNames, type Name } from '../../values/dns/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import type { Entry, Snapshot, Zone } from '../../world/zone/index.ts'
import { type AnswerContext, drawLevel } from './place.ts'

/** A context that takes whole levels; `room`: as of `Context`. */
export const wholeLevel = (
  snapshot: Snapshot,
  viewpoint: Viewpoint,
  room = Number.POSITIVE_INFINITY,
): AnswerContext => ({
  snapshot,
  asker: { viewpoint },
  choose: drawLevel,
  room,
  random: null,
})

/** A service's own name in a zone. */
export const baseOf = ({ name, namespace }: Entry, zone: Zone): Name =>
  zone.kind === 'global'
    ? joinNames(name, namespace, zone.name)
    : joinNames(name, namespace, 'svc', zone.name)
