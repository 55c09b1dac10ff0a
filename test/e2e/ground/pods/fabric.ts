/**
 * The network that the pods of all clusters are in, and through which they reach each other and the API servers: one
 * network namespace as the router, to which each pod is linked with an address of its own, or to the node that its
 * cluster has. The machine's own network gets one link to it, the route to the nodes, and nothing else.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../scene.ts'
import { endOfLink, endOfNode, FORWARD_IPV6, needIpv6, routerOfLink, routerOfNode } from './ipv6.ts'
import { whyNoPods } from './needs.ts'
import { ip, run } from './shell.ts'

const PREFIX = 'meridian-'
const NETNS = '/run/netns'
/** `ip netns exec` puts the files of such a directory over those of /etc. */
const ETC_NETNS = '/etc/netns'

/** For the names of the world outside: a resolver that nobody has, of a network for documentation (RFC 5737). */
export const NO_RESOLVER = '198.51.100.53'

/** What every pod takes for its router. It is no address of anybody's. */
export const GATEWAY = '169.254.1.1'

/** The kubelet's own. */
const FIRST_PORT = 10_250

export interface Fabric {
  /** Of the network namespace: `ip netns exec <name> …` runs something at the router. */
  readonly name: string
  /** Of this machine, as pods and people reach it: API servers are to listen here. */
  readonly address: string
  /** Of the router, as this machine reaches it: kubelets listen here. */
  readonly routerAddress: string
  /** For a kubelet; another one each time. */
  readonly nextPort: () => number
  /** A node of its own for a cluster, which is the way to all addresses of that CIDR, and of that of IPv6. */
  readonly addNode: (id: string, podCIDR: string, podCIDR6?: string) => Promise<Node>
  readonly close: () => Promise<void>
}

/** Where a cluster's own kube-proxy may have the network to itself. */
export interface Node {
  /** Of its network namespace, which is a router as the fabric is. */
  readonly netns: string
  /** As the machine and the other nodes reach it. */
  readonly address: string
}

/** Throws with the remedy where the machine does not allow it. */
export async function startFabric(): Promise<Fabric> {
  const problem = whyNoPods()
  if (problem !== undefined) throw new Error(problem)
  removeNetworksOfTheDead()
  const name = `${PREFIX}${process.pid}`
  const [here, there] = freePair()
  const link = `mrd${process.pid}`
  atExit(() => removeNetworks(process.pid))
  await ip([
    `netns add ${name}`,
    `link add ${link} type veth peer name uplink netns ${name}`,
    `address add ${here}/30 dev ${link}`,
    `link set ${link} up`,
  ])
  await ip(
    [
      'link set lo up',
      `address add ${GATEWAY}/32 dev lo`,
      `address add ${there}/30 dev uplink`,
      'link set uplink up',
      `route add default via ${here}`,
      `route add unreachable ${NO_RESOLVER}`,
    ],
    name,
  )
  await routeBetweenLinks(name)
  await run('nsenter', [`--net=${join(NETNS, name)}`, 'nft', '-f', '-'], MASQUERADE)
  // The network of the nodes, beside that of the link.
  const nodes = here.replace(/^198\.18\.(\d+)\.1$/, '198.19.$1')
  await ip([`route add ${nodes}.0/24 via ${there}`])
  let port = FIRST_PORT
  let last = 0
  return {
    name,
    address: here,
    routerAddress: there,
    nextPort: () => port++,
    addNode: async (id, podCIDR, podCIDR6) => {
      const node = { netns: `${name}-${id}-node`, address: `${nodes}.${++last}` }
      const link = `n-${last}`
      await linkNode(node, name, there, podCIDR, link)
      if (podCIDR6 !== undefined) await addIpv6(node, name, podCIDR6, link)
      return node
    },
    close: async () => removeNetworks(process.pid),
  }
}

/** By the link alone, as pods are linked. The node takes the fabric for its router, and pods take the node for theirs. */
async function linkNode(
  { netns, address }: Node,
  fabric: string,
  router: string,
  podCIDR: string,
  link: string,
): Promise<void> {
  await ip([`netns add ${netns}`])
  await ip([`link add ${link} type veth peer name uplink netns ${netns}`], fabric)
  await ip(
    [
      'link set lo up',
      `address add ${GATEWAY}/32 dev lo`,
      `address add ${address}/32 dev uplink`,
      'link set uplink up',
      `route add ${router} dev uplink src ${address}`,
      `route add default via ${router} src ${address}`,
    ],
    netns,
  )
  await ip(
    [`link set ${link} up`, `route add ${address} dev ${link}`, `route add ${podCIDR} via ${address}`],
    fabric,
  )
  await routeBetweenLinks(netns)
}

