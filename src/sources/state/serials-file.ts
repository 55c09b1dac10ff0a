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

/**
 * Of a zone that changes more than once a second the serial runs ahead of the clock: since they were written it may have
 * gone on by as much. One that stood still then may have begun to.
 */
const UNSEEN = 3_000

/**
 * Reads serials back that the zones of the process before never got past, or rejects with a StateFileError that says why
 * they cannot be believed.
 */
export async function readSerials(path: string): Promise<ReadonlyMap<Name, Serial>> {
  const serials = new Map<Name, Serial>()
  await readSealed(
    path,
    (line) => checkFormat(parseLine(line), FORMAT, VERSION, 'serials'),
    (line) => {
      const { zone, serial, at, goesOn } = savedSerial(parseLine(line))
      const second = Math.floor(at / 1000) >>> 0
      const isAhead = isNewer(serial, second)
      const least = isAhead || !goesOn ? serial : second
      serials.set(zone, (isAhead || goesOn ? least + UNSEEN : least) >>> 0)
    },
  )
  return serials
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
