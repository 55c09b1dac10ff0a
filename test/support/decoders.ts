/** What dns-packet and dns2 make of a record, each as a line of a master file, so that the two can be compared. */
import type { Answer } from 'dns-packet'
import type { Resource } from 'dns2'
import {
  addressRecord,
  parseAddress,
  printClass,
  printRecord,
  printType,
  type RecordData,
  type RR,
  TYPE,
} from '../../src/values/dns/index.ts'

/** A decoder's name with the closing dot: dns-packet calls the root '.', dns2 ''. */
export const dottedName = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

const undotted = (name: string): string => (name === '.' ? '' : name)

/** A field that the record's type promises; a decoder that left it out has failed. */
function field<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`decoders: a record without ${what}`)
  return value
}

const addressData = (text: string | undefined): RecordData =>
  addressRecord('', 0, field(parseAddress(field(text, 'address')), 'a readable address')).data

const rrOf = (owner: string, ttl: number | undefined, data: RecordData): RR => ({
  owner: undotted(owner),
  ttl: field(ttl, 'TTL'),
  data,
})

/** `charset`: dns-packet leaves TXT as octets; Latin-1 loses nothing, UTF-8 is what dns2 assumes. */
export function dnsPacketLine(answer: Answer, charset: 'latin1' | 'utf8'): string {
  if (answer.type === 'OPT') throw new Error('decoders: an OPT record is no line')
  return printRecord(rrOf(answer.name, answer.ttl, dnsPacketData(answer, charset)), answer.class)
}

function dnsPacketData(answer: Answer, charset: 'latin1' | 'utf8'): RecordData {
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return addressData(answer.data)
    case 'NS':
    case 'PTR':
      return { type: TYPE[answer.type], target: undotted(answer.data) }
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = answer.data
      return { type: TYPE.SRV, priority, weight, port, target: undotted(target) }
    }
    case 'TXT':
      return {
        type: TYPE.TXT,
        strings: [answer.data].flat().map((text) => Buffer.from(text).toString(charset)),
      }
    case 'SOA': {
      const { mname, rname, serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0 } = answer.data
      return { type: TYPE.SOA, mname, rname, serial, refresh, retry, expire, minimum }
    }
    default:
      throw new Error(`decoders: no line for a record of type ${answer.type}`)
  }
}

export const dns2Line = (record: Resource): string =>
  printRecord(rrOf(record.name, record.ttl, dns2Data(record)), printClass(record.class))

function dns2Data(record: Resource): RecordData {
  switch (record.type) {
    case TYPE.A:
    case TYPE.AAAA:
      return addressData(record.address)
    case TYPE.NS:
      return { type: TYPE.NS, target: field(record.ns, 'ns') }
    case TYPE.PTR:
      return { type: TYPE.PTR, target: field(record.domain, 'domain') }
    case TYPE.SRV:
      return dns2Srv(record)
    case TYPE.TXT:
      return { type: TYPE.TXT, strings: [field(record.data, 'data')].flat().map(String) }
    case TYPE.SOA:
      return dns2Soa(record)
    default:
      throw new Error(`decoders: no line for a record of type ${printType(record.type)}`)
  }
}

const dns2Srv = (record: Resource): RecordData => ({
  type: TYPE.SRV,
  priority: field(record.priority, 'priority'),
  weight: field(record.weight, 'weight'),
  port: field(record.port, 'port'),
  target: field(record.target, 'target'),
})

const dns2Soa = (record: Resource): RecordData => ({
  type: TYPE.SOA,
  mname: field(record.primary, 'primary'),
  rname: field(record.admin, 'admin'),
  serial: field(record.serial, 'serial'),
  refresh: field(record.refresh, 'refresh'),
  retry: field(record.retry, 'retry'),
  expire: Number(field(record.expiration, 'expiration')),
  minimum: field(record.minimum, 'minimum'),
})
