/** A ReplicaSet for each template that a Deployment has had, and the roll from the old ones to the new one. */

import { createHash } from 'node:crypto'
import type { Mirror } from './mirror.ts'
import { type Deployment, isLeaving, isReady, ownedBy, type ReplicaSet } from './objects.ts'
import { podsOf, type ReplicaSets } from './replicasets.ts'
import { create, patch, patchStatus, Said } from './writes.ts'

const HASH = 'pod-template-hash'
const REVISION = 'deployment.kubernetes.io/revision'

export class Deployments {
  readonly #mirror: Mirror
  readonly #replicaSets: ReplicaSets
  readonly #said = new Said()

  constructor(mirror: Mirror, replicaSets: ReplicaSets) {
    this.#mirror = mirror
    this.#replicaSets = replicaSets
  }

  async turn(): Promise<void> {
    for (const one of this.#mirror.deployments.all.filter((deployment) => !isLeaving(deployment))) {
      await this.#reconcile(one)
    }
  }

  async #reconcile(deployment: Deployment): Promise<void> {
    const hash = hashOf(deployment)
    const all = this.#setsOf(deployment)
    const current = all.find(({ metadata }) => metadata.labels[HASH] === hash)
    if (current === undefined) return this.#add(deployment, hash, all)
    if (!deployment.spec.paused)
      await this.#roll(
        deployment,
        current,
        all.filter((set) => set !== current),
      )
    await this.#report(deployment, hash)
  }

  #setsOf({ metadata }: Deployment): ReplicaSet[] {
    return this.#mirror.replicaSets.all.filter((set) => ownedBy(set, metadata.uid) && !isLeaving(set))
  }

  async #add({ metadata, spec }: Deployment, hash: string, all: readonly ReplicaSet[]): Promise<void> {
    const labels = { ...spec.template.metadata.labels, [HASH]: hash }
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', controller: true, blockOwnerDeletion: true }
    const revision = Math.max(0, ...all.map((set) => Number(set.metadata.annotations[REVISION] ?? 0))) + 1
    await create(this.#mirror.client, this.#mirror.replicaSets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${metadata.name}-${hash}`,
        namespace: metadata.namespace,
        labels,
        annotations: { [REVISION]: String(revision) },
        ownerReferences: [{ ...owner, name: metadata.name, uid: metadata.uid }],
      },
      spec: {
        replicas: 0,
        selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    })
  }

  /** Up as far as maxSurge allows, then down as far as maxUnavailable does: what is not ready goes first. */
  async #roll({ spec }: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): Promise<void> {
    const { surge, unavailable } = limitsOf(spec)
    const asked = [current, ...old].reduce((sum, set) => sum + set.spec.replicas, 0)
    const room = Math.max(spec.replicas + surge - asked, 0)
    const isRecreated = spec.strategy.type === 'Recreate' && old.some((set) => this.#podsLeft(set))
    const up = Math.min(spec.replicas, current.spec.replicas + (isRecreated ? 0 : room))
    await this.#scale(current, up)
    const ready = [current, ...old].reduce((sum, set) => sum + this.#ready(set), 0)
    let spare = ready - (spec.replicas - unavailable)
    for (const set of old) {
      const unready = set.spec.replicas - Math.min(this.#ready(set), set.spec.replicas)
      const removed = Math.min(set.spec.replicas, unready + Math.max(spare, 0))
      spare -= removed - unready
      await this.#scale(set, set.spec.replicas - removed)
    }
  }

  #ready(set: ReplicaSet): number {
    return podsOf(this.#mirror, set).filter(isReady).length
  }

  #podsLeft(set: ReplicaSet): boolean {
    return set.spec.replicas > 0 || this.#mirror.pods.all.some((pod) => ownedBy(pod, set.metadata.uid))
  }

  async #scale(set: ReplicaSet, replicas: number): Promise<void> {
    if (set.spec.replicas === replicas) return
    console.log(`${set.metadata.name}: ${set.spec.replicas} → ${replicas}`)
    await patch(this.#mirror.client, this.#mirror.replicaSets, set, { spec: { replicas } })
  }

  async #report(deployment: Deployment, hash: string): Promise<void> {
    const sets = this.#setsOf(deployment)
    const updated = sets.filter((set) => set.metadata.labels[HASH] === hash)
    const { replicas } = deployment.spec
    const count = (some: readonly ReplicaSet[]) =>
      some.reduce((sum, set) => sum + podsOf(this.#mirror, set).length, 0)
    const ready = sets.reduce((sum, set) => sum + this.#ready(set), 0)
    const isComplete = count(updated) === replicas && count(sets) === replicas && ready >= replicas
    const failure = sets
      .map((set) => this.#replicaSets.failures.get(set.metadata.uid))
      .find((one) => one !== undefined)
    const status = {
      observedGeneration: deployment.metadata.generation,
      replicas: count(sets),
      updatedReplicas: count(updated),
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(replicas - ready, 0),
      conditions: [
        condition(
          'Available',
          ready >= replicas - limitsOf(deployment.spec).unavailable,
          'MinimumReplicasAvailable',
        ),
        condition('Progressing', true, isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'),
        ...(failure === undefined
          ? []
          : [{ ...condition('ReplicaFailure', true, 'FailedCreate'), message: failure }]),
      ],
    }
    if (!this.#said.isNew(deployment, status)) return
    await patchStatus(this.#mirror.client, this.#mirror.deployments, deployment, status)
  }
}

const condition = (type: string, holds: boolean, reason: string) => ({
  type,
  status: holds ? 'True' : 'False',
  reason,
  message: reason,
})

/** Of what decides about Pods. The order of fields is the API server's, and so the same for the same template. */
const hashOf = ({ spec }: Deployment): string =>
  createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 10)

function limitsOf({ replicas, strategy }: Deployment['spec']) {
  if (strategy.type === 'Recreate') return { surge: 0, unavailable: replicas }
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate
  const surge = portion(maxSurge, replicas, Math.ceil)
  const unavailable = portion(maxUnavailable, replicas, Math.floor)
  return { surge, unavailable: surge + unavailable === 0 ? 1 : unavailable }
}

const portion = (share: number | string, of: number, round: (n: number) => number): number =>
  typeof share === 'number' ? share : round((Number.parseFloat(share) / 100) * of)
