import { RECORD_TYPE } from './record-types.ts'

/**
 * The numbers of the DNS, by the names that the field gives them.
 * Source: IANA "Domain Name System (DNS) Parameters"; each entry's RFC where it is not RFC 1035.
 */

/** Types of records, those that names have here first. */
export const TYPE = {
  ...RECORD_TYPE,
  CNAME: 5,
  MX: 15,
  OPT: 41, // RFC 6891
  DS: 43,
  RRSIG: 46,
  DNSKEY: 48,
  HTTPS: 65, // RFC 9460
  NXNAME: 128, // RFC 9824
  TKEY: 249,
  TSIG: 250,
  IXFR: 251, // RFC 1995
  AXFR: 252, // RFC 5936
  MAILB: 253,
  MAILA: 254,
  ANY: 255, // RFC 8482
} as const

export const CLASS = { IN: 1, CH: 3, ANY: 255 } as const

export const OPCODE = { QUERY: 0 } as const

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9, // RFC 8945 for keys, RFC 5936 for zones
  BADVERS: 16, // RFC 6891: its upper eight bits travel in the OPT record
} as const

/** EDNS(0) option codes that Meridian understands. */
export const OPTION = { NSID: 3, CLIENT_SUBNET: 8, EDE: 15 } as const

/** Extended DNS errors (RFC 8914, 4). */
export const EDE = {
  OTHER: 0,
  STALE_ANSWER: 3,
  NOT_READY: 14,
  PROHIBITED: 18,
  NOT_AUTHORITATIVE: 20,
  INVALID_QUERY_TYPE: 30, // RFC 9824
} as const

/** What an RR type that no query may ask for comes to, whatever its name; undefined for one that may be asked for. */
export function refusalOf(type: number): TypeRefusal | undefined {
  return TYPE_REFUSALS.get(type)
}

/** An RCODE, and an extended error that says the same more exactly. */
interface TypeRefusal {
  readonly rcode: number
  readonly errors: readonly { readonly code: number; readonly text: string }[]
}

/** RFC 9824, 3.5: its extended error is for any type that should not be in a query. */
const NEVER_ASKED: TypeRefusal = {
  rcode: RCODE.FORMERR,
  errors: [{ code: EDE.INVALID_QUERY_TYPE, text: '' }],
}
const OBSOLETE: TypeRefusal = { rcode: RCODE.NOTIMP, errors: [] }

const TYPE_REFUSALS: ReadonlyMap<number, TypeRefusal> = new Map([
  [0, NEVER_ASKED],
  [TYPE.OPT, NEVER_ASKED],
  [TYPE.NXNAME, NEVER_ASKED],
  [TYPE.TKEY, NEVER_ASKED],
  [TYPE.TSIG, NEVER_ASKED],
  [TYPE.MAILB, OBSOLETE],
  [TYPE.MAILA, OBSOLETE],
])

const names = (table: Readonly<Record<string, number>>): ReadonlyMap<number, string> =>
  new Map(Object.entries(table).map(([name, code]) => [code, name]))

const TYPE_NAMES = names(TYPE)
const CLASS_NAMES = names(CLASS)
const RCODE_NAMES = names(RCODE)

/** `A`, `SRV`; a type without a name here prints as RFC 3597, 5 has it: `TYPE1234`. */
export const printType = (type: number): string => TYPE_NAMES.get(type) ?? `TYPE${type}`

/** `IN`, `CH`; otherwise `CLASS42` (RFC 3597, 5). */
export const printClass = (code: number): string => CLASS_NAMES.get(code) ?? `CLASS${code}`

/** `NOERROR`, `NXDOMAIN`; otherwise `RCODE9`. */
export const printRcode = (rcode: number): string => RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`

/** A type by name in any case, or by `TYPE1234`; undefined when it is neither. */
export function parseType(text: string): number | undefined {
  const name = text.toUpperCase()
  if (Object.hasOwn(TYPE, name)) return TYPE[name as keyof typeof TYPE]
  const digits = /^TYPE(\d{1,5})$/.exec(name)?.[1]
  return digits !== undefined && Number(digits) <= 0xffff ? Number(digits) : undefined
}
