import type { TimeShare } from '../changes/index.ts'
import type { Berth } from './berth.ts'
import { RequestFailure } from './failure.ts'
import { decodeText, Intake, type Skimmed } from './intake.ts'
import { WANTED_OF_EVENT } from './oversized.ts'

/** A line of a watch; of one of more bytes than are read, which object it is about. */
export type WatchLine = string | Skimmed

/**
 * The lines of a stream as they arrive, all that one chunk ends together. Half a line at the end of the stream
 * is a failure, and so is one longer than `most` bytes that is no object, so that none is passed over unsaid. `share`:
 * whose time it takes, since what is too long is looked through as it comes.
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  most: number,
  berth: Berth,
  share: TimeShare,
  signal: AbortSignal,
): AsyncGenerator<readonly WatchLine[]> {
  const splitter = new LineSplitter(most)
  try {
    for await (const chunk of stream) {
      const lines = await share.do(() => splitter.push(chunk))
      if (lines.length > 0) {
        yield lines
        // Who waits for the next ones keeps none of these.
        lines.length = 0
        berth.leave()
      }
      await berth.hold(splitter.held, signal)
    }
  } finally {
    berth.leave()
  }
  // What was missing is still to come: the watch goes on from the object before.
  if (splitter.begun > 0) throw new RequestFailure('connection', 'the watch ended inside an object')
}

const LF = 10

class LineSplitter {
  readonly #most: number
  /** The line that has begun. */
  readonly #begun: Intake

  constructor(most: number) {
    this.#most = most
    this.#begun = new Intake(most, WANTED_OF_EVENT)
  }

  /** Bytes of the line that has begun. */
  get begun(): number {
    return this.#begun.bytes
  }

  /** Those of them that are here. */
  get held(): number {
    return this.#begun.held
  }

  push(chunk: Uint8Array): WatchLine[] {
    const lines: WatchLine[] = []
    let from = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      const line = this.#end(chunk.subarray(from, end))
      if (line !== '') lines.push(line)
      from = end + 1
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from))
    return lines
  }

  #end(last: Uint8Array): WatchLine {
    if (this.#begun.isEmpty && last.length <= this.#most) return decodeText(last)
    this.#keep(last)
    return this.#begun.take() ?? this.#refuse()
  }

  #keep(part: Uint8Array): void {
    if (!this.#begun.add(part)) this.#refuse()
  }

  #refuse(): never {
    throw new RequestFailure('malformed', `the watch sent a line of more than ${this.#most} octets`)
  }
}
