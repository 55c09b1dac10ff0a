/** What the API server holds, kept up by watches, and a word when it changes. */

import { setTimeout as pause } from 'node:timers/promises'
import type { KubeClient } from '../client.ts'
import { isFields } from '../manifest.ts'
import { API_VERSIONS, type Kind, keyOf, type Meta, SCHEMAS } from './objects.ts'

const RETRY_MS = 500

interface Stored {
  readonly metadata: Meta
}

interface Schema<T> {
  readonly parse: (object: unknown) => T
}

/** Everything that a cluster's pods depend on. */
export class Mirror {
  readonly client: KubeClient
  readonly #ending = new AbortController()
  readonly #changed: () => void
  readonly namespaces = this.#kept('Namespace', SCHEMAS.Namespace)
  readonly nodes = this.#kept('Node', SCHEMAS.Node)
  readonly configMaps = this.#kept('ConfigMap', SCHEMAS.ConfigMap)
  readonly secrets = this.#kept('Secret', SCHEMAS.Secret)
  readonly serviceAccounts = this.#kept('ServiceAccount', SCHEMAS.ServiceAccount)
  readonly services = this.#kept('Service', SCHEMAS.Service)
  readonly slices = this.#kept('EndpointSlice', SCHEMAS.EndpointSlice)
  readonly deployments = this.#kept('Deployment', SCHEMAS.Deployment)
  readonly replicaSets = this.#kept('ReplicaSet', SCHEMAS.ReplicaSet)
  readonly pods = this.#kept('Pod', SCHEMAS.Pod)

  constructor(client: KubeClient, changed: () => void) {
    this.client = client
    this.#changed = changed
  }

  /** Resolves when everything was listed once. */
  async start(): Promise<void> {
    const { namespaces, nodes, configMaps, secrets, serviceAccounts } = this
    const { services, slices, deployments, replicaSets, pods } = this
    const settings = [namespaces, nodes, configMaps, secrets, serviceAccounts]
    const workloads = [services, slices, deployments, replicaSets, pods]
    await Promise.all([...settings, ...workloads].map((one) => one.start(this.client)))
  }

  end(): void {
    this.#ending.abort()
  }

  #kept<T extends Stored>(kind: Kind, schema: Schema<T>): Kept<T> {
    return new Kept(kind, schema, () => this.#changed(), this.#ending.signal)
  }
}

/** All objects of one kind, by `namespace/name`. */
export class Kept<T extends Stored> {
  readonly kind: Kind
  readonly items = new Map<string, T>()
  readonly #schema: Schema<T>
  readonly #changed: () => void
  readonly #ending: AbortSignal

  constructor(kind: Kind, schema: Schema<T>, changed: () => void, ending: AbortSignal) {
    this.kind = kind
    this.#schema = schema
    this.#changed = changed
    this.#ending = ending
  }

  get all(): T[] {
    return [...this.items.values()]
  }

  /** Resolves when they were listed once; then they are watched until the end. */
  start(client: KubeClient): Promise<void> {
    return new Promise((listed) => void this.#keepUp(client, listed))
  }

  /** What a write returned, known before the watch tells. A watch may tell late what a newer write has overtaken. */
  learn(object: unknown): T {
    const parsed = this.#schema.parse(object)
    const known = this.items.get(keyOf(parsed))
    if (known === undefined || versionOf(known) <= versionOf(parsed)) this.items.set(keyOf(parsed), parsed)
    return parsed
  }

  async #keepUp(client: KubeClient, listed: () => void): Promise<void> {
    while (!this.#ending.aborted) {
      try {
        const path = await client.collection(API_VERSIONS[this.kind], this.kind)
        const version = await this.#list(client, path)
        listed()
        const query = `watch=1&resourceVersion=${version}`
        await client.stream(`${path}?${query}`, (line) => this.#hear(line), this.#ending)
      } catch {
        // Whatever it was, the next list tells: an API server that is away is what some tests are about.
        await pause(RETRY_MS, undefined, { signal: this.#ending }).catch(() => {})
      }
    }
  }

  async #list(client: KubeClient, path: string): Promise<string> {
    const { status, body } = await client.request('GET', path)
    if (status !== 200 || !isFields(body) || !Array.isArray(body['items']))
      throw new Error(`${path}: ${status}`)
    const found = body['items'].map((one: unknown) => this.#schema.parse(one))
    this.items.clear()
    for (const one of found) this.items.set(keyOf(one), one)
    this.#changed()
    return String(isFields(body['metadata']) ? body['metadata']['resourceVersion'] : '')
  }

  #hear(event: unknown): void {
    if (!isFields(event) || event['type'] === 'ERROR') return
    if (event['type'] === 'DELETED') this.#forget(this.#schema.parse(event['object']))
    else this.learn(event['object'])
    this.#changed()
  }

  #forget(gone: T): void {
    if (this.items.get(keyOf(gone))?.metadata.uid === gone.metadata.uid) this.items.delete(keyOf(gone))
  }
}

const versionOf = ({ metadata }: Stored): number => Number(metadata.resourceVersion)
