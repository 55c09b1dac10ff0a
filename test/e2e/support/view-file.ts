import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseAddress } from '../../../src/values/dns/index.ts'

/** What stands in a file of the state directory beside a configuration; '' while there is none. */
export function onDisk(configuration: string, file: string): string {
  try {
    return readFileSync(join(dirname(configuration), 'state', file), 'utf8')
  } catch {
    return ''
  }
}

/** An address as a view on disk has it: its octets, within JSON. */
export const addressOnDisk = (address: string): string =>
  JSON.stringify(parseAddress(address) ?? address).slice(1, -1)
