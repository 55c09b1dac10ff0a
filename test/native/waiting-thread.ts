// A thread that does nothing but wait for queries, and never looks whether it is to end.
import { parentPort, workerData } from 'node:worker_threads'
import { loadAddon } from '../../src/server/transport/index.ts'
import { ADDON_FILE } from '../support/ways.ts'

const addon = loadAddon(ADDON_FILE)
const batch = new addon.Batch(64, 512, 512)
for (const fd of workerData) batch.watch(fd, fd)
parentPort?.postMessage('waiting')
// V8 looks whether a thread is to end where a function begins, and in a loop only now and then.
const next = (): number => batch.next(true)
for (;;) next()
