/** What the kubelets of a cluster's nodes do: each Pod that is bound to a node of ours runs as it says. */

import { isFields } from '../manifest.ts'
import { isLeaving, isOver, type Pod } from './objects.ts'
import { type Ground, RunningPod } from './pod.ts'

export class Kubelet {
  readonly #ground: Ground
  readonly #addresses: Addresses
  readonly #changed: () => void
  readonly #running = new Map<string, RunningPod>()
  readonly #reported = new Map<string, string>()

  constructor(ground: Ground, addresses: Addresses, changed: () => void) {
    this.#ground = ground
    this.#addresses = addresses
    this.#changed = changed
  }

  /** Brings what runs closer to what the API server has, and tells it how far that is. */
  async turn(): Promise<void> {
    const { pods, nodes } = this.#ground.mirror
    const bound = pods.all.filter(({ spec }) => nodes.items.has(`/${spec.nodeName}`))
    const here = new Map(bound.map((pod) => [pod.metadata.uid, pod]))
    for (const pod of bound) this.#begin(pod)
    for (const [uid, one] of this.#running) {
      const pod = here.get(uid)
      if (pod === undefined) this.#remove(uid, one)
      else await this.#keep(pod, one)
    }
  }

  /** Every process gone. */
  async end(): Promise<void> {
    await Promise.all([...this.#running.values()].map((one) => one.leave(0)))
  }

  #begin(pod: Pod): void {
    const { uid, name } = pod.metadata
    if (this.#running.has(uid) || isOver(pod) || isLeaving(pod)) return
    const running = new RunningPod(pod, this.#addresses.take(uid), this.#ground, this.#changed)
    this.#running.set(uid, running)
    console.log(`${name} begins at ${running.placed.podIP}`)
    running.run(this.#changed).catch((error) => console.error(`${name}: ${error}`))
  }

  async #keep(pod: Pod, one: RunningPod): Promise<void> {
    if (isLeaving(pod)) this.#end(pod, one)
    else await one.sync()
    await this.#report(pod, one)
  }

  #remove(uid: string, one: RunningPod): void {
    this.#forget(uid)
    void one.leave(0).then(() => this.#addresses.give(uid))
  }

  /** The API server keeps the object until its kubelet says that the Pod is gone. */
  #end(pod: Pod, one: RunningPod): void {
    const { name, deletionGracePeriodSeconds } = pod.metadata
    const isNew = !one.isLeaving
    const left = one.leave(deletionGracePeriodSeconds)
    if (isNew) void left.then(() => console.log(`${name} has left`)).then(this.#changed)
    if (one.hasLeft) void this.#release(pod).catch((error) => console.error(`${name}: ${error}`))
  }

  async #release({ metadata: { namespace, name, uid } }: Pod): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`
    const options = { gracePeriodSeconds: 0, preconditions: { uid } }
    await this.#ground.mirror.client.request('DELETE', path, options)
  }

  #forget(uid: string): void {
    this.#running.delete(uid)
    this.#reported.delete(uid)
  }

  async #report(pod: Pod, one: RunningPod): Promise<void> {
    const status = one.status()
    const text = JSON.stringify(status)
    if (this.#reported.get(pod.metadata.uid) === text) return
    const { namespace, name, uid } = pod.metadata
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`
    const { client, pods } = this.#ground.mirror
    const reply = await client.request(
      'PATCH',
      path,
      { metadata: { uid }, status },
      'application/merge-patch+json',
    )
    if (reply.status === 404 || reply.status === 409) return
    if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
    this.#reported.set(uid, text)
    if (isFields(reply.body)) pods.learn(reply.body)
  }
}

/** Pod addresses, given anew only after all others were. */
export class Addresses {
  readonly #range: string
  readonly #taken = new Map<string, number>()
  #next = 0

  /** `10.1.128.0/17`: the first two numbers and the third's beginning are what counts. */
  constructor(range: string) {
    this.#range = range
  }

  take(uid: string): string {
    const known = this.#taken.get(uid)
    const used = new Set(this.#taken.values())
    const [a = 10, b = 0, c = 0] = this.#range.split(/[./]/).map(Number)
    let i = known ?? this.#next
    while (known === undefined && used.has(i)) i = (i + 1) % SPAN
    if (known === undefined) this.#next = (i + 1) % SPAN
    this.#taken.set(uid, i)
    return `${a}.${b}.${c + Math.floor(i / 250)}.${1 + (i % 250)}`
  }

  give(uid: string): void {
    this.#taken.delete(uid)
  }
}

const SPAN = 30 * 250
