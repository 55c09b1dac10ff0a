import { type Address, type Name, parseAddress, printAddress } from '../../values/dns/index.ts'
import { checkFormat, parseLine, readSealed, StateFileError, writeSealed } from './sealed-file.ts'

const FORMAT = 'meridian-host-names'
const VERSION = 1

/** Addresses of one family of a host name, and for how many milliseconds the DNS has not confirmed them. */
export interface SavedAddresses {
  readonly hostname: Name
  readonly addresses: readonly Address[]
  readonly age: number
}

/** Writes the addresses of all host names in place of the last ones. `now`, Unix milliseconds: when they had their ages. */
export const writeHostNames = (path: string, saved: readonly SavedAddresses[], now: number): Promise<void> =>
  writeSealed(path, {
    header: { format: FORMAT, version: VERSION },
    objects: saved.map(({ hostname, addresses, age }) => ({
      hostname,
      addresses: addresses.map(printAddress),
      confirmed: now - age,
    })),
  })

/**
 * Reads them back, or rejects with a StateFileError that says why they cannot be believed. They grow old while no process
 * runs; none was confirmed in the future, whatever the clock did.
 */
export async function readHostNames(path: string, now = Date.now()): Promise<readonly SavedAddresses[]> {
  const saved: SavedAddresses[] = []
  await readSealed(
    path,
    (line) => checkFormat(parseLine(line), FORMAT, VERSION, 'addresses of host names'),
    (line) => saved.push(savedAddresses(parseLine(line), now)),
  )
  return saved
}

interface Line {
  readonly hostname: Name
  readonly addresses: readonly string[]
  /** When the DNS last said so, Unix milliseconds. */
  readonly confirmed: number
}

function savedAddresses(
  { hostname, addresses, confirmed }: { readonly [field in keyof Line]?: unknown },
  now: number,
): SavedAddresses {
  if (typeof hostname !== 'string' || typeof confirmed !== 'number' || !Array.isArray(addresses))
    throw new StateFileError('it does not say which addresses a host name had')
  const read = addresses.flatMap((text: unknown) =>
    typeof text === 'string' ? (parseAddress(text) ?? []) : [],
  )
  return { hostname, addresses: read, age: Math.max(0, now - confirmed) }
}
