/** What stands behind an API server in a cluster, for real: a controller manager, a scheduler, and a node's kube-proxy. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { commandLine } from './control-plane.ts'
import type { Node } from './pods/index.ts'
import { run } from './pods/shell.ts'
import { freePort } from './ports.ts'
import { Server } from './server.ts'

const READY_MS = 120_000
const LOOPBACK = '127.0.0.1'

export interface KubernetesOptions {
  readonly node: Node
  /** As it is registered. */
  readonly nodeName: string
  /** One of each family that it has. */
  readonly podCIDRs: readonly string[]
}

export interface Kubernetes {
  readonly servers: readonly Server[]
  readonly close: () => Promise<void>
}

/** Resolves when all three are at work. Nodes are to be registered by then, or to come: kube-proxy waits for its own. */
export async function startKubernetes(cluster: Cluster, options: KubernetesOptions): Promise<Kubernetes> {
  const servers = [await controllerManager(cluster), await scheduler(cluster), kubeProxy(cluster, options)]
  const close = async () => void (await Promise.all(servers.map((one) => one.kill())))
  try {
    await Promise.all(servers.map((one) => one.start()))
    return { servers, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Without those that look after nodes: the kubelet here sends no heartbeats. */
async function controllerManager(cluster: Cluster): Promise<Server> {
  const pki = (name: string) => join(cluster.directory, 'pki', name)
  return new Server({
    title: `kube-controller-manager of ${cluster.id}`,
    program: 'kube-controller-manager',
    arguments: commandLine({
      ...(await alone(cluster)),
      controllers: '*,-node-lifecycle-controller,-node-ipam-controller',
      'service-account-private-key-file': pki('service-account.key'),
      'root-ca-file': pki('ca.crt'),
      'kube-api-qps': '200',
      'kube-api-burst': '400',
    }),
    log: join(cluster.directory, 'kube-controller-manager.log'),
    ready: async () => {
      await cluster.admin.get({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        name: 'default',
        namespace: 'default',
      })
    },
    readyMs: READY_MS,
  })
}

/** Ready once it holds its port: what it does shows when a Pod comes. */
async function scheduler(cluster: Cluster): Promise<Server> {
  const flags = await alone(cluster)
  return new Server({
    title: `kube-scheduler of ${cluster.id}`,
    program: 'kube-scheduler',
    arguments: commandLine({ ...flags, 'kube-api-qps': '200', 'kube-api-burst': '400' }),
    log: join(cluster.directory, 'kube-scheduler.log'),
    ready: async () => {},
    readyMs: READY_MS,
  })
}

/** Nobody else is there to be elected. */
const alone = async (cluster: Cluster) => ({
  kubeconfig: cluster.adminKubeconfig,
  'leader-elect': 'false',
  'bind-address': LOOPBACK,
  'secure-port': String(await freePort()),
})

/** Ready when its rules are there. */
function kubeProxy(cluster: Cluster, options: KubernetesOptions): Server {
  const { netns } = options.node
  const config = join(cluster.directory, 'kube-proxy.json')
  writeFileSync(config, JSON.stringify(kubeProxyConfiguration(cluster, options)))
  return new Server({
    title: `kube-proxy of ${cluster.id}`,
    program: 'kube-proxy',
    netns,
    arguments: commandLine({ config }),
    log: join(cluster.directory, 'kube-proxy.log'),
    ready: async () => {
      const rules = await run('ip', ['netns', 'exec', netns, 'nft', 'list', 'table', 'ip', 'kube-proxy'])
      if (!rules.includes('default/kubernetes')) throw new Error('no rule for the Service kubernetes yet')
    },
    readyMs: READY_MS,
  })
}

/** Limits of the kernel's connection tracking are left as they are: a network namespace has none of its own. */
const kubeProxyConfiguration = ({ adminKubeconfig }: Cluster, options: KubernetesOptions) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'nftables',
  clientConnection: { kubeconfig: adminKubeconfig },
  hostnameOverride: options.nodeName,
  clusterCIDR: options.podCIDRs.join(','),
  conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  nftables: { minSyncPeriod: '100ms', syncPeriod: '30s' },
})
