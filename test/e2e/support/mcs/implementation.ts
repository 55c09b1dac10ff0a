/** Meridian as the implementation: one for each cluster, which reads both and writes into its own. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKOUT } from '../../../support/server.ts'
import { readManifests } from '../../ground/index.ts'
import { type Live, startLive } from '../live.ts'
import type { McsGround, Site } from './ground.ts'

export interface Implementation {
  readonly logTail: () => string
  readonly close: () => Promise<void>
}

/** Resolves when both have heard both clusters. They may do what docs/examples/rbac.yaml grants, and nothing else. */
export async function startMeridians({ sites }: McsGround): Promise<Implementation> {
  for (const { cluster } of sites) await cluster.apply(roles())
  const lives = await Promise.all(sites.map((site) => startLive(configFor(site, sites))))
  return {
    logTail: () => lives.map((one: Live) => one.logTail(40)).join('\n'),
    close: async () => void (await Promise.all(lives.map((one) => one.end()))),
  }
}

const roles = () =>
  readManifests(readFileSync(join(CHECKOUT, 'docs/examples/rbac.yaml'), 'utf8')).filter(
    ({ metadata }) => metadata.name === 'meridian-controller',
  )

const configFor = ({ id, dns }: Site, sites: readonly Site[]): object => ({
  dns: { listen: [`${dns.host}:${dns.port}`] },
  admin: { listen: '127.0.0.1:0' },
  local: { cluster: id },
  clusters: sites.map(({ id: other, cluster }) => ({
    id: other,
    network: 'flat',
    source: { kubeconfig: { path: cluster.readerKubeconfig } },
  })),
  controller: { enabled: true, clusterSetIP: 'derived', writes: 'local' },
})
