import {
  type Codec,
  count,
  isWide,
  list,
  nullable,
  type Octets,
  pack,
  repeated,
  text,
  unpack,
} from '../../values/packed/index.ts'
import type { EndpointSlice, SliceEndpoint } from './slice-types.ts'

/**
 * The endpoints of a slice as it keeps them: ten octets for an ordinary one and 16 for its pod's UID, and no objects.
 * Packed where they are read, unpacked on main and packed there in the columns of their service, they take a seventh of a
 * change's way; it stays two ways of packing, because who counts and who is who is decided over all slices of a service.
 */
export const packEndpoints = (all: readonly SliceEndpoint[]): Octets => pack(endpoints, all)

/** The endpoints of a slice, in its order. */
export const endpointsIn = (slice: Pick<EndpointSlice, 'endpoints'>): readonly SliceEndpoint[] =>
  unpack(endpoints, slice.endpoints)

/** How many those are: they are not read. */
export const countOfEndpoints = (slice: Pick<EndpointSlice, 'endpoints'>): number =>
  unpack(lengthOf, slice.endpoints)

const lengthOf: Pick<Codec<number>, 'read'> = {
  read: (from) => {
    const length = count.read(from)
    from.octets(from.left)
    return length
  },
}

/**
 * A UID as an endpoint has it: that of an object of Kubernetes is a UUID, whose 16 octets stand for its 36 characters.
 * null for a text that names nothing.
 */
export function uidOf(written: string): string | null {
  if (!UUID.test(written)) return written === '' ? null : written
  return String.fromCharCode(
    ...UUID_PLACES.map((at) => (digitAt(written, at) << 4) | digitAt(written, at + 1)),
  )
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Where the two digits of each octet stand in a UUID's text. */
const UUID_PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const

const UUID_OCTETS = UUID_PLACES.length

/** A hexadecimal digit, in small letters, as one is known to stand there. Each endpoint has 32: no text is cut out for them. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < LETTER_A ? code - DIGIT_0 : code - LETTER_A + 10
}

const DIGIT_0 = 0x30
const LETTER_A = 0x61

/** What of an endpoint is one of a few, as one octet: three conditions, whether it has a host name, the form of its UID. */
const SAID = [null, false, true] as const
const FORMS = ['none', 'uuid', 'text'] as const
const HEADS = SAID.length ** 3 * 2 * FORMS.length

type Form = (typeof FORMS)[number]

const formOf = (uid: string | null): Form =>
  uid === null ? 'none' : uid.length === UUID_OCTETS && !isWide(uid) ? 'uuid' : 'text'

function headOf({ ready, serving, terminating, hostname }: SliceEndpoint, form: Form): number {
  const conditions = [ready, serving, terminating].reduce((sum, one) => sum * 3 + SAID.indexOf(one), 0)
  return (conditions * 2 + (hostname === null ? 0 : 1)) * FORMS.length + FORMS.indexOf(form)
}

const endpoint: Codec<SliceEndpoint> = {
  write: (one, to) => {
    const form = formOf(one.uid)
    to.octet(headOf(one, form))
    addresses.write(one.addresses, to)
    strays.write(one.strays, to)
    if (one.hostname !== null) text.write(one.hostname, to)
    if (one.uid !== null) UIDS[form].write(one.uid, to)
    zone.write(one.zone, to)
  },
  read: (from) => {
    const head = from.octet()
    if (!(head < HEADS)) throw new Error('octets that no codec wrote')
    const form = FORMS[head % FORMS.length] ?? 'none'
    const rest = Math.floor(head / FORMS.length)
    const conditions = rest >> 1
    return {
      addresses: addresses.read(from),
      strays: strays.read(from),
      hostname: rest % 2 === 0 ? null : text.read(from),
      uid: form === 'none' ? null : UIDS[form].read(from),
      ready: SAID[Math.floor(conditions / 9)] ?? null,
      serving: SAID[Math.floor(conditions / 3) % 3] ?? null,
      terminating: SAID[conditions % 3] ?? null,
      zone: zone.read(from),
    }
  },
}

const uuid: Codec<Octets> = {
  write: (value, to) => to.octets(value),
  read: (from) => from.octets(UUID_OCTETS),
}
const UIDS = { uuid, text, none: text } as const
const addresses = list(text)
const strays = list(text)
const zone = nullable(repeated(text))

const endpoints = list(endpoint)
