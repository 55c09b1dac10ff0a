/** Clusters whose Pods run: the three of the demo, each with its CoreDNS, and the image of this checkout in reach. */

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { dockerfile } from '../../../image/dockerfile.ts'
import {
  type Cluster,
  clusterDns,
  clusterDnsAnswers,
  clusterDnsImages,
  eventually,
  type Fabric,
  type Images,
  imageOfTree,
  type Pods,
  readManifestsIn,
  type Seat,
  startCluster,
  startFabric,
  startPods,
  toApply,
} from '../../ground/index.ts'
import { imageTree } from '../../image/tree.ts'
import { closeAll, startWhole, type Whole } from '../whole.ts'

/** As fixtures/demo/meridian.yaml has them. */
const PLACES = {
  'cluster-east': { network: 1, locality: 'us-east-1/us-east-1a', zones: ['us-east-1a', 'us-east-1b'] },
  'cluster-west': { network: 2, locality: 'us-west-1/us-west-1a', zones: ['us-west-1a', 'us-west-1b'] },
  'cluster-central': {
    network: 3,
    locality: 'us-central-1/us-central-1a',
    zones: ['us-central-1a', 'us-central-1b'],
  },
} as const

export type ClusterId = keyof typeof PLACES

export const CLUSTER_IDS: readonly ClusterId[] = ['cluster-east', 'cluster-west', 'cluster-central']

const DEMO = join(import.meta.dirname, '../../../../fixtures/demo')
const DNS_READY_MS = 60_000

/** Of a cluster: an API server, whatever runs its Pods, and a place in it to ask from. */
export interface Shipyard {
  readonly id: ClusterId
  readonly cluster: Cluster
  readonly pods: Pods
  readonly seat: Seat
}

export interface Yards {
  readonly yards: readonly Shipyard[]
  readonly close: () => Promise<void>
}

/** Resolves when their CoreDNS answers. With the demo's objects, unless they are to be bare: then without CRDs too. */
export async function startShipyards(ids: readonly ClusterId[], { bare = false } = {}): Promise<Yards> {
  const fabric = await startFabric()
  const images = await shippedImages()
  const yards = await Promise.all(ids.map((id) => startShipyard(id, fabric, images, !bare)))
  if (!bare) for (const { cluster } of yards) await applyDemo(cluster)
  const close = async () => {
    await Promise.all(yards.map(({ pods }) => pods.close()))
    await Promise.all(yards.map(({ cluster }) => cluster.close()))
    await fabric.close()
  }
  return { yards, close }
}

export interface Wholes {
  readonly wholes: readonly Whole[]
  readonly close: () => Promise<void>
}

/** The same places, bare, with a real kube-proxy, controller manager and scheduler in each; these images besides. */
export async function startWholes(more: Images): Promise<Wholes> {
  const fabric = await startFabric()
  const images = { ...(await shippedImages()), ...more }
  const wholes = await Promise.all(
    CLUSTER_IDS.map((id) => {
      const { network, zones, locality } = PLACES[id]
      const { labels } = nodeIn(id, zones[0], locality)
      return startWhole(id, fabric, { network, labels, images, reader: false, crds: false })
    }),
  )
  const close = async () => {
    await closeAll(wholes)
    await fabric.close()
  }
  return { wholes, close }
}

/** Of CoreDNS, and of this checkout. */
const shippedImages = async (): Promise<Images> => ({
  ...(await clusterDnsImages()),
  'ghcr.io/meridian-dns/meridian': imageOfTree(imageTree(), dockerfile()),
})

async function startShipyard(
  id: ClusterId,
  fabric: Fabric,
  images: Images,
  crds: boolean,
): Promise<Shipyard> {
  const { network, zones, locality } = PLACES[id]
  const [podCIDR, serviceCIDR] = [`10.${network}.0.0/16`, `10.${100 + network}.0.0/16`]
  const serviceCIDRs = [serviceCIDR, `fd00:10:${100 + network}::/112`]
  const cluster = await startCluster(id, { serviceCIDRs, address: fabric.address, reader: false, crds })
  const dnsAddress = `10.${100 + network}.0.10`
  const nodes = zones.map((zone) => nodeIn(id, zone, locality))
  const pods = await startPods(cluster, fabric, { podCIDR, serviceCIDR, dnsAddress, nodes, images })
  await cluster.apply(clusterDns(dnsAddress))
  await eventually(`CoreDNS of ${id} answers`, DNS_READY_MS, () => clusterDnsAnswers(pods.seat)).catch(
    (error) => {
      throw new Error(`${error}\n${pods.logTail()}`)
    },
  )
  return { id, cluster, pods, seat: pods.seat }
}

/** But for its CoreDNS: here a real one runs. A second apart, so that who exported first is as clear as in the demo. */
async function applyDemo(cluster: Cluster): Promise<void> {
  const objects = readManifestsIn(join(DEMO, cluster.id)).map(toApply)
  await cluster.apply(objects.filter(({ metadata }) => metadata.namespace !== 'kube-system'))
  await pause(1_000)
}

const nodeIn = (id: string, zone: string, locality: string) => ({
  name: `${id.replace('cluster-', '')}-node-${zone.slice(-1)}`,
  labels: {
    'topology.kubernetes.io/zone': zone,
    'topology.kubernetes.io/region': locality.split('/')[0] ?? '',
  },
})
