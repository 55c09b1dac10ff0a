import { isNewer, type Name, type Serial } from '../../values/dns/index.ts'
import { checkFormat, parseLine, readSealed, StateFileError, writeSealed } from './sealed-file.ts'

const FORMAT = 'meridian-serials'
const VERSION = 1

/** The serials of zones as they were at a moment, Unix milliseconds. */
export interface SavedSerials {
  readonly at: number
  readonly serials: ReadonlyMap<Name, Serial>
  /** The process goes on, so they may have moved when it ends. */
  readonly goesOn?: boolean
}

/** Writes serials in place of the last ones. */
export const writeSerials = (path: string, { at, serials, goesOn = false }: SavedSerials): Promise<void> =>
  writeSealed(path, {
    header: { format: FORMAT, version: VERSION },
    objects: [...serials].map(([zone, serial]) => ({ zone, serial, at, goesOn })),
  })

/** Seconds for which a disk may have taken no note of a process that went on; so much, too, where the clock went back. */
const MOST_UNSEEN = 3_000

/** How far a serial may have gone on at most since it was noted: it moves once a second, and may have been about to. */
function unseenSince(at: number, now: number): number {
  const seconds = Math.floor((now - at) / 1000)
  return seconds < 0 ? MOST_UNSEEN : Math.min(seconds + 1, MOST_UNSEEN)
}

/**
 * Reads serials back that the zones of the process before never got past, or rejects with a StateFileError that says why
 * they cannot be believed. `now` in Unix milliseconds.
 */
export async function readSerials(path: string, now: number): Promise<ReadonlyMap<Name, Serial>> {
  const serials = new Map<Name, Serial>()
  await readSealed(
    path,
    (line) => checkFormat(parseLine(line), FORMAT, VERSION, 'serials'),
    (line) => {
      const { zone, serial, at, goesOn } = savedSerial(parseLine(line))
      serials.set(zone, goesOn ? (latest(serial, at) + unseenSince(at, now)) >>> 0 : serial)
    },
  )
  return serials
}

/** Of a zone that stood still then: it may have begun to move, by the clock. */
function latest(serial: Serial, at: number): Serial {
  const second = Math.floor(at / 1000) >>> 0
  return isNewer(serial, second) ? serial : second
}

interface Line {
  readonly zone: Name
  readonly serial: Serial
  readonly at: number
  readonly goesOn: boolean
}

function savedSerial({ zone, serial, at, goesOn }: { readonly [field in keyof Line]?: unknown }): Line {
  if (typeof zone !== 'string' || typeof serial !== 'number' || typeof at !== 'number')
    throw new StateFileError('it does not say which serial a zone had')
  return { zone, serial, at, goesOn: goesOn === true }
}
