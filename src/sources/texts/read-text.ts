import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { type EncodingProblem, textFrom } from './encoding.ts'

const PIPE_MS = 10_000
const AGAIN_MS = 10

/**
 * The text of a file that somebody named. A pipe, as `<(…)` makes one, is waited for until what is written into it is
 * whole, but not for ever, as an open of one into which nobody writes would.
 */
export function readText(file: string, pipeMs = PIPE_MS): string | EncodingProblem {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return textFrom(fstatSync(fd).isFIFO() ? readPipe(fd, pipeMs) : readFileSync(fd))
  } finally {
    closeSync(fd)
  }
}

function readPipe(fd: number, ms: number): Uint8Array {
  const parts: Buffer[] = []
  const until = performance.now() + ms
  const part = Buffer.alloc(65_536)
  for (;;) {
    const bytes = bytesFrom(fd, part)
    if (bytes > 0) parts.push(Buffer.from(part.subarray(0, bytes)))
    // Before its first byte, nobody may have opened it for writing yet.
    else if (bytes === 0 && parts.length > 0) return Buffer.concat(parts)
    else if (performance.now() < until) Atomics.wait(PAUSE, 0, 0, AGAIN_MS)
    else throw new Error(`it is a pipe, and nobody wrote all of it within ${ms / 1000} s`)
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4))

/** How many came; 0: nobody writes into it; -1: somebody does, and nothing has come yet. */
function bytesFrom(fd: number, part: Uint8Array): number {
  try {
    return readSync(fd, part)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return -1
    throw error
  }
}
