import { Gathered } from '../source/index.ts'
import { Failure } from './failure.ts'

/**
 * The lines of a stream as they arrive, all that one chunk ends together. Half a line at the end of the stream
 * and one longer than `most` octets are failures, so that no object is ever passed over.
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<readonly string[]> {
  const splitter = new LineSplitter(most)
  for await (const chunk of stream) {
    const lines = splitter.push(chunk)
    if (lines.length > 0) yield lines
  }
  // What was missing is still to come: the watch goes on from the object before.
  if (splitter.pending > 0) throw new Failure('connection', 'the watch ended inside an object')
}

const LF = 10

class LineSplitter {
  readonly #most: number
  /** The line that has begun. */
  readonly #begun: Gathered

  constructor(most: number) {
    this.#most = most
    this.#begun = new Gathered(most)
  }

  /** Octets of the line that has begun. */
  get pending(): number {
    return this.#begun.length
  }

  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = []
    let from = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      const line = this.#end(chunk.subarray(from, end))
      if (line !== '') lines.push(line)
      from = end + 1
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from))
    return lines
  }

  #end(last: Uint8Array): string {
    if (this.pending === 0 && last.length <= this.#most) return decodeText(last)
    this.#keep(last)
    const line = decodeText(this.#begun.octets)
    this.#begun.clear()
    return line
  }

  #keep(part: Uint8Array): void {
    if (!this.#begun.add(part))
      throw new Failure('malformed', `the watch sent a line of more than ${this.#most} octets`)
    if (this.#begun.crumbles) throw crumbs()
  }
}

/** What is sent so keeps the reader busy for others' time, however little it comes to. */
export const crumbs = (): Failure =>
  new Failure('malformed', 'the API server, or a proxy before it, sends in pieces of less than 16 octets')

/** UTF-8, or a failure: octets that were damaged on the way must not become other names. */
export function decodeText(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    throw new Failure('malformed', 'the API server sent octets that are not UTF-8')
  }
}
