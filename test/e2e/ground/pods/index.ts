/**
 * Runs the Pods of a cluster without a container engine: its Deployments become ReplicaSets and Pods in the API server,
 * and each Pod becomes processes in namespaces of the kernel's, from image trees, as its spec says. It stands in for
 * the controller manager, the scheduler, the kubelets and kube-proxy as far as a chart's Deployment needs them: there
 * are no Jobs, no StatefulSets, no seccomp, no limits by cgroups, no IPv6 but beside a real kube-proxy, and no node but this machine. What it does
 * not know it refuses, in the Pod's status. Needs root (needs.ts). Where the real ones run (kubernetes.ts), it is the
 * kubelet alone.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from '../build.ts'
import type { Cluster } from '../cluster.ts'
import { within } from '../deadline.ts'
import { atExit, newDirectory } from '../scene.ts'
import { type Fabric, type Node, type Seat, startSeat } from './fabric.ts'
import type { Images } from './image.ts'
import type { Settings } from './machine.ts'
import { resolvConf } from './pod.ts'

export { clusterDns, clusterDnsAnswers, clusterDnsImages } from './cluster-dns.ts'
export { type Fabric, type Node, type Seat, startFabric } from './fabric.ts'
export { type Image, type Images, imageOfMachine, imageOfProgram, imageOfTree } from './image.ts'
export { whyMissing, whyNoPods } from './needs.ts'

const STOP_MS = 30_000

export interface PodsOptions {
  /** `10.1.0.0/16`: all that is in the cluster. Pods that run here get addresses of its upper half. */
  readonly podCIDR: string
  readonly serviceCIDR: string
  /** The same two of IPv6, for a cluster that has both; its node is to have been added with the one for Pods. */
  readonly ipv6?: { readonly podCIDR: string; readonly serviceCIDR: string } | undefined
  /** Of the Service kube-dns. */
  readonly dnsAddress: string
  readonly nodes: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[]
  readonly images: Images
  /** Of the fabric's, where a kube-proxy runs, and a controller manager and a scheduler for the cluster: real ones. */
  readonly node?: Node
}

export interface Pods {
  /** Ends every process. The API server's objects stay as they are. */
  readonly close: () => Promise<void>
  /** A place in the cluster to ask from. */
  readonly seat: Seat
  /** A folder of logs: `<namespace>_<pod>_<container>.log`, and the runner's own. */
  readonly logs: string
  readonly logTail: (lines?: number) => string
}

/** The cluster's API server listens at the fabric's address. */
export async function startPods(cluster: Cluster, fabric: Fabric, options: PodsOptions): Promise<Pods> {
  const directory = newDirectory(`pods-${cluster.id}`)
  const logs = join(directory, 'logs')
  mkdirSync(logs)
  const [a, b] = options.podCIDR.split('.')
  const { netns, address } = options.node ?? { netns: fabric.name, address: fabric.routerAddress }
  const settings: Settings = {
    cluster: cluster.id,
    url: cluster.url,
    credentials: cluster.adminCredentials(),
    nodes: options.nodes.map(({ name, labels }) => ({ name, labels: { ...labels } })),
    podCIDR: options.podCIDR,
    podRange: `${a}.${b}.128.0/17`,
    serviceCIDR: options.serviceCIDR,
    ipv6: options.ipv6 ?? null,
    dnsAddress: options.dnsAddress,
    hostIP: address,
    kubeletAlone: options.node !== undefined,
    kubelet: await kubeletOf(cluster, address, fabric),
    images: copyOf(options.images),
    programs: {
      tether: await build('tether'),
      container: await build('container'),
      kubeletApi: await build('kubelet-api'),
    },
    prefix: `${fabric.name}-${cluster.id}`,
    directory: join(directory, 'pods'),
    logs,
  }
  const log = join(logs, 'runner.log')
  const runner = spawnRunner(settings, netns, directory, log)
  const dns = resolvConf(options.dnsAddress, 'default', 'cluster.local')
  const seat = await startSeat(fabric, cluster.id, `${a}.${b}.127.1`, dns, netns)
  const forget = atExit(() => runner.kill('SIGKILL'))
  return {
    seat,
    logs,
    logTail: (lines = 40) =>
      `── pods of ${cluster.id}: ${log}\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')}`,
    close: async () => {
      forget()
      if (runner.exitCode !== null || runner.signalCode !== null) return
      const gone = once(runner, 'exit')
      runner.kill('SIGTERM')
      if (!(await within(STOP_MS, gone))) runner.kill('SIGKILL')
    },
  }
}

/** For the kubelet's API, which the API server alone may use. */
async function kubeletOf(
  cluster: Cluster,
  address: string,
  { nextPort }: Fabric,
): Promise<Settings['kubelet']> {
  await cluster.issue({ name: 'kubelet', commonName: 'kubelet', addresses: [address] })
  const file = (name: string) => join(cluster.directory, 'pki', name)
  return { port: nextPort(), ca: file('ca.crt'), certificate: file('kubelet.crt'), key: file('kubelet.key') }
}

function spawnRunner(settings: Settings, netns: string, directory: string, log: string) {
  const file = join(directory, 'settings.json')
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 })
  const machine = join(import.meta.dirname, 'machine.ts')
  const inside = ['nsenter', `--net=/run/netns/${netns}`, process.execPath, machine, file]
  const output = openSync(log, 'a')
  try {
    const line = [String(process.pid), '/usr/bin/env', ...inside]
    return spawn(settings.programs.tether, line, { stdio: ['ignore', output, output] })
  } finally {
    closeSync(output)
  }
}

const copyOf = (images: Images): Settings['images'] =>
  Object.fromEntries(
    Object.entries(images).map(([name, one]) => [
      name,
      {
        ...one,
        layers: [...one.layers],
        entrypoint: [...one.entrypoint],
        cmd: [...one.cmd],
        env: { ...one.env },
      },
    ]),
  )
