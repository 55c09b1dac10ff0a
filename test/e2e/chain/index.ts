/** The whole way of a query: clients, a real CoreDNS with the block that `meridian corefile` prints, and Meridian as a process. */

export { ask, type Transport, transports } from './client.ts'
export { LARGE, LOAD, namesOf, ROLLING, SPLIT, WEIGHTS, writeClusterset } from './clusterset.ts'
export {
  blockOfCluster,
  COREDNS,
  example,
  printedBlock,
  withForwardOption,
  withLoadbalance,
} from './corefile.ts'
export { buildWithMusl } from './musl.ts'
export { type Pod, startPod, whyNoPod } from './pod.ts'
export { Prober } from './prober.ts'
export { Replica } from './replica.ts'
export { Service } from './service.ts'
