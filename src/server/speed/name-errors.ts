import { type Answer, replyOutcomeOf } from '../../answer/records/index.ts'
import { isWithin, type Name } from '../../values/dns/index.ts'
import type { ReplyCounters } from '../../words/observe/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import { encodeBody } from './body.ts'
import type { PlainQuery } from './plain.ts'
import { packDraw } from './reply-draw.ts'
import { countsOf } from './template.ts'

type NameError = Extract<Answer, { kind: 'nameError' }>

/**
 * What a zone says of names that it does not have is always the same but for the serial, as long as the questions
 * are: its SOA record. So there is one draw for each zone, type and length of a question, and none for each name.
 */
export class NameErrors {
  readonly #counters: ReplyCounters
  #settings: Snapshot['settings'] | undefined
  readonly #zones = new Map<Name, OfZone>()
  /** That of the clusterset zone, once it has one. */
  #ofClusterset: OfZone | undefined

  constructor(counters: ReplyCounters) {
    this.#counters = counters
  }

  /** A packed draw; undefined for a name from which the SOA record could borrow more than its zone. */
  drawn(query: PlainQuery, answer: NameError, snapshot: Snapshot): DataView | undefined {
    this.#enter(snapshot)
    const ofZone = this.#ofZone(answer.zone.name)
    for (const name of ofZone.inSoa) if (isWithin(query.name, name)) return undefined
    return ofZone.draws.get(nameErrorKeyOf(query)) ?? this.#keep(query, answer, snapshot, ofZone)
  }

  /** The one that was made for another name of the clusterset zone; undefined: none was. */
  known(query: PlainQuery, snapshot: Snapshot): DataView | undefined {
    this.#enter(snapshot)
    this.#ofClusterset ??= this.#zones.get(snapshot.settings.clusterset)
    return this.#ofClusterset?.draws.get(nameErrorKeyOf(query))
  }

  #enter({ settings }: Snapshot): void {
    if (this.#settings === settings) return
    this.#zones.clear()
    this.#ofClusterset = undefined
    this.#settings = settings
  }

  #ofZone(zone: Name): OfZone {
    const known = this.#zones.get(zone)
    if (known !== undefined) return known
    const made = { inSoa: [`dns.${zone}`, `hostmaster.${zone}`], draws: new Map<number, DataView>() }
    this.#zones.set(zone, made)
    return made
  }

  #keep(query: PlainQuery, answer: NameError, snapshot: Snapshot, { draws }: OfZone): DataView | undefined {
    const zone = answer.zone.name
    const body = encodeBody(query, { ...replyOutcomeOf(answer, snapshot), subnetScope: 0, nsid: null })
    if (body === undefined) return undefined
    const counts = countsOf(answer, zone, query.type, body.rcode, snapshot, this.#counters)
    const draw = new DataView(packDraw({ chance: 1, runs: [], body, ...counts }).buffer)
    draws.set(nameErrorKeyOf(query), draw)
    return draw
  }
}

interface OfZone {
  /** The names besides the zone's own that those of the SOA record end in: `ns.dns.…` and `hostmaster.…`. */
  readonly inSoa: readonly Name[]
  readonly draws: Map<number, DataView>
}

/** A type has 16 bits, and a question's length nine: no two pairs meet. */
export const nameErrorKeyOf = ({
  questionLength,
  type,
}: Pick<PlainQuery, 'questionLength' | 'type'>): number => questionLength * 65_536 + type
