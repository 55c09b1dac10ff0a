import { fold, isHostName, parseAddress, parseName } from '../../values/dns/index.ts'
import { portNumber } from './meta.ts'
import {
  anyText,
  at,
  type Fields,
  integer,
  type Left,
  lenient,
  type Narrower,
  NarrowingError,
  or,
  orIfBlank,
  section,
  text,
  texts,
  textUpTo,
  type Whole,
} from './narrow.ts'
import type { Ingress } from './service-types.ts'

/** An endpoint outside Kubernetes, as a ServiceEntry lists it and a WorkloadEntry is one. */
export interface EntryEndpoint {
  /** Its address or host name; `none`: it has another one, or none, as it is written. */
  readonly at: Ingress | { readonly none: string }
  /** Of ports of the entry, by their names, folded as those are: the numbers at which it serves them. */
  readonly ports: readonly (readonly [name: string, number: number])[]
  /** As written: `region/zone/subzone`, by its label with dots; '': it does not say. */
  readonly locality: string
  /** null: it does not say, as 0 does not. */
  readonly weight: number | null
  /** '': it does not say. */
  readonly network: string
}

export type Tags = Readonly<Record<string, string>>

/** Nobody names more ports. */
const MOST_PORTS = 100
const MOST_WEIGHT = 2 ** 31 - 1

/** `istio-locality`, whose values have dots for slashes. */
const LOCALITY_LABEL = 'istio-locality'

/** As long as a host name may be, or a path that is shown. */
const address = orIfBlank(textUpTo(1024), '')

function atOf(written: string): EntryEndpoint['at'] {
  const octets = parseAddress(written)
  if (octets !== undefined) return { address: octets }
  const name = written.includes('/') ? '' : (parseName(written.toLowerCase()) ?? '')
  return isHostName(name) ? { hostname: name } : { none: written }
}

const ports: Narrower<EntryEndpoint['ports']> = section((fields: Fields, left: Left) => {
  const names = Object.keys(fields)
  if (names.length > MOST_PORTS) throw new NarrowingError(fields, `a map of at most ${MOST_PORTS} ports`)
  return names.map((name) => [fold(name), at(fields, name, portNumber, left)] as const)
})

/** Without one of its numbers an endpoint would be found at another. */
const locality = lenient(orIfBlank(text, ''), '')
const network = orIfBlank(text, '')
const weight = lenient(or(integer(0, MOST_WEIGHT), 0), 0)

const NO_TAGS: Tags = {}
export const lenientTags = lenient(texts, NO_TAGS)

const ofLabel: Whole<string> = (value) => anyText(value).replaceAll('.', '/')
const labelled = section((tags, left) => at(tags, LOCALITY_LABEL, lenient(or(ofLabel, ''), ''), left))

/** The same of labels that were read. */
export const localityOfLabel = (tags: Tags): string =>
  Object.hasOwn(tags, LOCALITY_LABEL) ? (tags[LOCALITY_LABEL] ?? '').replaceAll('.', '/') : ''

export const entryEndpoint = (fields: Fields, left: Left): EntryEndpoint => ({
  at: atOf(at(fields, 'address', address, left)),
  ports: at(fields, 'ports', ports, left),
  locality: at(fields, 'locality', locality, left) || at(fields, 'labels', lenient(labelled, ''), left),
  weight: at(fields, 'weight', weight, left) || null,
  network: at(fields, 'network', network, left),
})
