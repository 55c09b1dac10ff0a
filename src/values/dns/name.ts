import type { Branded } from '../branded/index.ts'

/**
 * A domain name as canonical text: lower-case, absolute, without the closing dot; the root is ''.
 * Octets that are not printable ASCII, and dots and backslashes inside a label, are escaped as in a
 * master file (RFC 1035, 5.1). No name of ours needs an escape, so a name that holds one
 * equals none of them: a label with a dot or a non-ASCII octet matches nothing.
 */
export type Name = Branded<'name'>

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** A label Meridian may make: RFC 1123, underscore allowed, lower-case, 1 to 63 octets. */
export const isLabel = (text: string): boolean => LABEL.test(text)

/** The labels of a name that has no escapes, leftmost first; the root has none. */
export const labelsOf = (name: Name): readonly string[] => (name === '' ? [] : name.split('.'))

/** A name from its parts, each of one or more labels; empty parts vanish. */
export const joinNames = (...parts: readonly string[]): Name => parts.filter((part) => part !== '').join('.')

/** Octets the name takes uncompressed in a message, the root's closing octet included (RFC 1035, 3.1). */
export const wireLength = (name: Name): number => (name === '' ? 1 : name.length + 2)

/** Whether a name that Meridian would make respects RFC 1035, 2.3.4: labels to 63 octets, 255 in all. */
export const fits = (name: Name): boolean => wireLength(name) <= 255 && labelsOf(name).every(isLabel)

/** Whether `name` is `zone` or lies below it. */
export const isWithin = (name: Name, zone: Name): boolean =>
  zone === '' ||
  name === zone ||
  (name.endsWith(zone) && name.charCodeAt(name.length - zone.length - 1) === 0x2e)

/** The part of `name` above `zone`: `a.b` for `a.b.zone`, '' for the zone itself. Only for names within the zone. */
export const above = (name: Name, zone: Name): Name =>
  name === zone ? '' : zone === '' ? name : name.slice(0, name.length - zone.length - 1)

/** A–Z folded to a–z and nothing else (RFC 4343). */
export const fold = (text: string): string => text.replace(/[A-Z]+/g, (run) => run.toLowerCase())

/** A name as users type it: any case, closing dot optional. */
export const parseName = (text: string): Name => fold(text.endsWith('.') ? text.slice(0, -1) : text)

/** RFC 1123: lower-case letters, digits and inner hyphens, 63 at most. */
export const DNS_LABEL_PATTERN = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'

export const DNS_LABEL = new RegExp(`^${DNS_LABEL_PATTERN}$`)

export const isDnsLabel = (text: string): boolean => DNS_LABEL.test(text)

/** Of a host, that nobody could take for an address: its last label is no number (RFC 3696, 2). */
export const isHostName = (name: Name): boolean =>
  wireLength(name) <= 255 && labelsOf(name).every(isDnsLabel) && !/(?:^|\.)\d*$/.test(name)

/** Whether what users type is a name: labels of 1 to 63 octets, 255 in all, escapes as master files have them. */
export function isName(text: string): boolean {
  if (text === '.') return true
  const plain = text.replace(/\\(?:[01]\d\d|2[0-4]\d|25[0-5]|\D)/gsu, 'x')
  if (plain.includes('\\')) return false
  const labels = plain.replace(/\.$/, '').split('.').map(octetsOf)
  return labels.every((octets) => octets > 0 && octets <= 63) && labels.reduce((a, b) => a + b + 1, 1) <= 255
}

const octetsOf = (text: string): number => new TextEncoder().encode(text).length

/** A name as master files and dig print it, with the closing dot. */
export const printName = (name: Name): string => `${name}.`
