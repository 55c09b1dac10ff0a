/** Three API servers with the demo's objects and nothing that runs Pods, and a configuration that reads them. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  build,
  type Cluster,
  newDirectory,
  readManifestsIn,
  startCluster,
  toApply,
} from '../../test/e2e/ground/index.ts'

const DEMO = join(import.meta.dirname, '..', '..', 'fixtures', 'demo')

/** As in the demo's meridian.yaml. */
const SERVICE_CIDRS: Readonly<Record<string, readonly string[]>> = {
  'cluster-east': ['10.101.0.0/16', 'fd00:10:101::/112'],
  'cluster-west': ['10.102.0.0/16', 'fd00:10:102::/112'],
  'cluster-central': ['10.103.0.0/16'],
}

const PROGRAMS = ['tether', 'credentials', 'mcs-crds', 'etcd', 'kube-apiserver'] as const

export async function startApiServers(): Promise<void> {
  for (const name of PROGRAMS) await build(name, console.log)
  console.log('starting three clusters …')
  const clusters = await Promise.all(
    Object.entries(SERVICE_CIDRS).map(([id, serviceCIDRs]) => startCluster(id, { serviceCIDRs })),
  )
  for (const cluster of clusters) await applyDemo(cluster)
  for (const cluster of clusters) console.log(linesToTry(cluster))
  console.log(`
A configuration of Meridian that reads them, with permissions for nothing else:
  npm run meridian -- serve --config ${writeConfig(clusters)} --try`)
}

/** API servers stamp objects to the second: a second later, who exported first is as clear as in the manifests. */
async function applyDemo(cluster: Cluster): Promise<void> {
  const objects = readManifestsIn(join(DEMO, cluster.id)).map(toApply)
  await cluster.apply(objects)
  console.log(`${cluster.id}: ${objects.length} objects`)
  await wait(1_000)
}

function linesToTry({ id, url, directory, adminKubeconfig, readerKubeconfig }: Cluster): string {
  return `
${id}  ${url}  ${directory}/*.log
  kubectl --kubeconfig ${adminKubeconfig} get services,endpointslices,serviceexports -A
  kubectl --kubeconfig ${readerKubeconfig} get serviceexports -A
  curl --cacert ${directory}/pki/ca.crt --cert ${directory}/pki/admin.crt --key ${directory}/pki/admin.key \\
    ${url}/apis/multicluster.x-k8s.io/v1beta1/serviceexports`
}

/** The demo's, with kubeconfigs in place of manifests. */
function writeConfig(clusters: readonly Cluster[]): string {
  const path = join(newDirectory('meridian'), 'meridian.yaml')
  const kubeconfigOf = (id: string) => clusters.find((one) => one.id === id)?.readerKubeconfig ?? ''
  const text = readFileSync(join(DEMO, 'meridian.yaml'), 'utf8')
  const live = text.replace(
    /manifests: \.\/(\S+)/g,
    (_, id: string) => `kubeconfig: { path: ${kubeconfigOf(id)} }`,
  )
  writeFileSync(path, live)
  return path
}
