import { CLASS } from '../../values/dns/index.ts'
import { FIXED, MALFORMED } from './format.ts'
import { skipQuestionName } from './name.ts'
import { copyOctets } from './octets.ts'
import type { Tsig } from './types.ts'
import type { MessageWriter } from './writer.ts'

/** What follows the algorithm's name (RFC 8945, 4.2): octets up to the MAC, and from behind it to other data. */
const TIME_AND_FUDGE = 8
const MAC_SIZE = 2
const BEHIND_MAC = 6

/** TSIG errors (RFC 8945, 3). */
const BADKEY = 17

/** The TSIG record of the message from `at`; null for one that is malformed. Its names are not compressed. */
export function decodeTsig(
  view: DataView,
  at: number,
  owner: number,
  fixed: number,
  end: number,
): Tsig | null {
  if (skipQuestionName(view, owner, fixed) !== fixed) return null
  if (view.getUint16(fixed + FIXED.class) !== CLASS.ANY || view.getUint32(fixed + FIXED.ttl) !== 0)
    return null
  const time = skipQuestionName(view, fixed + FIXED.length, end)
  const mac = time + TIME_AND_FUDGE + MAC_SIZE
  if (time === MALFORMED || mac > end) return null
  const other = mac + view.getUint16(mac - MAC_SIZE) + BEHIND_MAC
  if (other > end || other + view.getUint16(other - 2) !== end) return null
  return { owner: owner - at, fixed: fixed - at, time: time - at }
}

/**
 * Writes the record that says of the query's key that it is not known (RFC 8945, 5.3.2): unsigned, so its time is
 * the query's. False where there is no room.
 */
export function encodeBadKey(
  writer: MessageWriter,
  source: DataView,
  at: number,
  { owner, fixed, time }: Tsig,
): boolean {
  const data = fixed + FIXED.length
  const repeated = time - data + TIME_AND_FUDGE
  const rest = MAC_SIZE + BEHIND_MAC
  if (!writer.hasRoom(data - owner + repeated + rest)) return false
  const { out, start } = writer
  copyOctets(source, at + owner, data - owner + repeated, out, writer.at)
  out.setUint16(writer.at + data - owner - 2, repeated + rest)
  writer.at += data - owner + repeated
  for (const number of [0, out.getUint16(start), BADKEY, 0]) {
    out.setUint16(writer.at, number)
    writer.at += 2
  }
  return true
}
