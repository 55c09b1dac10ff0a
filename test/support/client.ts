/** The client's side of a conversation: queries built, and replies read by two decoders that are not ours. */
import assert from 'node:assert/strict'
import dnsPacket, { type DecodedPacket, type OptAnswer } from 'dns-packet'
import { Packet } from 'dns2'
import {
  CLASS,
  parsePrefix,
  parseType,
  printAddress,
  printClass,
  printRcode,
  printType,
  TYPE,
} from '../../src/values/dns/index.ts'
import { dns2Line, dnsPacketLine, dottedName } from './decoders.ts'

/** What a query asks. `type` by name (`A`, `TYPE65280`) or number; id 0x1234, RD clear, class IN unless said. */
export interface QuerySpec {
  readonly name: string
  readonly type: string | number
  readonly id?: number
  readonly rd?: boolean
  readonly class?: number
  readonly edns?: EdnsSpec
  /** Of IXFR: the serial that the client has (RFC 1995, 3), in an SOA record of the name. */
  readonly serial?: number
}

/** The query's OPT record: version 0, payload size 1232, nothing else unless said. `subnet` is `10.1.0.0/16`. */
export interface EdnsSpec {
  readonly udpPayloadSize?: number
  readonly version?: number
  readonly dnssecOk?: boolean
  readonly nsid?: boolean
  readonly subnet?: string
  readonly options?: readonly OptionSpec[]
}

/** Any option, its data as octets. */
export interface OptionSpec {
  readonly code: number
  readonly data: readonly number[]
}

/** The octets of a query. */
export function buildQuery(spec: QuerySpec): Uint8Array<ArrayBuffer> {
  const flags = spec.rd === true ? dnsPacket.RECURSION_DESIRED : 0
  const head = dnsPacket.encode({
    type: 'query',
    id: spec.id ?? 0x1234,
    flags,
    questions: [{ name: spec.name, type: 'A', class: 'IN' }],
  })
  // dns-packet knows types and classes by name only: the numbers go over its own.
  head.writeUInt16BE(typeNumber(spec.type), head.length - 4)
  head.writeUInt16BE(spec.class ?? CLASS.IN, head.length - 2)
  head.writeUInt16BE(spec.serial === undefined ? 0 : 1, 8)
  head.writeUInt16BE(spec.edns === undefined ? 0 : 1, 10)
  const soa = spec.serial === undefined ? [] : soaRecord(spec.serial)
  return Uint8Array.from([...head, ...soa, ...(spec.edns === undefined ? [] : optRecord(spec.edns))])
}

/** Its owner a pointer to the question, both its names the root. */
const soaRecord = (serial: number): readonly number[] => [
  ...[0xc0, 12, ...short(6), ...short(1), 0, 0, 0, 0, ...short(22), 0, 0],
  ...[...short(serial >>> 16), ...short(serial & 0xffff), ...Array<number>(16).fill(0)],
]

function typeNumber(type: string | number): number {
  const number = typeof type === 'number' ? type : parseType(type)
  assert(number !== undefined, `buildQuery: ${type} is no record type`)
  return number
}

const short = (value: number): readonly number[] => [value >> 8, value & 0xff]

function optRecord(edns: EdnsSpec): readonly number[] {
  const options = optionsOf(edns).flatMap(({ code, data }) => [
    ...short(code),
    ...short(data.length),
    ...data,
  ])
  const flags = edns.dnssecOk === true ? 0x8000 : 0
  const size = short(edns.udpPayloadSize ?? 1232)
  return [
    0,
    ...short(41),
    ...size,
    0,
    edns.version ?? 0,
    ...short(flags),
    ...short(options.length),
    ...options,
  ]
}

function optionsOf(edns: EdnsSpec): readonly OptionSpec[] {
  const nsid = edns.nsid === true ? [{ code: 3, data: [] }] : []
  const subnet = edns.subnet === undefined ? [] : [subnetOption(edns.subnet)]
  return [...nsid, ...subnet, ...(edns.options ?? [])]
}

