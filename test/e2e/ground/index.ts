/**
 * The end-to-end ground: real API servers over real etcds, and real CoreDNS, built from source (build.ts), on loopback,
 * gone when the process ends.
 */

export { build, buildAll, cacheFolder, goCommand, goEnvironment } from './build.ts'
export { ApiError, type Credentials, KubeClient, type Ref, type Reply, refOf } from './client.ts'
export { Cluster, type ClusterOptions, startCluster } from './cluster.ts'
export { CoreDns, type CoreDnsVersion, onLoopback, startCoreDns, startCoreDnsAsIs } from './coredns.ts'
export type { Certificate } from './credentials.ts'
export { eventually, within } from './deadline.ts'
export { kubeconfigFor } from './kubeconfig.ts'
export { type Kubernetes, startKubernetes } from './kubernetes.ts'
export {
  type Fields,
  isFields,
  isManifest,
  type Manifest,
  readManifests,
  readManifestsIn,
  toApply,
} from './manifest.ts'
export { clusterProfileCrds, istioCrds, kubefedCrds } from './module-files.ts'
export { unpackPackages } from './packages.ts'
export {
  clusterDns,
  clusterDnsAnswers,
  clusterDnsImages,
  type Fabric,
  type Image,
  type Images,
  imageOfMachine,
  imageOfProgram,
  imageOfTree,
  type Node,
  type Pods,
  type PodsOptions,
  type Seat,
  startFabric,
  startPods,
  whyMissing,
  whyNoPods,
} from './pods/index.ts'
export { freePort } from './ports.ts'
export { API_SERVERS, type ApiServerProgram, PROGRAMS, PROGRAMS_FOLDER, versionOf } from './programs.ts'
export { newDirectory } from './scene.ts'
export { Server, type ServerOptions } from './server.ts'
