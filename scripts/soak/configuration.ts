import { join } from 'node:path'
import { LOCAL, type Member } from './scene.ts'

/** What varies of a configuration while the right answers stay the same. */
export interface Settings {
  readonly ttl: number
  /** A change restarts the watch of every cluster. */
  readonly downAfter: string
}

/** One flat network, so that every endpoint can be reached. JSON is YAML. */
export const configuration = (
  directory: string,
  members: readonly Member[],
  { ttl, downAfter }: Settings,
): string =>
  JSON.stringify({
    dns: { listen: ['127.0.0.1:0'], ttl },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: LOCAL },
    clusters: members.map(({ id, number, cluster }) => ({
      id,
      locality: `region-${number}`,
      network: 'flat',
      source: { kubeconfig: { path: cluster.readerKubeconfig } },
    })),
    clusterStates: { downAfter },
    state: { dir: join(directory, 'state') },
  })

/** A configuration that must be refused, while the running one stays. */
export const MISCONFIGURATION = 'dns: { ttl: forever }\nclusters: []\n'
