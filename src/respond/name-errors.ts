import { type Answer, outcomeOf } from '../answer/index.ts'
import { above, type Name } from '../dns/index.ts'
import type { ReplyCounters } from '../observe/index.ts'
import { encodeBody, type PlainQuery } from '../wire/index.ts'
import type { Snapshot } from '../zone/index.ts'
import { packLot } from './lot.ts'
import { countsOf } from './template.ts'

type NameError = Extract<Answer, { kind: 'nameError' }>

/**
 * What a zone says of names that it does not have is always the same but for the serial, as long as the questions
 * are: its SOA record. So there is one lot for each zone, type and length of a question, and none for each name.
 */
export class NameErrors {
  readonly #counters: ReplyCounters
  #settings: Snapshot['settings'] | undefined
  #lots = new Map<Name, Map<number, DataView | undefined>>()

  constructor(counters: ReplyCounters) {
    this.#counters = counters
  }

  /** A packed lot; undefined for a name from which the SOA record could borrow more than its zone. */
  lot(query: PlainQuery, answer: NameError, snapshot: Snapshot): DataView | undefined {
    const { zone } = answer
    if (isInSoa(lowestLabel(above(query.name, zone.name)))) return undefined
    if (this.#settings !== snapshot.settings) this.#lots.clear()
    this.#settings = snapshot.settings
    const known = this.#lots.get(zone.name)?.get(placeOf(query))
    return known ?? this.#keep(query, answer, snapshot)
  }

  #keep(query: PlainQuery, answer: NameError, snapshot: Snapshot): DataView | undefined {
    const zone = answer.zone.name
    const body = encodeBody(query, { ...outcomeOf(answer, snapshot), subnetScope: 0, nsid: null })
    if (body === undefined) return undefined
    const counts = countsOf(answer, zone, query.type, body.rcode, this.#counters)
    const lot = new DataView(packLot({ chance: 1, runs: [], body, ...counts }).buffer)
    const ofZone = this.#lots.get(zone) ?? new Map<number, DataView>()
    this.#lots.set(zone, ofZone.set(placeOf(query), lot))
    return lot
  }
}

/** Types are below 64: A, AAAA and SRV. */
const placeOf = ({ questionLength, type }: PlainQuery): number => questionLength * 64 + type

/** The one beside the zone's own: names that end alike beyond the zone have it in common. */
const lowestLabel = (aboveZone: Name): string => aboveZone.slice(aboveZone.lastIndexOf('.') + 1)

/** Those of the SOA record's names: `ns.dns.…` and `hostmaster.…`. */
const isInSoa = (label: string): boolean => label === 'dns' || label === 'hostmaster'
