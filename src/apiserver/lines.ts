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
  #parts: Uint8Array[] = []
  /** Octets of the line that has begun. */
  pending = 0

  constructor(most: number) {
    this.#most = most
  }

  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = []
    let from = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      this.#keep(chunk.subarray(from, end))
      const line = this.#take()
      if (line !== '') lines.push(line)
      from = end + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return
    this.pending += part.length
    if (this.pending > this.#most) {
      throw new Failure('malformed', `the watch sent a line of more than ${this.#most} octets`)
    }
    this.#parts.push(part)
  }

  #take(): string {
    const line = decodeText(this.#parts)
    this.#parts = []
    this.pending = 0
    return line
  }
}

/** UTF-8, or a failure: octets that were damaged on the way must not become other names. */
export function decodeText(parts: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
  } catch {
    throw new Failure('malformed', 'the API server sent octets that are not UTF-8')
  }
}
