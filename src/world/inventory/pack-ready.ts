import type { Address } from '../../values/dns/index.ts'
import { type Codec, CodecError, type Octets, type OctetWriter, pack } from '../../values/packed/index.ts'
import { writeNumbers } from './columns.ts'
import type { Endpoint, Endpoints } from './endpoint-types.ts'
import { type Ports, packLists, portNamesCodec } from './port-lists.ts'
import { hostnameOf, Ready, zonesCodec } from './ready.ts'

/**
 * Endpoints as a service keeps them: columns, one behind the other, so that one of thousands is read without the others.
 * Most go by their address, and have the zone and ports of others; a column that says the same of all is not there.
 */
export const packReady = (endpoints: readonly Endpoint[]): Octets => pack(columns, endpoints)

/** The first of them, packed, and how many more there are; those alone are read. */
export function headOf(
  { ready }: Pick<Endpoints, 'ready'>,
  most: number,
): { readonly ready: Octets; readonly left: number } {
  const from = new Ready(ready)
  if (from.length <= most) return { ready, left: 0 }
  const first = Array.from({ length: most }, (_, i) => from.endpoint(i))
  return { ready: packReady(first), left: from.length - most }
}

const columns: Codec<readonly Endpoint[]> = {
  write: (endpoints, to) => {
    const ends: number[] = []
    const addresses: Address[] = []
    for (const one of endpoints) for (const address of one.addresses) addresses.push(address)
    for (const write of partsOf(endpoints, addresses)) {
      write(to)
      ends.push(to.length)
    }
    const isDistinct = new Set(addresses).size === addresses.length
    writeNumbers([...ends, endpoints.length, widthOf(addresses), isDistinct ? 1 : 0], 4, to)
  },
  read: () => {
    throw new CodecError('endpoints are read one by one')
  },
}

type WritePart = (to: OctetWriter) => void

/** In the order of PART. */
function partsOf(endpoints: readonly Endpoint[], addresses: readonly Address[]): readonly WritePart[] {
  const [zones, lists] = [new Places<string | null>(JSON.stringify), new Places<Ports>(keyOfPorts)]
  const zone = endpoints.map((one) => zones.of(one.zone))
  const list = endpoints.map(({ ports }) => lists.of(ports))
  const packed = packLists(lists.values)
  return [
    (to) => zonesCodec.write(zones.values, to),
    (to) => portNamesCodec.write(packed.names, to),
    packed.write,
    (to) => writeChoices(zone, zones.values.length, to),
    (to) => writeChoices(list, lists.values.length, to),
    ...ownParts(endpoints, addresses),
  ]
}

/** What hardly two endpoints have in common: addresses and host names. */
function ownParts(endpoints: readonly Endpoint[], addresses: readonly Address[]): readonly WritePart[] {
  const counts = endpoints.map((one) => one.addresses.length)
  const lengths = widthOf(addresses) > 0 ? [] : addresses.map(({ length }) => length)
  const twins = endpoints.map(({ hostname }, i) => (endpoints[i - 1]?.hostname === hostname ? 1 : 0))
  const names = endpoints.map((one) => (one.hostname === hostnameOf(one.addresses) ? '' : one.hostname))
  return [
    (to) => writeNumbers(twins.includes(1) ? twins : [], 1, to),
    (to) => writeNumbers(counts.every((one) => one === 1) ? [] : counts, 2, to),
    (to) => writeNumbers(lengths, 1, to),
    (to) => to.octets(addresses.join('')),
    (to) => {
      if (names.every((name) => name === '')) return
      const each = names.map(({ length }) => length)
      writeNumbers(each, 1, to)
      to.octets(names.join(''))
    },
  ]
}

/** Octets of each, if all are as long. */
const widthOf = ([first = '', ...rest]: readonly string[]): number =>
  rest.every(({ length }) => length === first.length) ? first.length : 0

/** Values, each once, and which of them is which. */
class Places<T> {
  readonly values: T[] = []
  readonly #identical = new Map<T, number>()
  readonly #byKey = new Map<string, number>()
  readonly #keyOf: (value: T) => string

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  of(value: T): number {
    const known = this.#identical.get(value)
    if (known !== undefined) return known
    const key = this.#keyOf(value)
    const place = this.#byKey.get(key) ?? this.values.push(value) - 1
    this.#byKey.set(key, place)
    this.#identical.set(value, place)
    return place
  }
}

const keyOfPorts = (ports: Ports): string =>
  JSON.stringify(ports.map((one) => [one.name, one.protocol, one.port]))

/** Which of so many values: nothing to say where there is one. */
const writeChoices = (places: readonly number[], among: number, to: OctetWriter): void =>
  writeNumbers(among > 1 ? places : [], among > 256 ? 2 : 1, to)

/** No endpoint at all. */
export const NONE_READY: Octets = packReady([])
