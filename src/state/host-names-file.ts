import { type Address, type Name, parseAddress, printAddress } from '../dns/index.ts'
import { checkFormat, parseLine, readSealed, StateFileError, writeSealed } from './sealed-file.ts'

const FORMAT = 'meridian-host-names'
const VERSION = 1

/** Addresses of one family of a host name, and for how many milliseconds the DNS has not confirmed them. */
export interface SavedAddresses {
  readonly hostname: Name
  readonly addresses: readonly Address[]
  readonly age: number
}

/** Writes the addresses of all host names in place of the last ones. */
export const writeHostNames = (path: string, saved: readonly SavedAddresses[]): Promise<void> =>
  writeSealed(path, {
    header: { format: FORMAT, version: VERSION },
    objects: saved.map((one) => ({ ...one, addresses: one.addresses.map(printAddress) })),
  })

/** Reads them back, or rejects with a StateFileError that says why they cannot be believed. */
export async function readHostNames(path: string): Promise<readonly SavedAddresses[]> {
  const saved: SavedAddresses[] = []
  await readSealed(
    path,
    (line) => checkFormat(parseLine(line), FORMAT, VERSION, 'addresses of host names'),
    (line) => saved.push(savedAddresses(parseLine(line))),
  )
  return saved
}

function savedAddresses({
  hostname,
  addresses,
  age,
}: {
  readonly [field in keyof SavedAddresses]?: unknown
}): SavedAddresses {
  if (typeof hostname !== 'string' || typeof age !== 'number' || !Array.isArray(addresses))
    throw new StateFileError('it does not say which addresses a host name had')
  const read = addresses.flatMap((text: unknown) =>
    typeof text === 'string' ? (parseAddress(text) ?? []) : [],
  )
  return { hostname, addresses: read, age: Math.max(0, age) }
}
