// One real API server's cluster, as Meridian and CoreDNS are told of it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, newDirectory } from '../test/e2e/ground/index.ts'

export const CLUSTER_ID = 'cluster-east'

/** Meridian's configuration; the file. */
export function writeConfiguration(cluster: Cluster): string {
  const file = join(newDirectory('meridian'), 'meridian.yaml')
  const source = { kubeconfig: { path: cluster.readerKubeconfig } }
  const configuration = {
    dns: { listen: ['127.0.0.1:0'], workers: 1 },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: CLUSTER_ID },
    clusters: [{ id: CLUSTER_ID, locality: 'us-east-1', network: 'flat', source }],
  }
  writeFileSync(file, JSON.stringify(configuration))
  return file
}

export const corefile = ({ adminKubeconfig }: Cluster): string => `cluster.local clusterset.local {
    errors
    ready
    kubernetes cluster.local clusterset.local {
        kubeconfig ${adminKubeconfig}
        multicluster clusterset.local
    }
}`
