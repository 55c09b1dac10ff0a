import { isIPv4, isIPv6 } from 'node:net'
import type { Branded } from '../branded/index.ts'

/**
 * An IP address as the string of its octets: 4 characters for IPv4, 16 for IPv6, each 0 to 255.
 * Equal addresses are equal strings, and the wire needs no parsing.
 */
export type Address = Branded<'address'>

export type Family = 4 | 6

/** A block of addresses; bits of `base` past `length` are zero. */
export interface Prefix {
  readonly base: Address
  readonly length: number
}

export const familyOf = (address: Address): Family => (address.length === 4 ? 4 : 6)

export const bitsOf = (address: Address): 32 | 128 => (address.length === 4 ? 32 : 128)

/** An address from its usual text (octal, short and zoned forms refused), or undefined. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return parseIPv4(text)
  if (isIPv6(text) && !text.includes('%')) return parseIPv6(text)
  return undefined
}

/** Digits and three dots, as they are known to be. There may be a million. */
function parseIPv4(text: string): Address {
  const octets = [0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) octets.push(0)
    else octets[octets.length - 1] = 10 * (octets.at(-1) ?? 0) + code - DIGIT_0
  }
  return String.fromCharCode(...octets)
}

const DOT = 0x2e
const DIGIT_0 = 0x30

function parseIPv6(text: string): Address {
  const tail = text.lastIndexOf(':') + 1
  const v4 = text.includes('.', tail) ? text.slice(tail).split('.').map(Number) : undefined
  const hex = v4 === undefined ? text : `${text.slice(0, tail)}${groupOf(v4, 0)}:${groupOf(v4, 2)}`
  const [head = '', rest] = hex.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = rest === undefined || rest === '' ? [] : rest.split(':')
  const zeros = Array<string>(8 - left.length - right.length).fill('0')
  return String.fromCharCode(
    ...[...left, ...zeros, ...right].flatMap((group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 0xff]
    }),
  )
}

const groupOf = (octets: readonly number[], at: number): string =>
  (((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)).toString(16)

/** Dotted decimal, or RFC 5952 text for IPv6 (IPv4-mapped ones in mixed notation: RFC 5952, 5). */
export const printAddress = (address: Address): string => print(address, '.', ':')

/** The same with dashes, as a label has it. */
export const dashAddress = (address: Address): string => print(address, '-', '-')

function print(address: Address, dot: string, colon: string): string {
  if (address.length === 4) return printIPv4(address, dot)
  if (isMapped(address)) return `${colon}${colon}ffff${colon}${printIPv4(address.slice(12), dot)}`
  return printIPv6(address, colon)
}

/** There may be a million, of either family. */
const printIPv4 = (address: Address, dot: string): string =>
  `${address.charCodeAt(0)}${dot}${address.charCodeAt(1)}${dot}${address.charCodeAt(2)}${dot}${address.charCodeAt(3)}`

function printIPv6(address: Address, colon: string): string {
  const [from, length] = longestZeros(address)
  let text = ''
  for (let group = 0; group < 8; group++) {
    if (length > 1 && group === from) {
      text += colon + colon
      group += length - 1
    } else {
      const isFirst = group === 0 || (length > 1 && group === from + length)
      text += `${isFirst ? '' : colon}${groupAt(address, group).toString(16)}`
    }
  }
  return text
}

const groupAt = (address: Address, group: number): number =>
  (address.charCodeAt(2 * group) << 8) | address.charCodeAt(2 * group + 1)

function longestZeros(address: Address): readonly [from: number, length: number] {
  let [from, length, run] = [0, 0, 0]
  for (let group = 0; group < 8; group++) {
    run = groupAt(address, group) === 0 ? run + 1 : 0
    if (run > length) [from, length] = [group - run + 1, run]
  }
  return [from, length]
}

export const isMapped = (address: Address): boolean =>
  address.length === 16 && address.startsWith('\0\0\0\0\0\0\0\0\0\0\xff\xff')

/** `10.0.0.0/8`, or one address alone; undefined for anything else, host bits set included. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = '', digits, ...more] = text.split('/')
  const base = parseAddress(address)
  if (base === undefined || more.length > 0) return undefined
  if (digits === undefined) return { base, length: bitsOf(base) }
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) : -1
  return length >= 0 && length <= bitsOf(base) && mask(base, length) === base ? { base, length } : undefined
}

export const printPrefix = (prefix: Prefix): string => `${printAddress(prefix.base)}/${prefix.length}`

/** The address with every bit past `length` cleared. */
export function mask(address: Address, length: number): Address {
  const whole = length >> 3
  if (whole >= address.length) return address
  const partial = address.charCodeAt(whole) & (0xff00 >> (length & 7)) & 0xff
  return address.slice(0, whole) + String.fromCharCode(partial) + '\0'.repeat(address.length - whole - 1)
}

/** How many leading bits two addresses of one family share; 0 across families. */
export function commonBits(a: Address, b: Address): number {
  if (a.length !== b.length) return 0
  for (let i = 0; i < a.length; i++) {
    const difference = a.charCodeAt(i) ^ b.charCodeAt(i)
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24
  }
  return bitsOf(a)
}

export const contains = (prefix: Prefix, address: Address): boolean =>
  prefix.base.length === address.length && commonBits(prefix.base, address) >= prefix.length

export const overlaps = (a: Prefix, b: Prefix): boolean =>
  a.base.length === b.base.length && commonBits(a.base, b.base) >= Math.min(a.length, b.length)
