import { type Name, type RecordData, TYPE } from '../../values/dns/index.ts'

/** What data is written to: false when something has no room. */
export interface DataWriter {
  readonly out: DataView
  at: number
  hasRoom(octets: number): boolean
  octet(value: number): boolean
  octets(of: string): boolean
  name(name: Name, compressed: boolean): boolean
}

/** The data of a record; false when it does not fit. SRV targets are never compressed (RFC 2782). */
export function encodeData(writer: DataWriter, data: RecordData): boolean {
  switch (data.type) {
    case TYPE.A:
    case TYPE.AAAA:
      return writer.octets(data.address)
    case TYPE.NS:
    case TYPE.PTR:
      return writer.name(data.target, true)
    case TYPE.SRV:
      return numbers16(writer, data.priority, data.weight, data.port) && writer.name(data.target, false)
    case TYPE.TXT:
      return data.strings.every((text) => string(writer, text))
    case TYPE.SOA:
      return (
        writer.name(data.mname, true) &&
        writer.name(data.rname, true) &&
        numbers32(writer, data.serial, data.refresh, data.retry, data.expire, data.minimum)
      )
  }
}

function string(writer: DataWriter, text: string): boolean {
  if (text.length > 255) throw new RangeError(`a TXT string of ${text.length} octets: 255 is the most`)
  return writer.octet(text.length) && writer.octets(text)
}

function numbers16(writer: DataWriter, ...values: readonly number[]): boolean {
  if (!writer.hasRoom(2 * values.length)) return false
  for (const value of values) {
    writer.out.setUint16(writer.at, value)
    writer.at += 2
  }
  return true
}

function numbers32(writer: DataWriter, ...values: readonly number[]): boolean {
  if (!writer.hasRoom(4 * values.length)) return false
  for (const value of values) {
    writer.out.setUint32(writer.at, value)
    writer.at += 4
  }
  return true
}