function subnetOption(text: string): OptionSpec {
  const prefix = parsePrefix(text)
  assert(prefix !== undefined, `buildQuery: ${text} is no prefix`)
  const octets = Array.from(prefix.base, (char) => char.charCodeAt(0)).slice(0, Math.ceil(prefix.length / 8))
  return { code: 8, data: [...short(prefix.base.length === 4 ? 1 : 2), prefix.length, 0, ...octets] }
}

/** A reply as dns-packet reads it. Records as lines of a master file, the OPT record apart. */
export interface ParsedReply {
  readonly id: number
  readonly opcode: number
  /** `NOERROR`, `NXDOMAIN`, `BADVERS`. */
  readonly rcode: string
  readonly flags: {
    readonly qr: boolean
    readonly aa: boolean
    readonly tc: boolean
    readonly rd: boolean
    readonly ra: boolean
    readonly z: boolean
    readonly ad: boolean
    readonly cd: boolean
  }
  /** `Web.default.svc.clusterset.local. IN A`, its case as in the message. */
  readonly question: string | null
  readonly answers: readonly string[]
  readonly authorities: readonly string[]
  readonly additionals: readonly string[]
  readonly edns: ParsedEdns | null
  /** What its TSIG record says of the query's: the key, and the error (RFC 8945, 3), `17` for BADKEY. */
  readonly tsig: string | null
}

export interface ParsedEdns {
  readonly udpSize: number
  readonly version: number
  readonly dnssecOk: boolean
  readonly ede: readonly { readonly code: number; readonly text: string }[]
  readonly nsid: string | null
  /** As dig prints it, address/source/scope: `10.1.0.0/16/0`. */
  readonly subnet: string | null
}

/** Decodes a reply with dns-packet and with dns2, asserts that they read the same, and returns what they read. */
export function parseReply(octets: Uint8Array): ParsedReply {
  const buffer = Buffer.from(octets)
  const packet = dnsPacket.decode(buffer)
  assert.equal(dnsPacket.decode.bytes, buffer.length, 'parseReply: octets after the last record')
  const other = Packet.parse(buffer)
  const reply = replyOf(packet, other)
  assertAgreement(other, packet, reply)
  return reply
}

function replyOf(packet: DecodedPacket, other: Packet): ParsedReply {
  const bits = packet.flags ?? 0
  const opt = optOf(packet)
  return {
    id: packet.id ?? 0,
    opcode: (bits >> 11) & 0xf,
    rcode: printRcode((bits & 0xf) | ((opt?.extendedRcode ?? 0) << 4)),
    flags: flagsOf(packet),
    question: questionOf(packet, other),
    answers: linesOf(packet.answers),
    authorities: linesOf(packet.authorities),
    additionals: linesOf(packet.additionals),
    edns: opt === undefined ? null : ednsOf(opt),
    tsig: tsigOf(packet),
  }
}

const flagsOf = (packet: DecodedPacket): ParsedReply['flags'] => ({
  qr: packet.flag_qr,
  aa: packet.flag_aa,
  tc: packet.flag_tc,
  rd: packet.flag_rd,
  ra: packet.flag_ra,
  z: packet.flag_z,
  ad: packet.flag_ad,
  cd: packet.flag_cd,
})

function optOf(packet: DecodedPacket): OptAnswer | undefined {
  const opts = (packet.additionals ?? []).filter((record) => record.type === 'OPT')
  assert(opts.length <= 1, 'parseReply: more than one OPT record')
  return opts[0]
}

/** The last record, if it is one; the error stands before an empty field of other data. */
function tsigOf({ additionals = [] }: DecodedPacket): string | null {
  const last = additionals.at(-1)
  if (last === undefined || String(last.type) !== 'TSIG') return null
  assert('data' in last && Buffer.isBuffer(last.data), 'parseReply: a TSIG record without data')
  return `${last.name} ${last.data.readUInt16BE(last.data.length - 4)}`
}

/** Printed from dns2's reading: it has numbers where dns-packet has names, and keeps octets above 127 as Latin-1. */
function questionOf(packet: DecodedPacket, other: Packet): string | null {
  const [question, ...more] = other.questions
  const [theirs] = packet.questions ?? []
  assert.equal(more.length, 0, 'parseReply: more than one question')
  if (question === undefined || theirs === undefined) {
    assert.equal(question, theirs, 'parseReply: one decoder reads a question, the other none')
    return null
  }
  const name = dottedName(question.name)
  if (!/[^\0-\x7f]/.test(name)) assert.equal(dottedName(theirs.name), name)
  assert([question.type, undefined].includes(parseType(theirs.type.replace('UNKNOWN_', 'TYPE'))))
  assert.equal(className(theirs.class ?? 'IN'), printClass(question.class))
  return `${name} ${printClass(question.class)} ${printType(question.type)}`
}

