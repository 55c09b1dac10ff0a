/** A Pod at work: its network, its volumes, its containers, and the status that the API server is told. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { RunningContainer, refusalOf, type Surroundings } from './container.ts'
import { addressesOf, type Placed } from './downward.ts'
import { linkPod, NO_RESOLVER } from './fabric.ts'
import type { Image } from './image.ts'
import { ipv6Of } from './ipv6.ts'
import type { Mirror } from './mirror.ts'
import type { Container, Pod } from './objects.ts'
import type { Programs } from './process.ts'
import { run } from './shell.ts'
import { Volumes } from './volumes.ts'

const RETRY_MS = 1_000

/** What all Pods of a cluster have in common. */
export interface Ground {
  readonly mirror: Mirror
  readonly images: Readonly<Record<string, Image>>
  readonly programs: Programs
  /** Of network namespaces. */
  readonly prefix: string
  readonly directory: string
  readonly logs: string
  readonly hostIP: string
  readonly ipv6: { readonly podCIDR: string } | null
  readonly clusterDomain: string
  /** Of the Service kube-dns. */
  readonly dnsAddress: string
}

export class RunningPod {
  readonly placed: Placed
  hasLeft = false
  readonly #ground: Ground
  readonly #netns: string
  readonly #directory: string
  readonly #volumes: Volumes
  readonly #init: readonly RunningContainer[]
  readonly #containers: readonly RunningContainer[]
  readonly #startTime = new Date().toISOString()
  readonly #transitions = new Map<string, { readonly status: string; readonly at: string }>()
  #initialized = false
  #problem: string | undefined
  #leaving: Promise<void> | undefined
  #over = false

  constructor(pod: Pod, podIP: string, ground: Ground, changed: () => void) {
    const { namespace, name, uid } = pod.metadata
    const ipv6 = ground.ipv6 === null ? undefined : ipv6Of(ground.ipv6.podCIDR, podIP)
    this.placed = { pod, podIP, ipv6, hostIP: ground.hostIP }
    this.#ground = ground
    this.#netns = `${ground.prefix}-${podIP.replaceAll('.', '-')}`
    this.#directory = join(ground.directory, uid)
    this.#volumes = new Volumes(this.placed, ground.mirror, join(this.#directory, 'volumes'))
    const around: Surroundings = {
      placed: this.placed,
      mirror: ground.mirror,
      volumes: this.#volumes,
      images: ground.images,
      netns: this.#netns,
      directory: this.#directory,
      fileOf: (container, suffix) => join(ground.logs, `${namespace}_${name}_${container}.${suffix}`),
      programs: ground.programs,
      changed,
    }
    const toRun = (one: Container) => new RunningContainer(one, around)
    this.#init = pod.spec.initContainers.map(toRun)
    this.#containers = pod.spec.containers.map(toRun)
  }

