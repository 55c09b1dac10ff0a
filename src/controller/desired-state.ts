import { fieldsOf, listOf, resourceOf, type Writes } from '../sources/apiserver/index.ts'
import { IMPORT, type ServiceKey } from '../words/kube/index.ts'
import type { World } from '../world/zone/index.ts'
import { type Desired, derivedName, desire, type Here } from './desired/index.ts'
import { type HeldObject, readHeld, resourceNamed } from './held.ts'
import { hereOf } from './here.ts'
import type { ObservedState } from './observed-state.ts'
import { type Step, stepsFor } from './pass.ts'
import type { ControllerSettings, WriteTarget } from './types.ts'

/** What one service should come to in one cluster, and what leads there. */
export interface DesiredService {
  readonly desired: Desired
  readonly held: readonly HeldObject[]
  readonly steps: readonly Step[]
}

/** What is wanted of each service in one cluster, as the world is and as is seen there now. */
export class DesiredState {
  readonly #target: WriteTarget
  readonly #settings: ControllerSettings
  readonly #world: () => World
  readonly #observed: Pick<ObservedState, 'of' | 'hasNamespace'>
  readonly #writes: Pick<Writes, 'read' | 'versionOf' | 'declares'>
  /** Services of others that stand where derived ones should: nothing watches those. */
  readonly #foreign = new Map<ServiceKey, HeldObject>()
  #dialect: Pick<Here, 'version' | 'declaresSlices'> = { version: 'v1beta1', declaresSlices: false }

  constructor(
    target: WriteTarget,
    settings: ControllerSettings,
    world: () => World,
    observed: Pick<ObservedState, 'of' | 'hasNamespace'>,
    writes: Pick<Writes, 'read' | 'versionOf' | 'declares'>,
  ) {
    this.#target = target
    this.#settings = settings
    this.#world = world
    this.#observed = observed
    this.#writes = writes
  }

  of(key: ServiceKey): DesiredService {
    const held = this.#observed.of(key)
    const desired = this.#desiredOf(key, held)
    return { desired, held, steps: stepsFor(desired, held) }
  }

  /** Asks the cluster what no watch tells: which MCS API it has, and whether what stood in the way of this is gone. */
  async learn(key: ServiceKey, signal: AbortSignal): Promise<void> {
    const imports = resourceOf(IMPORT, null)
    const version = await this.#writes.versionOf(imports, signal)
    if (version === 'v1alpha1' || version === 'v1beta1') {
      const declaresSlices = await this.#writes.declares(imports, 'endpointSliceObjects', signal)
      this.#dialect = { version, declaresSlices }
    }
    const found = this.#foreign.get(key) ?? this.#reportedOf(key)
    if (found === undefined) return
    const resource = resourceNamed(found.kind, found.namespace, found.name)
    const read = await this.#writes.read(resource, signal)
    if (read.outcome === 'object') this.#foreign.set(key, readHeld(found.kind, read.object))
    else if (read.reason === 'notFound') this.#foreign.delete(key)
  }

  /** What another replica, or this one before its start, met where the derived Service should be: the import says so. */
  #reportedOf(key: ServiceKey): Pick<HeldObject, 'kind' | 'namespace' | 'name'> | undefined {
    const held = this.#observed.of(key)
    const conditions = held.filter(({ kind }) => kind === 'ServiceImport').flatMap(conditionsOf)
    if (!conditions.some((one) => fieldsOf(one)['reason'] === 'ForeignService')) return
    const [namespace = ''] = key.split('/')
    return { kind: 'Service', namespace, name: derivedName(key) }
  }

  /** Somebody else's object is where one of ours should be; whether that was not known, and changes what is wanted. */
  found(key: ServiceKey, held: HeldObject): boolean {
    if (held.kind !== 'Service') return false
    const isNews = !this.#foreign.has(key)
    this.#foreign.set(key, held)
    return isNews
  }

  isObstructed(key: ServiceKey): boolean {
    return this.#foreign.has(key)
  }

  #desiredOf(key: ServiceKey, held: readonly HeldObject[]): Desired {
    const { id, families } = this.#target
    const [namespace = ''] = key.split('/')
    const namespaceExists = this.#observed.hasNamespace(namespace)
    const ground = { cluster: id, ...this.#dialect, families, namespaceExists }
    const name = derivedName(key)
    const derived = held.find((one) => one.kind === 'Service' && one.name === name) ?? this.#foreign.get(key)
    const { entries, clusterset } = this.#world()
    const here = hereOf(ground, key, held, derived)
    return desire(key, entries.get(key), clusterset, here, this.#settings.rules, Date.now())
  }
}

const conditionsOf = ({ content }: HeldObject): readonly unknown[] =>
  listOf(fieldsOf(content['status'])['conditions'])
