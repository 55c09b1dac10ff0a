import { fstatSync, writeSync } from 'node:fs'
import { printableLines } from '../../words/kube/index.ts'
import { redact } from '../../words/observe/index.ts'
import { CommandFailure } from './failure.ts'

/** Whoever read what is printed has gone, as `head` does when it has seen enough: nobody is left to be told. */
export class ReaderGone extends Error {
  /** What a shell makes of SIGPIPE, of which programs die that do not ignore it as Node does. */
  readonly status = 141
}

// What is printed is waited for; an error that nobody waits for is no end of the process either.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

/** Resolves when all of it is where it goes. Rejects with a Failure that says why not, or a ReaderGone. */
export async function print(text: string): Promise<void> {
  try {
    if (takesPart(1)) writeWhole(1, text)
    else await written(process.stdout, text)
  } catch (error) {
    throw unprinted(error)
  }
}

/** The same at once, for who cannot wait: what goes through a pipe may fail later, and is not told of then. */
export function printAtOnce(text: string): void {
  try {
    if (takesPart(1)) writeWhole(1, text)
    else process.stdout.write(text)
  } catch (error) {
    throw unprinted(error)
  }
}

/**
 * Lines on standard error, without what looks like a secret: they quote what people wrote, who put a token where its
 * file's name belongs. Where that cannot be written to, there is nowhere to say so: the exit status is left.
 */
export function complain(said: string): void {
  const text = said.split('\n').map(redact).map(printableLines).join('\n')
  try {
    if (takesPart(2)) writeWhole(2, `${text}\n`)
    else process.stderr.write(`${text}\n`)
  } catch {
    return
  }
}

/** A file's: where there is no room for all, it takes a part, which Node's streams take for the whole. */
function takesPart(fd: 1 | 2): boolean {
  const stream = fd === 1 ? process.stdout : process.stderr
  const kind = fstatSync(fd)
  return !stream.isTTY && (kind.isFile() || kind.isCharacterDevice())
}

function writeWhole(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

const written = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(text, (error) => (error == null ? resolve() : reject(error)))
  })

function unprinted(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EPIPE') return new ReaderGone()
  const why = REASONS.get(code) ?? (error instanceof Error ? error.message : String(error))
  return new CommandFailure(
    `standard output: ${why}: not all was printed\n    make room there, or print elsewhere`,
  )
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space is left (ENOSPC)'],
  ['EDQUOT', 'the quota is used up (EDQUOT)'],
  ['EFBIG', 'the file may not become larger (EFBIG)'],
])
