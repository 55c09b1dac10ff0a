// Three real control planes with the demo's objects, for a person to try things on, and as root also what runs their
// Pods. `npm run clusters`; Ctrl-C ends it.
import { whyNoPods } from '../test/e2e/ground/index.ts'
import { startApiServers } from './clusters/apiservers.ts'
import { startWithPods } from './clusters/with-pods.ts'

const start = performance.now()
const problem = whyNoPods()
await (problem === undefined ? startWithPods() : startApiServers()).catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
if (problem !== undefined) console.log(`\nNothing runs Pods: ${problem}.`)
const seconds = Math.round((performance.now() - start) / 1000)
console.log(`\nReady after ${seconds} s. Ctrl-C ends everything and removes its files.`)
setInterval(() => {}, 2 ** 30)
