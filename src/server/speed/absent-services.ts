import { labelsOf } from '../../values/dns/index.ts'
import { HASH_OF_NOTHING, hashEnd, hashFurther } from '../../values/table/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import { isSameOctets } from '../wire/index.ts'
import type { Marks } from './marks.ts'
import type { PlainQuery } from './plain.ts'

/**
 * Knows names of services that are nowhere, `….<svc>.<ns>.svc.<clusterset zone>`, by their octets: nearly all names that
 * do not exist are such, and making values of them is most of what a name error costs.
 */
export class AbsentServices {
  readonly #marks: Pick<Marks, 'mayHave'>
  #settings: Snapshot['settings'] | undefined
  #clusterset: Snapshot['clusterset'] | undefined
  #isAllHeard = false
  /** The octets of `svc.<clusterset zone>`, as in a question; none: the zone has a name that takes escapes. */
  #suffix: DataView = new DataView(new ArrayBuffer(0))
  #suffixLength = 0

  constructor(marks: Pick<Marks, 'mayHave'>) {
    this.#marks = marks
  }

  /** True: a name error of the clusterset zone (answers.md 3). False says nothing. */
  has(query: PlainQuery, snapshot: Snapshot): boolean {
    this.#enter(snapshot)
    if (!snapshot.settled || !this.#isAllHeard) return false
    const length = this.#suffixLength
    const end = query.nameLength - length
    if (length === 0 || end <= 0 || !isSameOctets(query.question, end, this.#suffix, 0, length)) return false
    const hash = hashOfService(query, end)
    return hash !== undefined && !this.#marks.mayHave(hash)
  }

  #enter({ settings, clusterset }: Snapshot): void {
    if (settings !== this.#settings) {
      this.#settings = settings
      this.#suffix = octetsOf(`svc.${settings.clusterset}`)
      this.#suffixLength = this.#suffix.byteLength
    }
    if (clusterset !== this.#clusterset) {
      this.#clusterset = clusterset
      this.#isAllHeard = [...clusterset.members.values()].every(({ freshness }) => freshness.kind !== 'never')
    }
  }
}

/** Of the key of the service that the labels before `end` are about; undefined: of none, or they do not end there. */
function hashOfService({ question }: PlainQuery, end: number): number | undefined {
  let [service, namespace, at] = [-1, -1, 0]
  while (at < end) {
    service = namespace
    namespace = at
    at += question.getUint8(at) + 1
  }
  if (at !== end || service < 0) return undefined
  let hash = hashLabel(HASH_OF_NOTHING, question, namespace)
  hash = hashFurther(hash, SLASH)
  return hashEnd(hashLabel(hash, question, service))
}

function hashLabel(from: number, question: DataView, at: number): number {
  let hash = from
  const end = at + question.getUint8(at)
  for (let i = at + 1; i <= end; i++) hash = hashFurther(hash, question.getUint8(i))
  return hash
}

/** Between namespace and name in a service's key. */
const SLASH = 0x2f

function octetsOf(name: string): DataView {
  const labels = labelsOf(name).flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')])
  return new DataView(Uint8Array.from(name.includes('\\') ? [] : [...labels, 0]).buffer)
}
