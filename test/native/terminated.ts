// A program whose threads wait for queries on one socket and on two, and are ended while they do.
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { loadAddon } from '../../src/server/transport/index.ts'
import { ADDON_FILE } from '../support/ways.ts'

const addon = loadAddon(ADDON_FILE)
const open = () => addon.open('127.0.0.44', 0, 1 << 20, 1).fds
const [one, two] = [open(), open()]

async function comeAndGo(fds: readonly number[]): Promise<void> {
  const thread = new Worker(new URL('./waiting-thread.ts', import.meta.url), { workerData: fds })
  await once(thread, 'message')
  await thread.terminate()
}

const descriptors = () => readdirSync('/proc/self/fd').length
await comeAndGo(one)
const before = descriptors()
await Promise.all([one, [...one, ...two], [...one, ...two], one].map(comeAndGo))
console.log(`descriptors left: ${descriptors() - before}`)
