import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'

// A file of state: a header line, a line per object, and a closing line with their number and checksum. A file that
// was cut short, changed, or written by another version or for something else is told by these lines alone.

/** Larger files are not kept: a disk that fills up takes others down with it. */
const MAX_BYTES = 2 ** 30

/** Why a file was not written or cannot be believed. */
export class StateFileError extends Error {}

/** JSON objects, as a file has them. */
interface SealedJson {
  readonly header: object
  readonly objects: Iterable<object>
}

/** Writes a file in place of the last one, whole or not at all. Yields between blocks: there can be many objects. */
export async function writeSealed(path: string, sealed: SealedJson, most = MAX_BYTES): Promise<void> {
  const draft = `${path}.draft`
  try {
    // What stands there may be a pipe or a device, and to open one can take for ever.
    await rm(draft, { recursive: true, force: true })
    const file = await open(draft, 'w', 0o600)
    try {
      // Not `write`, which may take a part: of a file that a full disk cuts short, the last part is missing without an error.
      for await (const block of blocksOf(sealed, most)) await file.appendFile(block)
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

async function* blocksOf({ header, objects }: SealedJson, most: number): AsyncGenerator<string> {
  const hash = createHash('sha256')
  let [block, bytes, count] = [`${JSON.stringify(header)}\n`, 0, 0]
  const weigh = (): string => {
    bytes += Buffer.byteLength(block)
    if (bytes > most) throw new StateFileError(`it would take more than ${most} octets`)
    return block
  }
  for (const object of objects) {
    block += `${JSON.stringify(object)}\n`
    count++
    if (block.length < BLOCK) continue
    hash.update(block)
    yield weigh()
    block = ''
  }
  hash.update(block)
  block += `${JSON.stringify({ objects: count, sha256: hash.digest('hex') })}\n`
  yield weigh()
}

/** Characters that are written at a time, or one object if that is longer. */
const BLOCK = 64 * 1024

/**
 * Reads a file back line by line: first the header, then each object. Rejects with a StateFileError that says why it
 * cannot be believed; until it resolves, nothing of it can.
 */
export async function readSealed(
  path: string,
  onHeader: (line: string) => void,
  onObject: (line: string) => void,
): Promise<void> {
  await expectFile(path)
  const hash = createHash('sha256')
  let [lines, rest]: [number, Buffer] = [0, Buffer.alloc(0)]
  for await (const block of partsIn(path)) {
    const text = rest.length === 0 ? block : Buffer.concat([rest, block])
    // The closing line seals those before it, and any may turn out to be the closing one.
    const end = lastLineIn(text)
    rest = text.subarray(end)
    hash.update(text.subarray(0, end))
    for (const line of linesIn(text.toString('utf8', 0, end))) (lines++ === 0 ? onHeader : onObject)(line)
  }
  const end = parseLine(rest.toString() || '{}')
  if (lines === 0 || end.objects !== lines - 1 || end.sha256 !== hash.digest('hex'))
    throw new StateFileError('it is incomplete, or was changed')
}

/** No pipe, no device, nothing larger than what is written: nothing that takes for ever. */
async function expectFile(path: string): Promise<void> {
  const found = await stat(path)
  if (!found.isFile()) throw new StateFileError('it is no regular file')
  if (found.size > MAX_BYTES) throw new StateFileError(`it has more than ${MAX_BYTES} octets`)
}

/** More than any object that an API server may send. */
const LONGEST_LINE = 64 * 2 ** 20

/** Blocks of which each but the last ends a line: one that spans many is put together once. */
async function* partsIn(path: string): AsyncGenerator<Buffer> {
  let [open, bytes]: [Buffer[], number] = [[], 0]
  for await (const block of blocksIn(path)) {
    open.push(block)
    bytes += block.length
    if (block.includes(NEWLINE)) {
      yield open.length === 1 ? block : Buffer.concat(open)
      open = []
      bytes = 0
    } else if (bytes > LONGEST_LINE)
      throw new StateFileError(`it has a line of more than ${LONGEST_LINE} octets`)
  }
  if (bytes > 0) yield Buffer.concat(open)
}

const blocksIn = (path: string): AsyncIterable<Buffer> =>
  createReadStream(path, { highWaterMark: READ_BYTES })

const READ_BYTES = 256 * 1024

const NEWLINE = 10

/** Where the last line that has an end begins; 0 if it is the only one. */
const lastLineIn = (text: Buffer): number => {
  const end = text.lastIndexOf(NEWLINE)
  return end <= 0 ? 0 : text.lastIndexOf(NEWLINE, end - 1) + 1
}

/** The lines of a text that ends with one. */
function* linesIn(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    yield text.slice(from, end)
    from = end + 1
  }
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
