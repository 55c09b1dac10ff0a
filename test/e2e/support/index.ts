/** The real server as a child process in front of real API servers, what to ask of it, and how to be in its way. */

export { expectAgreement, withoutSoa } from './agreement.ts'
export { changeAtRandom } from './changes.ts'
export { compact } from './compact.ts'
export { applyDemo, configFor, DEMO_IDS, demoManifests, SERVICE_CIDRS, startEastAndWest } from './demo.ts'
export { kubeconfigOf, Live, startLive } from './live.ts'
export { bulk, exported, fieldOf, setPods } from './objects.ts'
export { Prober } from './prober.ts'
export { commandsIn, type Shell, startShell } from './shell.ts'
export { isWatch, startTerminator, statusOf, type Terminator } from './terminator.ts'
export { Stopwatch, say, seconds } from './times.ts'
export { addressOnDisk, onDisk } from './view-file.ts'
