/** The demo's clusters on real control planes: the same objects, addresses, places and routing. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parse } from 'yaml'
import {
  type Cluster,
  isFields,
  type Manifest,
  readManifestsIn,
  startCluster,
  toApply,
} from '../ground/index.ts'

const DEMO = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'demo')

export const DEMO_IDS = ['cluster-east', 'cluster-west', 'cluster-central'] as const

/** As in the demo's meridian.yaml. */
export const SERVICE_CIDRS = {
  'cluster-east': ['10.101.0.0/16', 'fd00:10:101::/112'],
  'cluster-west': ['10.102.0.0/16', 'fd00:10:102::/112'],
  'cluster-central': ['10.103.0.0/16'],
} as const satisfies Readonly<Record<string, readonly string[]>>

type Fields = Readonly<Record<string, unknown>>

export const demoManifests = (id: string): Manifest[] => readManifestsIn(join(DEMO, id)).map(toApply)

/** API servers stamp objects to the second: a second later, who exported first is as clear as in the manifests. */
export async function applyDemo(clusters: readonly Cluster[]): Promise<void> {
  for (const cluster of clusters) {
    await cluster.apply(demoManifests(cluster.id))
    await wait(1_000)
  }
}

/** The demo's two clusters of one network, with its objects. */
export async function startEastAndWest(): Promise<readonly [east: Cluster, west: Cluster]> {
  const clusters = await Promise.all([
    startCluster('cluster-east', { serviceCIDRs: SERVICE_CIDRS['cluster-east'] }),
    startCluster('cluster-west', { serviceCIDRs: SERVICE_CIDRS['cluster-west'] }),
  ])
  await applyDemo(clusters)
  return clusters
}

/**
 * The demo's configuration with other sources, for those of its clusters that have one, on ports that the system
 * chooses. `more` are keys in place of the demo's; those of `clusters` are by id and added to the demo's entry.
 */
export function configFor(sources: Readonly<Record<string, Fields>>, more: Fields = {}): Fields {
  const demo: unknown = parse(readFileSync(join(DEMO, 'meridian.yaml'), 'utf8'))
  if (!isFields(demo) || !Array.isArray(demo['clusters'])) throw new Error('the demo has no clusters')
  const { clusters: declared = {}, ...keys } = more
  const clusters = demo['clusters'].flatMap((one: unknown) => {
    if (!isFields(one) || typeof one['id'] !== 'string') return []
    const source = sources[one['id']]
    const added = isFields(declared) ? declared[one['id']] : undefined
    return source === undefined ? [] : [{ ...one, ...(isFields(added) ? added : {}), source }]
  })
  const fixed = { dns: { listen: ['127.0.0.1:0'] }, admin: { listen: '127.0.0.1:0' } }
  return { ...demo, ...fixed, ...keys, clusters }
}
