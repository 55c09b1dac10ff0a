import { type Address, printAddress } from './address.ts'
import { type Name, printName } from './name.ts'

/**
 * The types of records that names have here, by their codes. ANY gets the first of them that a name has (RFC 8482, 4.1).
 * To answer another type: its code here, what its data says in `Data`, its row in `FORMS`; and which names have it, in
 * answer/records: `apex.ts` for a zone's own names, `OF_SERVICE` of `records.ts` for services. All else follows.
 */
export const RECORD_TYPE = { A: 1, AAAA: 28, SRV: 33, SOA: 6, TXT: 16, PTR: 12, NS: 2 } as const

/** The same codes as a list, in the same order, which is the order of preference for ANY. */
export const RECORD_TYPES: readonly RecordType[] = Object.values(RECORD_TYPE)

/** One of the codes of `RECORD_TYPE`. A question may have any other type: of those no name here has a record. */
export type RecordType = (typeof RECORD_TYPE)[keyof typeof RECORD_TYPE]

/** What data of each type says. Numbers are the wire's; strings of TXT are Latin-1, 255 octets at most. */
interface Data extends Readonly<Record<RecordType, object>> {
  /** RFC 1035, 3.4.1: an address of 4 octets. */
  readonly [RECORD_TYPE.A]: { readonly address: Address }
  /** RFC 3596, 2.2: an address of 16 octets. */
  readonly [RECORD_TYPE.AAAA]: { readonly address: Address }
  /** RFC 2782: a name under which a service is reached, with its port and its share of the clients. */
  readonly [RECORD_TYPE.SRV]: Srv
  /** RFC 1035, 3.3.13: the start of a zone. */
  readonly [RECORD_TYPE.SOA]: Soa
  /** RFC 1035, 3.3.14: one string or more, which belong together; `_explain` and `dns-version` have them. */
  readonly [RECORD_TYPE.TXT]: { readonly strings: readonly string[] }
  /** RFC 1035, 3.3.12: the name that an address goes by. */
  readonly [RECORD_TYPE.PTR]: { readonly target: Name }
  /** RFC 1035, 3.3.11: a server of the zone; each zone has one, `ns.dns.` and the clusterset zone. */
  readonly [RECORD_TYPE.NS]: { readonly target: Name }
}

/**
 * Data of an SRV record (RFC 2782). All of one owner and protocol are one choice of the client's: it takes the lowest
 * priority that it can reach, and within that draws by weight.
 */
interface Srv {
  /** The lowest first: how near the level is that the target belongs to. */
  readonly priority: number
  /** Its share of the clients of its priority, relative to the others' weights, from 0 to 65,535. */
  readonly weight: number
  /**
   * The port to connect to at the target, from 1 to 65,535: an endpoint's or a node's own, where that differs from the
   * Service's.
   */
  readonly port: number
  /** A name that has addresses, never an alias. */
  readonly target: Name
}

/** Data of an SOA record (RFC 1035, 3.3.13), which a zone has one of; times in seconds. */
export interface Soa {
  /** The name server that the zone comes from, as its NS record names it. */
  readonly mname: Name
  /** The mailbox of whoever answers for the zone, its @ written as a dot: `hostmaster.clusterset.local`. */
  readonly rname: Name
  /**
   * 32 bits that are compared as on a circle (RFC 1982): it moves with what the zone may answer, and secondaries watch
   * it.
   */
  readonly serial: number
  /** How often secondaries ask for the serial. */
  readonly refresh: number
  /** How soon they ask again where that failed. */
  readonly retry: number
  /** How long they answer without having heard anything. After that they answer nothing of the zone any more. */
  readonly expire: number
  /** How long a resolver may keep that something is not there (RFC 2308, 4). */
  readonly minimum: number
}

/**
 * The data of a record of type `T`, or of any, with the type in it: `{type: RECORD_TYPE.A, address}`. A record is this
 * beside an owner and a TTL (`RR`).
 */
