import { type Address, familyOf } from './address.ts'
import { printType, TYPE } from './codes.ts'
import { type Name, printName } from './name.ts'
import { printData, type RecordData } from './record-types.ts'

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
