import { write } from 'node:fs'

/** Bytes that wait; beyond that the newest lines go. */
const MOST_WAITING = 1 << 20

/** Of those, how many are written at a time. */
const AT_A_TIME = 1 << 16

/** When a pipe that is full is tried again. */
const AGAIN_MS = 100

/**
 * Lines into an open file, in order and from another thread: a pipe that nobody reads, a terminal that was stopped
 * (Ctrl-S) or a full disk holds up the lines, and nobody who writes them.
 */
export class Lines {
  readonly #fd: number
  #queue: Buffer[] = []
  #waiting = 0
  #isWriting = false

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Bytes. */
  get waiting(): number {
    return this.#waiting
  }

  get isWriting(): boolean {
    return this.#isWriting
  }

  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#waiting + bytes.length > MOST_WAITING) return
    this.#queue.push(bytes)
    this.#waiting += bytes.length
    if (!this.#isWriting) this.#next()
  }

  #next(): void {
    this.#isWriting = this.#queue.length > 0
    if (!this.#isWriting) return
    const bytes = this.#take()
    write(this.#fd, bytes, (error, written) => {
      if (error !== null) return this.#failed(error, bytes)
      this.#waiting -= written
      if (written < bytes.length) this.#queue.unshift(bytes.subarray(written))
      this.#next()
    })
  }

  #take(): Buffer {
    let [count, bytes] = [0, 0]
    for (; count < this.#queue.length && bytes < AT_A_TIME; count++) bytes += this.#queue[count]?.length ?? 0
    return Buffer.concat(this.#queue.splice(0, count))
  }

  /** What a full pipe does not take yet is tried again soon, what a full disk does not with the next line. */
  #failed({ code }: NodeJS.ErrnoException, bytes: Buffer): void {
    this.#queue.unshift(bytes)
    if (code === 'EAGAIN') {
      setTimeout(() => this.#next(), AGAIN_MS)
      return
    }
    this.#isWriting = false
    if (code === 'EPIPE') this.#forget()
  }

  /** Nobody is there to read them. */
  #forget(): void {
    this.#queue = []
    this.#waiting = 0
  }
}
