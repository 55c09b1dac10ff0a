// Loaded before Meridian: its main thread stands still for as long as the file of STAND_STILL is there.
import { existsSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env['STAND_STILL'] ?? ''
const nothing = new Int32Array(new SharedArrayBuffer(4))

if (isMainThread)
  setInterval(() => {
    while (existsSync(file)) Atomics.wait(nothing, 0, 0, 20)
  }, 20).unref()
