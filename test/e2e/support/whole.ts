/** A cluster behind whose API server all is real but the kubelet: a controller manager, a scheduler, kube-proxy, CoreDNS. */

import {
  type Cluster,
  type ClusterOptions,
  clusterDns,
  clusterDnsAnswers,
  eventually,
  type Fabric,
  type Images,
  type Kubernetes,
  type Manifest,
  type Pods,
  startCluster,
  startKubernetes,
  startPods,
} from '../ground/index.ts'

const DNS_READY_MS = 120_000

export interface WholeOptions extends Pick<ClusterOptions, 'reader' | 'crds'> {
  /** `n` of its Pods' 10.n.0.0/16; its Services are in 10.(100 + n).0.0/16. */
  readonly network: number
  /** Of IPv6 too: its Pods' addresses are in fd00:10:n::/64, its Services' in fd00:10:(100 + n)::/112. */
  readonly dualStack?: boolean | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly images: Images
  /** What its CoreDNS is made of, otherwise than kubeadm makes it. */
  readonly dns?: (object: Manifest) => Manifest
}

export interface Whole {
  readonly id: string
  readonly cluster: Cluster
  readonly pods: Pods
  readonly kubernetes: Kubernetes
}

/** Of one node. Resolves when its CoreDNS answers, and so Pods reach the API server by its ClusterIP. */
export async function startWhole(id: string, fabric: Fabric, options: WholeOptions): Promise<Whole> {
  const { network, dualStack, labels, images, dns = (object: Manifest) => object, ...rest } = options
  const [podCIDR, serviceCIDR] = [`10.${network}.0.0/16`, `10.${100 + network}.0.0/16`]
  const ipv6 = dualStack === true ? ipv6Of(network) : undefined
  const dnsAddress = `10.${100 + network}.0.10`
  const [node, nodeName] = [await fabric.addNode(id, podCIDR, ipv6?.podCIDR), `${id}-node`]
  const cluster = await startCluster(id, {
    ...rest,
    serviceCIDRs: [serviceCIDR, ...(ipv6 === undefined ? [] : [ipv6.serviceCIDR])],
    address: fabric.address,
  })
  const nodes = [{ name: nodeName, labels }]
  const pods = await startPods(cluster, fabric, {
    podCIDR,
    serviceCIDR,
    ipv6,
    dnsAddress,
    nodes,
    images,
    node,
  })
  const kubernetes = await startKubernetes(cluster, {
    node,
    nodeName,
    podCIDRs: [podCIDR, ...(ipv6 === undefined ? [] : [ipv6.podCIDR])],
  })
  const whole = { id, cluster, pods, kubernetes }
  await cluster.apply(clusterDns(dnsAddress).map(dns))
  await eventually(`CoreDNS of ${id} answers`, DNS_READY_MS, () => clusterDnsAnswers(pods.seat)).catch(
    (error) => {
      throw new Error(`${error}\n${logTailOf(whole)}`)
    },
  )
  return whole
}

const ipv6Of = (network: number) => ({
  podCIDR: `fd00:10:${network}::/64`,
  serviceCIDR: `fd00:10:${100 + network}::/112`,
})

export const logTailOf = ({ pods, kubernetes }: Whole): string =>
  [pods.logTail(), ...kubernetes.servers.map((one) => one.logTail(15))].join('\n')

export async function closeAll(all: readonly Whole[]): Promise<void> {
  await Promise.all(all.map(({ pods }) => pods.close()))
  await Promise.all(all.map(({ kubernetes }) => kubernetes.close()))
  await Promise.all(all.map(({ cluster }) => cluster.close()))
}