  /** Runs it until it is over, or told to go. */
  async run(changed: () => void): Promise<void> {
    await this.#prepare(changed)
    if (this.#over) return
    const { restartPolicy } = this.placed.pod.spec
    for (const one of this.#init) {
      await one.run(restartPolicy === 'Never' ? 'Never' : 'OnFailure')
      if (one.last?.exitCode !== 0) return this.#finish(changed)
    }
    this.#initialized = true
    changed()
    await Promise.all(this.#containers.map((one) => one.run(restartPolicy)))
    this.#finish(changed)
  }

  /** What the API server has changed since. */
  async sync(): Promise<void> {
    if (!this.#over && this.#initialized) await this.#volumes.sync()
  }

  /** Resolves when all its processes and its network are gone. */
  leave(graceSeconds: number): Promise<void> {
    this.#leaving ??= this.#leave(graceSeconds)
    return this.#leaving
  }

  get isLeaving(): boolean {
    return this.#leaving !== undefined
  }

  async #leave(graceSeconds: number): Promise<void> {
    this.#over = true
    await Promise.all([...this.#init, ...this.#containers].map((one) => one.stop(graceSeconds)))
    await run('ip', ['netns', 'delete', this.#netns]).catch(() => {})
    rmSync(this.#directory, { recursive: true, force: true })
    this.hasLeft = true
  }

  #finish(changed: () => void): void {
    this.#over = true
    changed()
  }

  /** Until everything is there that its volumes need. */
  async #prepare(changed: () => void): Promise<void> {
    const refusal = refusalOf(this.placed.pod)
    while (!this.#over) {
      try {
        if (refusal !== undefined) throw new Error(refusal)
        await this.#volumes.sync()
        this.#problem = undefined
        break
      } catch (error) {
        this.#problem = error instanceof Error ? error.message : String(error)
        changed()
        await pause(RETRY_MS)
      }
    }
    if (this.#over) return
    this.#writeFiles()
    const { podIP: address, ipv6 } = this.placed
    const link = `p-${address.split('.').slice(1).join('.')}`
    await linkPod({ netns: this.#netns, address, ipv6, link })
  }

  #writeFiles(): void {
    const { pod, podIP } = this.placed
    const etc = join(this.#directory, 'etc')
    const name = pod.spec.hostname ?? pod.metadata.name
    mkdirSync(etc, { recursive: true })
    writeFileSync(join(etc, 'hostname'), `${name}\n`)
    writeFileSync(join(etc, 'hosts'), `127.0.0.1\tlocalhost\n::1\tlocalhost\n${podIP}\t${name}\n`)
    writeFileSync(join(etc, 'resolv.conf'), this.#resolvConf())
  }

  /** `Default` is the machine's own: its resolvers are not to be reached from the fabric. */
  #resolvConf(): string {
    const { pod } = this.placed
    if (pod.spec.dnsPolicy !== 'ClusterFirst') return `nameserver ${NO_RESOLVER}\n`
    return resolvConf(this.#ground.dnsAddress, pod.metadata.namespace, this.#ground.clusterDomain)
  }

  /** As the API server is to be told, but for what it never changes. */
  status(): Record<string, unknown> {
    const containers = this.#containers.map((one) => one.status())
    return {
      phase: this.#phase(),
      hostIP: this.placed.hostIP,
      hostIPs: [{ ip: this.placed.hostIP }],
      podIP: this.placed.podIP,
      podIPs: addressesOf(this.placed).map((ip) => ({ ip })),
      startTime: this.#startTime,
      conditions: this.#conditions(),
      ...(this.#init.length > 0 ? { initContainerStatuses: this.#init.map((one) => one.status()) } : {}),
      containerStatuses: containers,
      ...(this.#problem === undefined ? { message: null } : { message: this.#problem }),
    }
  }

  #phase(): string {
    if (this.#init.some(({ last }) => this.#over && last !== undefined && last.exitCode !== 0))
      return 'Failed'
    const ended = this.#containers.map((one) => (one.isRunning ? undefined : one.last?.exitCode))
    const { restartPolicy } = this.placed.pod.spec
    if (
      this.#over &&
      (restartPolicy !== 'Always' || this.#leaving !== undefined) &&
      ended.every((one) => one !== undefined)
    )
      return ended.every((one) => one === 0) ? 'Succeeded' : 'Failed'
    return this.#containers.some((one) => one.isRunning || one.last !== undefined) ? 'Running' : 'Pending'
  }

  #conditions(): Record<string, unknown>[] {
    const ready = this.#containers.every((one) => one.isReady)
    return [
      this.#condition('PodScheduled', true),
      this.#condition('Initialized', this.#initialized),
      this.#condition('ContainersReady', ready),
      this.#condition('Ready', ready),
    ]
  }

  #condition(type: string, holds: boolean): Record<string, unknown> {
    const status = holds ? 'True' : 'False'
    const known = this.#transitions.get(type)
    const at = known?.status === status ? known.at : new Date().toISOString()
    this.#transitions.set(type, { status, at })
    return { type, status, lastTransitionTime: at }
  }
}

/** As the kubelet writes it for `dnsPolicy: ClusterFirst`. */
export const resolvConf = (address: string, namespace: string, domain: string): string =>
  `search ${namespace}.svc.${domain} svc.${domain} ${domain}\nnameserver ${address}\noptions ndots:5\n`
