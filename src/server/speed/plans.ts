import { LRUCache } from 'lru-cache'
import { type Answer, type AnswerPlan, inAnyOrder } from '../../answer/records/index.ts'
import { pick } from '../../answer/routing/index.ts'
import type { Generation, Origin } from './generation.ts'
import type { PlainQuery } from './plain.ts'

/** Records of all plans together: some twenty megabytes. */
const MOST_RECORDS = 100_000

/**
 * Plans of questions whose templates would be too long, so that these are not tried for each query, for a
 * stream and for datagrams each. Of more records than a message holds a plan has as many as show that, and each reply draws its own;
 * else it has all, and a reply is their order. They hold as templates do.
 */
export class Plans {
  readonly #generation: Generation
  readonly #kept: LRUCache<string, Kept>

  constructor(generation: Generation, records = MOST_RECORDS) {
    this.#generation = generation
    this.#kept = new LRUCache({ maxSize: records, sizeCalculation: ({ plan }) => recordsOf(plan) })
  }

  /** The plan that holds; undefined: there is none. */
  find(query: PlainQuery, viewpoint: number, isStream: boolean): AnswerPlan | undefined {
    const kept = this.#kept.get(keyOf(query, viewpoint, isStream))
    if (kept === undefined || kept.epoch !== this.#generation.epoch) return undefined
    const { service, count } = kept.origin
    return this.#generation.marks.count(service) === count ? kept.plan : undefined
  }

  /** False for one that is too long. */
  keep(query: PlainQuery, viewpoint: number, isStream: boolean, origin: Origin, plan: AnswerPlan): boolean {
    const key = keyOf(query, viewpoint, isStream)
    this.#kept.set(key, { origin, plan, epoch: this.#generation.epoch })
    return this.#kept.has(key)
  }
}

interface Kept {
  readonly origin: Origin
  readonly plan: AnswerPlan
  readonly epoch: number
}

const keyOf = ({ name, type }: PlainQuery, viewpoint: number, isStream: boolean): string =>
  `${isStream ? 's' : 'd'} ${viewpoint} ${type} ${name}`

/** As many as it can come to hold, if its draws are alike. */
function recordsOf({ draws }: AnswerPlan): number {
  const answer = draws[0]?.answer
  const records = answer?.kind === 'records' ? answer.answers.length + answer.additional.length : 0
  return draws.length * (records + 1)
}

/** What a plan comes to by chance, for a message of `room` octets: what `answer` would. Undefined where a client keeps its draw. */
export function drawFrom(
  { draws, sticky }: AnswerPlan,
  random: () => number,
  room: number,
): Answer | undefined {
  const draw = draws.length < 2 ? draws[0] : sticky === null ? pick(draws, random()) : undefined
  if (draw === undefined) return undefined
  const { answer } = draw
  if (answer.kind === 'records' && answer.more === true) return draw.draw?.(room, random)
  return inAnyOrder(answer, random)
}
