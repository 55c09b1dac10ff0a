import type { Viewpoint } from '../../words/clusterset/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
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
