import { type Answer, type Outcome, outcomeOf } from '../answer/index.ts'
import { above, labelsOf, type Name } from '../dns/index.ts'
import { type Body, encodeBody, type PlainQuery } from '../wire/index.ts'
import type { Snapshot } from '../zone/index.ts'

type NameError = Extract<Answer, { kind: 'nameError' }>

/**
 * What a zone says of names that it does not have is always the same but for the serial, as long as the questions
 * are: its SOA record. So there is one body for each zone and length of a question, and none for each name.
 */
export class NameErrors {
  #settings: Snapshot['settings'] | undefined
  #bodies = new Map<Name, (Body | undefined)[]>()

  /** Undefined for a name from which the SOA record could borrow more than its zone. */
  body(query: PlainQuery, answer: NameError, snapshot: Snapshot): Body | undefined {
    const { zone } = answer
    if (labelsOf(above(query.name, zone.name)).some(isInSoa)) return undefined
    if (this.#settings !== snapshot.settings) this.#bodies.clear()
    this.#settings = snapshot.settings
    const known = this.#bodies.get(zone.name)?.[query.questionEnd]
    return known ?? this.#keep(query, zone.name, outcomeOf(answer, snapshot))
  }

  #keep(query: PlainQuery, zone: Name, outcome: Outcome): Body | undefined {
    const ofZone = this.#bodies.get(zone) ?? []
    const body = encodeBody(query, { ...outcome, subnetScope: 0, nsid: null })
    ofZone[query.questionEnd] = body
    this.#bodies.set(zone, ofZone)
    return body
  }
}

/** The labels of its names below the zones: `ns.dns.…` and `hostmaster.…`. */
const isInSoa = (label: string): boolean => label === 'ns' || label === 'dns' || label === 'hostmaster'
