/**
 * Runs one cluster's Pods: the parts of Kubernetes that stand between an API server and a process, each as small as it
 * can be. A program of its own, in the fabric's network namespace; its argument is a file of Settings.
 */

import { spawn } from 'node:child_process'
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
import { fillTokens } from './tokens.ts'
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
  /** The same two of IPv6, for a cluster that has both. */
  ipv6: z.object({ podCIDR: z.string(), serviceCIDR: z.string() }).nullable(),
  dnsAddress: z.string(),
  hostIP: z.string(),
  /** The controller manager, the scheduler and kube-proxy are real. */
  kubeletAlone: z.boolean(),
  images: z.record(z.string(), image),
  programs: z.object({ tether: z.string(), container: z.string(), kubeletApi: z.string() }),
  kubelet: z.object({ port: z.number(), ca: z.string(), certificate: z.string(), key: z.string() }),
  prefix: z.string(),
  directory: z.string(),
  logs: z.string(),
})

export type Settings = z.infer<typeof SETTINGS>

type Part = readonly [title: string, turn: () => Promise<void>]

/** What a kubelet does of it. */
const KUBELET = ['nodes', 'kubelet']

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
  const whole: readonly Part[] = [
    ['nodes', () => register(mirror, settings)],
    ['namespaces', () => furnish(mirror, settings.credentials.ca)],
    ['tokens', () => fillTokens(mirror, settings.credentials.ca)],
    ['deployments', turnOf(new Deployments(mirror, replicaSets))],
    ['replicasets', turnOf(replicaSets)],
    ['scheduler', () => schedule(mirror)],
    ['kubelet', turnOf(kubelet)],
    ['endpointslices', turnOf(new Slices(mirror))],
    ['proxy', () => proxy.turn(mirror)],
  ]
  const parts = settings.kubeletAlone ? whole.filter(([title]) => KUBELET.includes(title)) : whole
  process.once('SIGTERM', () => void kubelet.end().then(() => process.exit(0)))
  const { podCIDR, serviceCIDR, ipv6 } = settings
  const ranges = [podCIDR, serviceCIDR, ...(ipv6 === null ? [] : [ipv6.podCIDR, ipv6.serviceCIDR])]
  await ip(ranges.map((range) => `route replace unreachable ${range}`))
  startKubeletApi(settings)
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

/** kubectl exec, logs and port-forward, as long as this process lives. */
function startKubeletApi({ programs, hostIP, kubelet, logs }: Settings): void {
  const { port, ca, certificate, key } = kubelet
  const line = [String(process.pid), programs.kubeletApi, `${hostIP}:${port}`, ca, certificate, key, logs]
  spawn(programs.tether, line, { stdio: 'inherit' }).once('exit', (code) =>
    console.error(`kubelet-api ended: ${code}`),
  )
}

async function register(mirror: Mirror, settings: Settings): Promise<void> {
  for (const { name, labels } of settings.nodes) {
    if (!mirror.nodes.items.has(`/${name}`)) await registerOne(mirror, settings, name, labels)
  }
}

/** For a scheduler, which looks. */
const SIZE = { cpu: '32', memory: '64Gi', 'ephemeral-storage': '64Gi', pods: '1000' }

async function registerOne(
  { client, nodes }: Mirror,
  { hostIP, kubelet }: Settings,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const metadata = {
    name,
    labels: { ...labels, 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
  }
  await create(client, nodes, { apiVersion: 'v1', kind: 'Node', metadata })
  const change = (path: string, body: unknown) =>
    client.request('PATCH', `/api/v1/nodes/${name}${path}`, body, 'application/merge-patch+json')
  // A node begins with the taint that it is not ready.
  await change('', { spec: { taints: null } })
  await change('/status', {
    status: {
      capacity: SIZE,
      allocatable: SIZE,
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'pods run without an engine' },
      ],
      addresses: [{ type: 'InternalIP', address: hostIP }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    },
  })
}

await main()
