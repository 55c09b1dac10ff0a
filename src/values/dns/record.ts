import { type Address, familyOf, printAddress } from './address.ts'
import { printType, TYPE } from './codes.ts'
import { type Name, printName } from './name.ts'

/** What a resource record says, by its type. Numbers are the wire's; strings of TXT are Latin-1, 255 octets at most. */
export type RecordData =
  | { readonly type: typeof TYPE.A | typeof TYPE.AAAA; readonly address: Address }
  | { readonly type: typeof TYPE.NS | typeof TYPE.PTR; readonly target: Name }
  | {
      readonly type: typeof TYPE.SRV
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly target: Name
    }
  | { readonly type: typeof TYPE.TXT; readonly strings: readonly string[] }
  | ({ readonly type: typeof TYPE.SOA } & Soa)

/** RFC 1035 section 3.3.13; times in seconds. */
export interface Soa {
  readonly mname: Name
  readonly rname: Name
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  readonly minimum: number
}

/** A resource record of class IN (CH for the server's own names); `ttl` in seconds. */
export interface RR {
  readonly owner: Name
  readonly ttl: number
  readonly data: RecordData
}

export const addressRecord = (owner: Name, ttl: number, address: Address): RR => ({
  owner,
  ttl,
  data: { type: familyOf(address) === 4 ? TYPE.A : TYPE.AAAA, address },
})

/** One line as dig and master files write it: owner, TTL, class, type, data. */
export const printRecord = (rr: RR, className = 'IN'): string =>
  `${printName(rr.owner)} ${rr.ttl} ${className} ${printType(rr.data.type)} ${printData(rr.data)}`

/** The data alone, in master-file form. */
export function printData(data: RecordData): string {
  switch (data.type) {
    case TYPE.A:
    case TYPE.AAAA:
      return printAddress(data.address)
    case TYPE.NS:
    case TYPE.PTR:
      return printName(data.target)
    case TYPE.SRV:
      return `${data.priority} ${data.weight} ${data.port} ${printName(data.target)}`
    case TYPE.TXT:
      return data.strings.map(quote).join(' ')
    case TYPE.SOA: {
      const { mname, rname, serial, refresh, retry, expire, minimum } = data
      return `${printName(mname)} ${printName(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`
    }
  }
}

const quote = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/g, (c) => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`)}"`
