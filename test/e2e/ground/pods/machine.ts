/**
 * Runs one cluster's Pods: the parts of Kubernetes that stand between an API server and a process, each as small as it
 * can be. A program of its own, in the fabric's network namespace; its argument is a file of Settings.
 */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { KubeClient } from '../client.ts'
import { Deployments } from './deployments.ts'
import { Addresses, Kubelet } from './kubelet.ts'
import { Mirror } from './mirror.ts'
import { furnish } from './namespaces.ts'
import { ServiceProxy } from './proxy.ts'
import { ReplicaSets } from './replicasets.ts'
import { schedule } from './scheduler.ts'
import { ip } from './shell.ts'
import { Slices } from './slices.ts'
import { create } from './writes.ts'

const image = z.object({
  layers: z.array(z.string()),
  entrypoint: z.array(z.string()),
  cmd: z.array(z.string()),
  user: z.number(),
  group: z.number(),
  env: z.record(z.string(), z.string()),
  directory: z.string(),
})

const node = z.object({ name: z.string(), labels: z.record(z.string(), z.string()) })

const SETTINGS = z.object({
  cluster: z.string(),
  url: z.string(),
  credentials: z.object({ ca: z.string(), cert: z.string(), key: z.string() }),
  nodes: z.array(node),
  /** Of all that is in the cluster, and of the Pods that run here. */
  podCIDR: z.string(),
  podRange: z.string(),
  serviceCIDR: z.string(),
  dnsAddress: z.string(),
  hostIP: z.string(),
  images: z.record(z.string(), image),
  programs: z.object({ tether: z.string(), container: z.string() }),
  prefix: z.string(),
  directory: z.string(),
  logs: z.string(),
})

export type Settings = z.infer<typeof SETTINGS>

/** A turn at least so often: what has failed is tried again, and what time alone changes is noticed. */
const TURN_MS = 1_000

async function main(): Promise<void> {
  const settings = SETTINGS.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
  let wake = () => {}
  const mirror = new Mirror(new KubeClient(settings.url, settings.credentials), () => wake())
  const changed = () => wake()
  const ground = { ...settings, mirror, clusterDomain: 'cluster.local' }
  const kubelet = new Kubelet(ground, new Addresses(settings.podRange), changed)
  const proxy = new ServiceProxy(settings.cluster, settings.podCIDR, settings.programs.container)
  const replicaSets = new ReplicaSets(mirror)
  const parts: readonly (readonly [title: string, turn: () => Promise<void>])[] = [
    ['nodes', () => register(mirror, settings)],
    ['namespaces', () => furnish(mirror, settings.credentials.ca)],
    ['deployments', turnOf(new Deployments(mirror, replicaSets))],
    ['replicasets', turnOf(replicaSets)],
    ['scheduler', () => schedule(mirror)],
    ['kubelet', turnOf(kubelet)],
    ['endpointslices', turnOf(new Slices(mirror))],
    ['proxy', () => proxy.turn(mirror)],
  ]
  process.once('SIGTERM', () => void kubelet.end().then(() => process.exit(0)))
  await ip([
    `route replace unreachable ${settings.podCIDR}`,
    `route replace unreachable ${settings.serviceCIDR}`,
  ])
  await mirror.start()
  console.log(`the pods of ${settings.cluster} are looked after`)
  for (;;) {
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    for (const [title, turn] of parts)
      await turn().then(
        () => said.delete(title),
        (error) => complain(title, error),
      )
    await Promise.race([woken, later()])
  }
}

/** What each part has complained of last: a turn comes every second. */
const said = new Map<string, string>()

function complain(title: string, error: unknown): void {
  const text = String(error)
  if (said.get(title) !== text) console.error(`${title}: ${text}`)
  said.set(title, text)
}

const turnOf = (part: { turn: () => Promise<void> }) => () => part.turn()

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, TURN_MS))

async function register({ client, nodes }: Mirror, settings: Settings): Promise<void> {
  for (const { name, labels } of settings.nodes) {
    if (nodes.items.has(`/${name}`)) continue
    const metadata = {
      name,
      labels: { ...labels, 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    }
    await create(client, nodes, { apiVersion: 'v1', kind: 'Node', metadata })
    // A node begins with the taint that it is not ready.
    await client.request(
      'PATCH',
      `/api/v1/nodes/${name}`,
      { spec: { taints: null } },
      'application/merge-patch+json',
    )
    const conditions = [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'it runs pods without a container engine',
      },
    ]
    const addresses = [{ type: 'InternalIP', address: settings.hostIP }]
    await client.request(
      'PATCH',
      `/api/v1/nodes/${name}/status`,
      { status: { conditions, addresses } },
      'application/merge-patch+json',
    )
  }
}

await main()
