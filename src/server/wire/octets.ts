// Eight at a time, as numbers of 64 bits, of which compiled code makes no values: it loads one and stores or compares it.
const WORD = 8

/** Copies `length` octets between buffers that do not overlap. The last eight of them may be copied twice in part. */
export function copyOctets(source: DataView, at: number, length: number, out: DataView, to: number): void {
  const last = length - WORD
  for (let i = 0; i < last; i += WORD) out.setBigInt64(to + i, source.getBigInt64(at + i))
  if (last >= 0) out.setBigInt64(to + last, source.getBigInt64(at + last))
  else for (let i = 0; i < length; i++) out.setUint8(to + i, source.getUint8(at + i))
}

/** Whether `length` octets are the same in two buffers. The last eight of them may be compared twice in part. */
export function isSameOctets(a: DataView, at: number, b: DataView, from: number, length: number): boolean {
  const last = length - WORD
  for (let i = 0; i < last; i += WORD) if (a.getBigInt64(at + i) !== b.getBigInt64(from + i)) return false
  if (last >= 0) return a.getBigInt64(at + last) === b.getBigInt64(from + last)
  for (let i = 0; i < length; i++) if (a.getUint8(at + i) !== b.getUint8(from + i)) return false
  return true
}