const className = (name: string): string =>
  name.replace('UNKNOWN_', 'CLASS').replace('CS', 'CLASS2').replace('HS', 'CLASS4')

/** Records that say something of the message itself are no lines. */
const isLine = ({ type }: { readonly type: string }): boolean => type !== 'OPT' && type !== 'TSIG'

const linesOf = (records: DecodedPacket['answers']): readonly string[] =>
  (records ?? []).filter(isLine).map((record) => dnsPacketLine(record, 'latin1'))

function ednsOf(opt: OptAnswer): ParsedEdns {
  const data = (code: number): readonly Buffer[] =>
    opt.options
      .filter((option) => Number(option.code) === code)
      .map((option) => option.data ?? Buffer.alloc(0))
  const [nsid] = data(3)
  const [subnet] = data(8)
  return {
    udpSize: opt.udpPayloadSize,
    version: opt.ednsVersion,
    dnssecOk: opt.flag_do,
    ede: data(15).map((octets) => ({ code: octets.readUInt16BE(0), text: octets.toString('utf8', 2) })),
    nsid: nsid === undefined ? null : nsid.toString('utf8'),
    subnet: subnet === undefined ? null : subnetText(subnet),
  }
}

function subnetText(octets: Buffer): string {
  const size = { 1: 4, 2: 16 }[octets.readUInt16BE(0)]
  assert(size !== undefined, 'parseReply: a client subnet of an unknown family')
  const address = octets.toString('latin1', 4).padEnd(size, '\0')
  return `${printAddress(address)}/${octets.readUInt8(2)}/${octets.readUInt8(3)}`
}

function assertAgreement(other: Packet, packet: DecodedPacket, reply: ParsedReply): void {
  const errors = other.errors.filter((error) => !misreadsOddSubnet(packet, error.section))
  assert.deepEqual(errors, [], 'parseReply: dns2 rejects what dns-packet reads')
  const { header } = other
  assert.deepEqual(
    [header.id, header.qr, header.opcode, header.aa, header.tc, header.rd, header.ra, header.z],
    [
      reply.id,
      1,
      reply.opcode,
      ...[reply.flags.aa, reply.flags.tc, reply.flags.rd, false, false].map(Number),
    ],
  )
  for (const section of ['answers', 'authorities', 'additionals'] as const) {
    const theirs = other[section]
      .filter(({ type }) => type !== Packet.TYPE.EDNS && type !== TYPE.TSIG)
      .map(dns2Line)
    const ours = (packet[section] ?? []).filter(isLine)
    assert.deepEqual(
      theirs,
      ours.map((record) => dnsPacketLine(record, 'utf8')),
      `parseReply: dns2 and dns-packet read different ${section}`,
    )
  }
  assertSameOpt(other, reply)
}

/** dns2 reads the octets of an IPv6 subnet in pairs: an odd number of them makes it read past the option's end. */
const misreadsOddSubnet = (packet: DecodedPacket, section: string | undefined): boolean =>
  section === 'additionals' &&
  (optOf(packet)?.options ?? []).some(({ code, data }) => Number(code) === 8 && (data?.length ?? 0) % 2 === 1)

function assertSameOpt(other: Packet, { edns, rcode }: ParsedReply): void {
  const opt = other.additionals.find(({ type }) => type === Packet.TYPE.EDNS)
  if (opt === undefined || edns === null) return
  assert.equal(printRcode(other.header.rcode), rcode)
  const errors = (opt.rdata ?? []).flatMap((option) =>
    'infoCode' in option && 'extraText' in option ? [{ code: option.infoCode, text: option.extraText }] : [],
  )
  assert.deepEqual([opt.class, opt.version, opt.doFlag], [edns.udpSize, edns.version, edns.dnssecOk])
  assert.deepEqual(errors, edns.ede)
}