export type RecordData<T extends RecordType = RecordType> = {
  readonly [K in T]: { readonly type: K } & Data[K]
}[T]

/**
 * What data is written to, as `server/wire` gives it: a message of bounded length. Each part is false when it has no
 * room. A record of which a part had no room is taken back whole by whoever writes the message.
 */
export interface DataWriter {
  /** Octets as they are, one for each character. */
  octets(text: string): boolean
  /** One octet, from 0 to 255. */
  octet(value: number): boolean
  /** Numbers of 16 bits each, the highest octet first. */
  numbers16(...values: readonly number[]): boolean
  /** Numbers of 32 bits each, likewise. */
  numbers32(...values: readonly number[]): boolean
  /** `compress`: its end may be a pointer to one that stands in the message already (RFC 1035, 4.1.4). */
  name(name: Name, compress: boolean): boolean
}

/** How data of a type is said, in a message and in a master file: all that sets one type apart from another. */
interface Form<T extends RecordType> {
  /** RDATA without its length (RFC 1035, 3.2.1). false: there is no room. */
  write(to: DataWriter, data: RecordData<T>): boolean
  /** The data as a line of a master file has it (RFC 1035, 5.1): what `ask` and `render` print. */
  print(data: RecordData<T>): string
}

/** Both types of address: how many octets there are tells which it is. */
const ADDRESS: Form<typeof RECORD_TYPE.A | typeof RECORD_TYPE.AAAA> = {
  write: (to, { address }) => to.octets(address),
  print: ({ address }) => printAddress(address),
}

/** Data that is a name alone. It may be compressed: both types are of RFC 1035 (RFC 3597, 4). */
const TARGET: Form<typeof RECORD_TYPE.PTR | typeof RECORD_TYPE.NS> = {
  write: (to, { target }) => to.name(target, true),
  print: ({ target }) => printName(target),
}

/** The forms of all types: a code of `RECORD_TYPE` without a row does not compile. */
const FORMS: { readonly [T in RecordType]: Form<T> } = {
  [RECORD_TYPE.A]: ADDRESS,
  [RECORD_TYPE.AAAA]: ADDRESS,
  [RECORD_TYPE.SRV]: {
    // Targets of SRV are never compressed (RFC 2782).
    write: (to, { priority, weight, port, target }) =>
      to.numbers16(priority, weight, port) && to.name(target, false),
    print: ({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${printName(target)}`,
  },
  [RECORD_TYPE.SOA]: {
    write: (to, { mname, rname, serial, refresh, retry, expire, minimum }) =>
      to.name(mname, true) && to.name(rname, true) && to.numbers32(serial, refresh, retry, expire, minimum),
    print: ({ mname, rname, serial, refresh, retry, expire, minimum }) =>
      `${printName(mname)} ${printName(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`,
  },
  [RECORD_TYPE.TXT]: {
    write: (to, { strings }) => strings.every((text) => writeString(to, text)),
    print: ({ strings }) => strings.map(quote).join(' '),
  },
  [RECORD_TYPE.PTR]: TARGET,
  [RECORD_TYPE.NS]: TARGET,
}

/** Writes the data of a record in wire form, without its length; false when it does not fit. */
export const writeData = <T extends RecordType>(to: DataWriter, data: RecordData<T>): boolean =>
  FORMS[data.type].write(to, data)

/** The data alone, in master-file form: `0 62 443 west.cart.shop.global.` of an SRV record. */
export const printData = <T extends RecordType>(data: RecordData<T>): string => FORMS[data.type].print(data)

/** A character-string (RFC 1035, 3.3): its length in one octet, and the text. */
function writeString(to: DataWriter, text: string): boolean {
  if (text.length > 255) throw new RangeError(`a TXT string of ${text.length} octets: 255 is the most`)
  return to.octet(text.length) && to.octets(text)
}

/** A string as a master file has it: in quotes, what is not printable as `\DDD` (RFC 1035, 5.1). */
const quote = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (c) => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`)}"`
