import { DNS_LABEL, parseAddress } from '../../values/dns/index.ts'
import { shared, text as textCodec } from '../../values/packed/index.ts'
import { SUBDOMAIN } from './forms.ts'
import {
  anyText,
  at,
  type Fields,
  integer,
  isAbsent,
  type Left,
  lenient,
  type Narrower,
  NarrowingError,
  oneOf,
  or,
  orIfBlank,
  orNull,
  section,
  shaped,
  text,
  textUpTo,
  type Whole,
} from './narrow.ts'
import type { Meta } from './object-types.ts'
import { briefly } from './printable.ts'
import type { Port, Protocol } from './service-types.ts'

/** RFC 1123 label: what namespaces, Services and endpoints' host names are, and so what their names consist of. */
export const dnsLabel = shaped(DNS_LABEL, 'a DNS label (a–z, 0–9 and inner hyphens, at most 63 characters)')

export const subdomain = shaped(
  SUBDOMAIN,
  'a lower-case DNS name (a–z, 0–9, inner hyphens and dots, at most 253 characters)',
)

/** Words that many objects have in common, and that are there once for all of them. */
const word = shared(textCodec)

const namespace = orIfBlank((value) => word(dnsLabel(value)), 'default')

/** What tells objects of one kind apart. */
export type Named = Pick<Meta, 'namespace' | 'name'>

/**
 * Which object this is: the part of `metadata` without which nothing can be said of it. What stands in no namespace has
 * '' for one.
 */
export const identity = (name: Narrower<string>, isNamespaced: boolean): Narrower<Named> =>
  section((metadata, left) => ({
    namespace: isNamespaced ? at(metadata, 'namespace', namespace, left) : '',
    name: at(metadata, 'name', name, left),
  }))

/** All of `metadata` that every kind keeps. */
export function metaOf(fields: Fields, readIdentity: Narrower<Named>, left: Left): Meta {
  const { namespace, name } = at(fields, 'metadata', readIdentity, left)
  return { namespace, name, createdAt: at(fields, 'metadata', creation, left) }
}

/** As the Kubernetes API writes times. Without a zone it would be another time on each host. */
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** Unix milliseconds of a time as the Kubernetes API takes it (RFC 3339); null: it is none. */
export function parseTime(value: unknown): number | null {
  const milliseconds = typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(milliseconds) ? null : milliseconds
}

/** A time in Unix milliseconds. Other readers of YAML than ours make a Date of it. */
const time: Whole<number> = (value) => {
  const milliseconds = value instanceof Date ? value.getTime() : parseTime(value)
  if (milliseconds === null || Number.isNaN(milliseconds))
    throw new NarrowingError(value, 'a time such as 2026-11-22T14:02:11Z')
  return milliseconds
}

/** One that cannot be read counts as not said. */
const lenientTime = lenient(or(time, 0), 0)
const creation = section((metadata, left) => at(metadata, 'creationTimestamp', lenientTime, left))

/** A time that only serves measurement: an unreadable one is none. */
export function millisecondsOf(written: string | null): number | null {
  const milliseconds = written === null ? Number.NaN : Date.parse(written)
  return Number.isNaN(milliseconds) ? null : milliseconds
}

const optionalWord = orNull((value) => word(text(value)))

const lenientWord = lenient(optionalWord, null)

type Tags = 'labels' | 'annotations'

/** Reads a part of an object. */
type FieldsReader<T> = (fields: Fields, left: Left) => T

/** One label of an object, null when it has none of that name. What the object is depends on it. */
export const label = (name: string): FieldsReader<string | null> =>
  inMetadata(
    'labels',
    section((tags, left) => at(tags, name, optionalWord, left)),
  )

/** The same of a label or annotation without which the object is still of use: what is none counts as absent. */
export const tag = (map: Tags, name: string): FieldsReader<string | null> =>
  inMetadata(
    map,
    lenient(
      section((tags, left) => at(tags, name, lenientWord, left)),
      null,
    ),
  )

/** Whether an object has a label or annotation, whatever it says. */
export const hasTag = (map: Tags, name: string): FieldsReader<boolean> =>
  inMetadata(
    map,
    lenient(
      section((tags) => !isAbsent(tags[name])),
      false,
    ),
  )

/** What `read` makes of the first of several names that a label or annotation goes by; of none where there is none. */
export const anyTag = <T>(
  map: Tags,
  [first, ...others]: readonly [string, ...string[]],
  read: Narrower<T>,
): FieldsReader<T | null> =>
  inMetadata(
    map,
    lenient(
      section((tags, left) => {
        const other = isAbsent(tags[first]) ? others.find((name) => !isAbsent(tags[name])) : undefined
        return at(tags, other ?? first, read, left)
      }),
      null,
    ),
  )

export function inMetadata<T>(map: Tags, readMap: Narrower<T>): FieldsReader<T> {
  const readMetadata = section((metadata, left) => at(metadata, map, readMap, left))
  return (fields, left) => at(fields, 'metadata', readMetadata, left)
}

/** An IP address, as its octets. */
export const address: Whole<string> = (value) => {
  const parsed = typeof value === 'string' ? parseAddress(value) : undefined
  if (parsed === undefined) throw new NarrowingError(value, 'an IP address')
  return parsed
}

const protocol: Narrower<Protocol> = orIfBlank(oneOf('TCP', 'UDP', 'SCTP'), 'TCP')

/** Kubernetes takes a label; behind its underscore one of 62 characters can be asked for. */
const MOST_PORT_NAME = 63

/** However long it is, a port has one: the beginning of it. */
const portName = or((value) => briefly(anyText(value), MOST_PORT_NAME), '')

/** As long as a qualified name may be: a name of 253 characters, a slash and a label. There may be thousands. */
const appProtocol = lenient(orIfBlank(textUpTo(317), null), null)

export const portNumber = integer(1, 65535)

/** What every port has, a client's and an endpoint's alike. */
export const portWord = (fields: Fields, left: Left): { name: string; protocol: Protocol } => ({
  name: at(fields, 'name', portName, left),
  protocol: at(fields, 'protocol', protocol, left),
})

/** A port of a Service or a ServiceImport. */
export const clientPort = (fields: Fields, left: Left): Port => ({
  ...portWord(fields, left),
  port: at(fields, 'port', portNumber, left),
  appProtocol: at(fields, 'appProtocol', appProtocol, left),
})
