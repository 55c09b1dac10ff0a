/** The real server as a child process in front of real API servers, what to ask of it, and how to be in its way. */

export { changeAtRandom } from './changes.ts'
export { compact } from './compact.ts'
export { applyDemo, configFor, DEMO_IDS, demoManifests, SERVICE_CIDRS } from './demo.ts'
export { askAt, kubeconfigOf, Live, startLive } from './live.ts'
export { bulk, exported, setPods, sliceOf } from './objects.ts'
export { type Expected, Prober } from './prober.ts'
export { isWatch, type Plan, type Reply, startTerminator, statusOf, type Terminator } from './terminator.ts'
export { Stopwatch, say, seconds } from './times.ts'
