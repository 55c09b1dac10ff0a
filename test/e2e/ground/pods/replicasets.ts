/** As many Pods of each ReplicaSet as it asks for, and what has lost its owner goes. */

import { randomBytes } from 'node:crypto'
import type { Mirror } from './mirror.ts'
import { isLeaving, isOver, isReady, keyOf, ownedBy, type Pod, type ReplicaSet } from './objects.ts'
import { create, patchStatus, remove, Said } from './writes.ts'

export class ReplicaSets {
  readonly #mirror: Mirror
  readonly #said = new Said()
  /** Why the Pods of a ReplicaSet cannot be made: what the API server has said, by UID. */
  readonly failures = new Map<string, string>()

  constructor(mirror: Mirror) {
    this.#mirror = mirror
  }

  async turn(): Promise<void> {
    await this.#collect()
    for (const one of this.#mirror.replicaSets.all.filter((set) => !isLeaving(set)))
      await this.#reconcile(one)
  }

  /** ReplicaSets of Deployments that are gone, and Pods of ReplicaSets that are gone. */
  async #collect(): Promise<void> {
    const { client, deployments, replicaSets, pods } = this.#mirror
    for (const set of replicaSets.all)
      if (isOrphan(set, 'Deployment', deployments.all)) await remove(client, replicaSets, set)
    for (const pod of pods.all)
      if (isOrphan(pod, 'ReplicaSet', replicaSets.all)) await remove(client, pods, pod)
  }

  async #reconcile(set: ReplicaSet): Promise<void> {
    const pods = podsOf(this.#mirror, set)
    const missing = set.spec.replicas - pods.length
    try {
      for (let i = 0; i < missing; i++) await this.#add(set)
      this.failures.delete(set.metadata.uid)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (this.failures.get(set.metadata.uid) !== message) console.error(`${keyOf(set)}: ${message}`)
      this.failures.set(set.metadata.uid, message)
    }
    const { client } = this.#mirror
    for (const pod of pods.sort(byWorth).slice(0, Math.max(-missing, 0)))
      await remove(client, this.#mirror.pods, pod)
    await this.#report(set)
  }

  #add(set: ReplicaSet): Promise<void> {
    const { metadata, spec } = set
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', controller: true, blockOwnerDeletion: true }
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...spec.template.metadata,
        name: `${metadata.name}-${randomBytes(3).toString('hex').slice(0, 5)}`,
        generateName: `${metadata.name}-`,
        namespace: metadata.namespace,
        ownerReferences: [{ ...owner, name: metadata.name, uid: metadata.uid }],
      },
      spec: spec.template.spec,
    }
    return create(this.#mirror.client, this.#mirror.pods, pod)
  }

  async #report(set: ReplicaSet): Promise<void> {
    const pods = podsOf(this.#mirror, set)
    const ready = pods.filter(isReady).length
    const failure = this.failures.get(set.metadata.uid)
    const status = {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      fullyLabeledReplicas: pods.length,
      readyReplicas: ready,
      availableReplicas: ready,
      conditions: failure === undefined ? [] : [failed(failure)],
    }
    if (this.#said.isNew(set, status))
      await patchStatus(this.#mirror.client, this.#mirror.replicaSets, set, status)
  }
}

/** Those that count: neither over nor on their way out. */
export const podsOf = ({ pods }: Mirror, set: ReplicaSet): Pod[] =>
  pods.all.filter((pod) => ownedBy(pod, set.metadata.uid) && !isLeaving(pod) && !isOver(pod))

const failed = (message: string) => ({
  type: 'ReplicaFailure',
  status: 'True',
  reason: 'FailedCreate',
  message,
})

/** First those that nobody would miss. */
const byWorth = (a: Pod, b: Pod): number =>
  Number(isReady(a)) - Number(isReady(b)) ||
  (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1)

function isOrphan(
  one: Pod | ReplicaSet,
  kind: string,
  owners: readonly { readonly metadata: { readonly uid: string } }[],
): boolean {
  const owner = one.metadata.ownerReferences.find((reference) => reference.kind === kind)
  return owner !== undefined && !isLeaving(one) && !owners.some(({ metadata }) => metadata.uid === owner.uid)
}
