/** A zone's serial: an unsigned 32-bit number, compared on a circle (RFC 1982). */
export type Serial = number

/**
 * The serial of a zone that changes at `second` (Unix time): that second, yet always past the one before; undefined: there
 * was none.
 */
export function nextSerial(previous: Serial | undefined, second: number): Serial {
  const candidate = second >>> 0
  return previous === undefined || isNewer(candidate, previous) ? candidate : (previous + 1) >>> 0
}

/** Whether `a` comes after `b` (RFC 1982, 3.2). */
export const isNewer = (a: Serial, b: Serial): boolean => a !== b && (a - b) >>> 0 < 0x8000_0000
