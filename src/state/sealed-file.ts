import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'

// A file of state: a header line, a line per object, and a closing line with their number and checksum. A file that
// was cut short, changed, or written by another version or for something else is told by these lines alone.

/** Larger files are not kept: a disk that fills up takes others down with it. */
export const MAX_OCTETS = 2 ** 30

/** Why a file was not written or cannot be believed. */
export class StateFileError extends Error {}

/** JSON objects, as a file has them. */
export interface Sealed {
  readonly header: object
  readonly objects: Iterable<object>
}

/** Writes a file in place of the last one, whole or not at all. Yields between blocks: there can be many objects. */
export async function writeSealed(path: string, sealed: Sealed): Promise<void> {
  const draft = `${path}.draft`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      for await (const block of blocksOf(sealed)) await file.write(block)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function* blocksOf({ header, objects }: Sealed): AsyncGenerator<string> {
  const hash = createHash('sha256')
  let [block, octets, count] = [`${JSON.stringify(header)}\n`, 0, 0]
  for (const object of objects) {
    block += `${JSON.stringify(object)}\n`
    count++
    if (block.length < 64 * 1024) continue
    hash.update(block)
    octets += Buffer.byteLength(block)
    if (octets > MAX_OCTETS) throw new StateFileError(`it would take more than ${MAX_OCTETS} octets`)
    yield block
    block = ''
  }
  hash.update(block)
  yield `${block}${JSON.stringify({ objects: count, sha256: hash.digest('hex') })}\n`
}

/**
 * Reads a file back line by line: first the header, then each object. Rejects with a StateFileError that says why it
 * cannot be believed; until it resolves, nothing of it can.
 */
export async function readSealed(
  path: string,
  onHeader: (line: string) => void,
  onObject: (line: string) => void,
): Promise<void> {
  const hash = createHash('sha256')
  let [lines, last]: [number, string | undefined] = [0, undefined]
  const input = createReadStream(path)
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (last !== undefined) {
      hash.update(`${last}\n`)
      lines++
      if (lines === 1) onHeader(last)
      else onObject(last)
    }
    last = line
  }
  const end = parseLine(last ?? '{}')
  if (lines === 0 || end.objects !== lines - 1 || end.sha256 !== hash.digest('hex'))
    throw new StateFileError('it is incomplete, or was changed')
}

/** What a line says is believed, since the checksum is: nobody else writes such files. */
export function parseLine(line: string) {
  try {
    return JSON.parse(line)
  } catch {
    throw new StateFileError('it is damaged')
  }
}

/** What a header must say, besides what is looked at by whoever knows more. */
export function checkFormat(
  header: { readonly format?: unknown; readonly version?: unknown },
  format: string,
  version: number,
  what: string,
): void {
  if (header.format !== format) throw new StateFileError(`it is not ${what} of Meridian`)
  if (header.version !== version)
    throw new StateFileError(`it has version ${header.version}, this is version ${version}`)
}
