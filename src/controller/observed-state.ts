import {
  type ApiServerLimits,
  type Credentials,
  type Fields,
  fieldsOf,
  follow,
  NAMESPACES,
  textOf,
} from '../sources/apiserver/index.ts'
import {
  distinctProblems,
  type SourceProblem,
  sentenceOfProblem,
  TimeShare,
} from '../sources/changes/index.ts'
import type { ObjectKey, ServiceKey } from '../words/kube/index.ts'
import {
  HELD_KINDS,
  type HeldKind,
  type HeldObject,
  readHeld,
  serviceKeyOf,
  watchedResource,
} from './held.ts'

/** What one cluster holds of what the controller writes, kept up to date by watches. */
export interface ObservedState {
  /** Every kind has been listed. */
  readonly isWhole: () => boolean
  /** All objects of a service. */
  readonly of: (key: ServiceKey) => readonly HeldObject[]
  /** The version of one object, as `ServiceImport shop/cart`; undefined: it is not there. */
  readonly versionOf: (id: string) => string | undefined
  readonly keys: () => Iterable<ServiceKey>
  /** A namespace that is there and not being deleted. */
  readonly hasNamespace: (name: string) => boolean
  readonly problems: () => readonly SourceProblem[]
  readonly stop: () => Promise<void>
}

interface ObservedStateOptions {
  readonly credentials: Credentials
  /** Objects of these services differ. Called after the first whole view too, with all there are. */
  readonly changed: (keys: ReadonlySet<ServiceKey>) => void
  /** These namespaces came or went. */
  readonly namespaces: (names: ReadonlySet<string>) => void
  readonly problem: (problem: SourceProblem) => void
  readonly limits?: Partial<ApiServerLimits>
}

export const watchHeld = (options: ObservedStateOptions): ObservedState => new Watching(options)

/** A namespace; whether it takes new objects. */
interface Namespace {
  readonly name: string
  readonly open: boolean
}

class Watching implements ObservedState {
  readonly #options: ObservedStateOptions
  readonly #index = new Map<ServiceKey, Map<string, HeldObject>>()
  /** Under which service each object stands. */
  readonly #placed = new Map<string, ServiceKey>()
  readonly #namespaces = new Map<string, boolean>()
  readonly #namespaceNames = new Map<ObjectKey, string>()
  readonly #waitedFor = new Set<string>([...HELD_KINDS, NAMESPACES.kind])
  readonly #problems = new Map<string, readonly SourceProblem[]>()
  readonly #follows: readonly { readonly stop: () => Promise<void> }[]

  constructor(options: ObservedStateOptions) {
    this.#options = options
    const shared = { credentials: options.credentials, limits: options.limits ?? {}, share: new TimeShare() }
    this.#follows = [
      ...HELD_KINDS.map((kind) =>
        follow({
          ...shared,
          resource: watchedResource(kind),
          narrow: (object) => readHeld(kind, object),
          changed: (keys, objects) => this.#take(kind, keys, objects),
          problems: (problems) => this.#complain(kind, problems),
        }),
      ),
      follow({
        ...shared,
        resource: NAMESPACES,
        narrow: readNamespace,
        changed: (keys, objects) => this.#takeNamespaces(keys, objects),
        problems: (problems) => this.#complain(NAMESPACES.kind, problems),
      }),
    ]
  }

  isWhole = (): boolean => this.#waitedFor.size === 0

  of = (key: ServiceKey): readonly HeldObject[] => [...(this.#index.get(key)?.values() ?? [])]

  versionOf = (id: string): string | undefined => {
    const key = this.#placed.get(id)
    return key === undefined ? undefined : this.#index.get(key)?.get(id)?.resourceVersion
  }

  keys = (): Iterable<ServiceKey> => this.#index.keys()

  hasNamespace = (name: string): boolean => this.#namespaces.get(name) === true

  problems = (): readonly SourceProblem[] => distinctProblems([...this.#problems.values()].flat())

  async stop(): Promise<void> {
    await Promise.all(this.#follows.map(({ stop }) => stop()))
  }

  #take(kind: HeldKind, keys: readonly ObjectKey[], objects: ReadonlyMap<ObjectKey, HeldObject>): void {
    const dirty = new Set<ServiceKey>()
    for (const key of keys)
      for (const service of this.#exchange(`${kind} ${key}`, objects.get(key))) dirty.add(service)
    if (this.#heard(kind)) this.#reportWhole()
    else if (this.isWhole()) this.#options.changed(dirty)
  }

  /** Puts an object where it belongs, or away; the services that this is about. */
  #exchange(id: string, held: HeldObject | undefined): readonly ServiceKey[] {
    const before = this.#placed.get(id)
    const now = held === undefined ? undefined : serviceKeyOf(held)
    if (before !== undefined && before !== now) this.#remove(id, before)
    if (held !== undefined && now !== undefined) {
      const objects = this.#index.get(now) ?? new Map<string, HeldObject>()
      this.#index.set(now, objects.set(id, held))
      this.#placed.set(id, now)
    }
    return [before, now].filter((key) => key !== undefined)
  }

  #remove(id: string, key: ServiceKey): void {
    this.#placed.delete(id)
    const objects = this.#index.get(key)
    objects?.delete(id)
    if (objects?.size === 0) this.#index.delete(key)
  }

  #takeNamespaces(keys: readonly ObjectKey[], objects: ReadonlyMap<ObjectKey, Namespace>): void {
    const changed = new Set<string>()
    for (const key of keys) {
      const namespace = objects.get(key)
      const name = namespace?.name ?? this.#namespaceNames.get(key) ?? ''
      changed.add(name)
      if (namespace === undefined) this.#namespaces.delete(name)
      else this.#namespaces.set(name, namespace.open)
      if (namespace === undefined) this.#namespaceNames.delete(key)
      else this.#namespaceNames.set(key, name)
    }
    if (this.#heard(NAMESPACES.kind)) this.#reportWhole()
    else if (this.isWhole()) this.#options.namespaces(changed)
  }

  /** Whether the view is whole since this kind was heard just now. */
  #heard(kind: string): boolean {
    return this.#waitedFor.delete(kind) && this.isWhole()
  }

  #reportWhole(): void {
    this.#options.changed(new Set(this.#index.keys()))
  }

  #complain(kind: string, problems: readonly SourceProblem[]): void {
    const before = new Set(this.#problems.get(kind)?.map(sentenceOfProblem))
    this.#problems.set(kind, problems)
    for (const problem of problems)
      if (!before.has(sentenceOfProblem(problem))) this.#options.problem(problem)
  }
}

function readNamespace(object: Fields): Namespace {
  const { name, deletionTimestamp } = fieldsOf(object['metadata'])
  return { name: textOf(name) ?? '', open: deletionTimestamp === undefined }
}
