/**
 * Two clusters as the conformance suite of the Multi-Cluster Services API wants them: real API servers, controller
 * managers, schedulers, kube-proxies and CoreDNS; Pods that run; networks that are routed to each other. CoreDNS
 * forwards clusterset.local to an address of this machine, where an implementation may answer or nobody.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Cluster,
  clusterDnsImages,
  type Fabric,
  freePort,
  type Images,
  imageOfMachine,
  kubeconfigFor,
  type Manifest,
  newDirectory,
  startFabric,
  whyMissing,
} from '../../ground/index.ts'
import { closeAll, logTailOf, startWhole, type Whole } from '../whole.ts'

/** What runs in the Pods is this machine's own. */
const PROGRAMS = { nslookup: 'bind9-dnsutils', socat: 'socat', nc: 'netcat-openbsd' }

const PLACES = [
  { id: 'cluster-a', network: 1, region: 'region-a' },
  { id: 'cluster-b', network: 2, region: 'region-b' },
] as const

type Place = (typeof PLACES)[number]

export interface Site extends Whole {
  /** Where its CoreDNS forwards clusterset.local to. */
  readonly dns: { readonly host: string; readonly port: number }
}

export interface McsGround {
  readonly sites: readonly [Site, Site]
  /** One context for each cluster, named as it is. */
  readonly kubeconfig: string
  readonly logTail: () => string
  readonly close: () => Promise<void>
}

export interface McsOptions {
  /** Both clusters have IPv6 beside IPv4. */
  readonly dualStack?: boolean
}

/** Resolves when Pods of both reach their API server by its name and its ClusterIP. */
export async function startMcsGround(options: McsOptions = {}): Promise<McsGround> {
  const problem = whyMissing(PROGRAMS)
  if (problem !== undefined) throw new Error(problem)
  const fabric = await startFabric()
  const machine = imageOfMachine()
  const images = { ...(await clusterDnsImages()), 'nicolaka/netshoot': machine, 'alpine/socat': machine }
  const [a, b] = await Promise.all([
    startSite(PLACES[0], fabric, images, options),
    startSite(PLACES[1], fabric, images, options),
  ])
  const sites = [a, b] as const
  return {
    sites: [a, b],
    kubeconfig: writeKubeconfig(sites.map(({ cluster }) => cluster)),
    logTail: () => sites.map(logTailOf).join('\n'),
    close: async () => {
      await closeAll(sites)
      await fabric.close()
    },
  }
}

async function startSite(
  { id, network, region }: Place,
  fabric: Fabric,
  images: Images,
  { dualStack }: McsOptions,
): Promise<Site> {
  const dns = { host: fabric.address, port: await freePort() }
  const labels = { 'topology.kubernetes.io/zone': `${region}-1`, 'topology.kubernetes.io/region': region }
  const forward = (object: Manifest) => forwarding(object, `${dns.host}:${dns.port}`)
  return { ...(await startWhole(id, fabric, { network, dualStack, labels, images, dns: forward })), dns }
}

/** A block of its own, as docs/install has it, without a cache: what is asked is asked of the implementation. */
function forwarding(object: Manifest, to: string): Manifest {
  if (object.kind !== 'ConfigMap') return object
  const data = object['data']
  const text = typeof data === 'object' && data !== null && 'Corefile' in data ? String(data.Corefile) : ''
  const block = `clusterset.local:53 {\n    errors\n    forward . ${to}\n}\n`
  return { ...object, data: { Corefile: `${text}${block}` } }
}

function writeKubeconfig(clusters: readonly Cluster[]): string {
  const path = join(newDirectory('mcs'), 'kubeconfig')
  const all = clusters.map((one) => ({ name: one.id, url: one.url, ...one.adminCredentials() }))
  writeFileSync(path, kubeconfigFor(all), { mode: 0o600 })
  return path
}