async function addIpv6({ netns }: Node, fabric: string, podCIDR: string, link: string): Promise<void> {
  needIpv6()
  for (const one of [fabric, netns]) await runIn(one, FORWARD_IPV6)
  await ip(routerOfNode(link, podCIDR), fabric)
  await ip(endOfNode('uplink', podCIDR), netns)
}

const routeBetweenLinks = (netns: string): Promise<string> =>
  runIn(netns, 'echo 1 >/proc/sys/net/ipv4/ip_forward')

const runIn = (netns: string, command: string): Promise<string> =>
  run('nsenter', [`--net=${join(NETNS, netns)}`, 'sh', '-c', command])

/** Pods leave the fabric under its own address, so that the machine needs no routes to theirs. */
const MASQUERADE = `
table ip fabric {
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname "uplink" masquerade
  }
}
`

/** Two addresses of the range for tests of networks (RFC 2544) that this machine does not use yet. */
function freePair(): readonly [here: string, there: string] {
  const used = new Set(Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address)))
  for (let i = 0; i < 256; i++) {
    const [here, there] = [`198.18.${i}.1`, `198.18.${i}.2`]
    if (!used.has(here)) return [here, there]
  }
  throw new Error('no free network in 198.18.0.0/16: remove the interfaces mrd… of runs that are over')
}

/** The names of a run's network namespaces begin with this. */
export const netnsPrefix = (pid: number): string => `${PREFIX}${pid}`

/** A place in a cluster to ask from, as a pod has it: an address of the cluster's, and its DNS in resolv.conf. */
export interface Seat {
  /** For `ip netns exec`. */
  readonly netns: string
  readonly run: (command: string, ...args: readonly string[]) => Promise<string>
}

export async function startSeat(
  fabric: Fabric,
  name: string,
  address: string,
  resolvConf: string,
  router = fabric.name,
): Promise<Seat> {
  const netns = `${fabric.name}-${name}`
  await linkPod({ netns, address, link: `s-${address.split('.').slice(1).join('.')}`, router })
  mkdirSync(join(ETC_NETNS, netns), { recursive: true })
  writeFileSync(join(ETC_NETNS, netns, 'resolv.conf'), resolvConf)
  return { netns, run: (command, ...args) => run('ip', ['netns', 'exec', netns, command, ...args]) }
}

export interface PodLink {
  readonly netns: string
  readonly address: string
  /** Beside the other. */
  readonly ipv6?: string | undefined
  /** Of the router's end, 15 octets at most. */
  readonly link: string
  /** The router's network namespace; the runner is in it already. */
  readonly router?: string
}

/** A network namespace with loopback and eth0. All that it sends goes to the router, also for its neighbours. */
export async function linkPod({ netns, address, ipv6, link, router }: PodLink): Promise<void> {
  await ip([`netns add ${netns}`])
  await ip([`link add ${link} type veth peer name eth0 netns ${netns}`], router)
  await ip(
    [
      'link set lo up',
      `address add ${address}/32 dev eth0`,
      'link set eth0 up',
      `route add ${GATEWAY} dev eth0`,
      `route add default via ${GATEWAY}`,
    ],
    netns,
  )
  await ip([`link set ${link} up`, `route add ${address} dev ${link}`], router)
  if (ipv6 === undefined) return
  await ip(routerOfLink(link, ipv6), router)
  await ip(endOfLink('eth0', ipv6), netns)
}

function removeNetworksOfTheDead(): void {
  for (const name of netnsNames()) {
    const pid = /^meridian-(\d+)/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) removeNetns(name)
  }
}

function removeNetworks(pid: number): void {
  const mine = netnsPrefix(pid)
  for (const name of netnsNames()) if (name === mine || name.startsWith(`${mine}-`)) removeNetns(name)
  if (existsSync(ETC_NETNS) && readdirSync(ETC_NETNS).length === 0) rmdirSync(ETC_NETNS)
}

/** Its links go with it, once the last process in it is gone. */
function removeNetns(name: string): void {
  const options = { env: { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' }, stdio: 'ignore' } as const
  // Its runner may have been as quick.
  spawnSync('ip', ['netns', 'delete', name], options)
  rmSync(join(ETC_NETNS, name), { recursive: true, force: true })
}

function netnsNames(): string[] {
  try {
    return readdirSync(NETNS)
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
