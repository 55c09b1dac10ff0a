import { LRUCache } from 'lru-cache'
import { type Answer, inAnyOrder, type Plan } from '../../answer/records/index.ts'
import { pick } from '../../answer/routing/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import type { Era } from './era.ts'
import type { PlainQuery } from './plain.ts'
import type { Origin } from './shelf.ts'

/** Records of all plans together: some twenty megabytes. */
const MOST_RECORDS = 100_000

/**
 * Plans of questions whose templates would be too long, so that these are not tried for each query, for a
 * stream and for datagrams each. Of more records than a message holds a plan has as many as show that, and each reply draws its own;
 * else it has all, and a reply is their order. They hold as templates do.
 */
export class Plans {
  readonly #era: Era
  readonly #kept: LRUCache<string, Kept>

  constructor(era: Era, records = MOST_RECORDS) {
    this.#era = era
    this.#kept = new LRUCache({ maxSize: records, sizeCalculation: ({ plan }) => recordsOf(plan) })
  }

  /** The plan that holds in the snapshot; undefined: there is none. */
  find(query: PlainQuery, viewpoint: number, isStream: boolean, snapshot: Snapshot): Plan | undefined {
    const kept = this.#kept.get(keyOf(query, viewpoint, isStream))
    if (kept === undefined || kept.epoch !== this.#era.epoch) return undefined
    const { service, entry } = kept.origin
    return snapshot.entries.identityOf(service) === entry ? kept.plan : undefined
  }

  /** False for one that is too long. */
  keep(query: PlainQuery, viewpoint: number, isStream: boolean, origin: Origin, plan: Plan): boolean {
    const key = keyOf(query, viewpoint, isStream)
    this.#kept.set(key, { origin, plan, epoch: this.#era.epoch })
    return this.#kept.has(key)
  }
}

interface Kept {
  readonly origin: Origin
  readonly plan: Plan
  readonly epoch: number
}

const keyOf = ({ name, type }: PlainQuery, viewpoint: number, isStream: boolean): string =>
  `${isStream ? 's' : 'd'} ${viewpoint} ${type} ${name}`

/** As many as it can come to hold, if its lots are alike. */
function recordsOf({ lots }: Plan): number {
  const answer = lots[0]?.answer
  const records = answer?.kind === 'records' ? answer.answers.length + answer.additional.length : 0
  return lots.length * (records + 1)
}

/** What a plan comes to by chance, for a message of `room` octets: what `answer` would. Undefined where a client keeps its lot. */
export function drawFrom({ lots, sticky }: Plan, random: () => number, room: number): Answer | undefined {
  const lot = lots.length < 2 ? lots[0] : sticky === null ? pick(lots, random()) : undefined
  if (lot === undefined) return undefined
  const { answer } = lot
  if (answer.kind === 'records' && answer.more === true) return lot.draw?.(room, random)
  return inAnyOrder(answer, random)
}
