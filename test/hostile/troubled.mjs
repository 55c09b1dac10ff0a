// Loaded into a server before it starts (--import), on every thread: what stands in some texts takes all the memory there
// is or never ends, and a directory called `hung` is on a file system that does not answer.
import { writeSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { getHeapStatistics } from 'node:v8'
import { isMainThread, threadName } from 'node:worker_threads'

// What the heap of each thread may hold.
writeSync(2, `heap of ${threadName}: ${getHeapStatistics().heap_size_limit / 2 ** 20} MiB\n`)

if (!isMainThread) {
  const parse = JSON.parse
  JSON.parse = (text, ...more) => {
    if (text.includes('out-of-memory')) for (let kept; ; ) kept = { kept }
    if (text.includes('stand-still')) for (;;);
    return parse(text, ...more)
  }
}

const { readdir, readFile } = fs
fs.readdir = (path, ...more) =>
  // Whoever opens a pipe that nobody writes to waits in a thread of the pool, as with a dead mount.
  String(path).endsWith('/hung') ? readFile(`${path}/pipe`) : readdir(path, ...more)
syncBuiltinESMExports()
