// Stand-in API servers, one for each cluster, in a process of their own. They keep no objects: what is listed is
// generated, and what changes is told to who watches.
import type { ServerResponse } from 'node:http'
import { type Asked, FakeApiServer, isList } from '../../test/sources/apiserver/fake.ts'
import {
  exportObject,
  type RawObject,
  type Revision,
  type Share,
  type Size,
  serviceObject,
  sharesOf,
  sliceObjects,
} from './world.ts'

/** What the bench wants done; `done` is said when it is. */
export type Order =
  | { readonly kind: 'open'; readonly size: Size }
  /** Changes one slice after another, each so many milliseconds after the one before. */
  | { readonly kind: 'change'; readonly changes: number; readonly everyMs: number }
  | { readonly kind: 'down' | 'up'; readonly cluster: number }

export type Told = { readonly kind: 'opened'; readonly urls: readonly string[] } | { readonly kind: 'done' }

/** One cluster's API server. */
class StandIn {
  readonly #size: Size
  readonly #server: FakeApiServer
  readonly #shares: readonly Share[]
  readonly #revisions = new Map<number, Revision>()
  #version = 1000

  private constructor(size: Size, server: FakeApiServer, shares: readonly Share[]) {
    this.#size = size
    this.#server = server
    this.#shares = shares
    this.#answerLists('services', (i) => [this.#of(i, serviceObject)])
    this.#answerLists('serviceexports', (i) => [this.#of(i, exportObject)])
    this.#answerLists('endpointslices', (i) => this.#slices(i))
  }

  static async open(size: Size, cluster: number): Promise<StandIn> {
    return new StandIn(size, await FakeApiServer.open(), sharesOf(size, cluster))
  }

  get url(): string {
    return this.#server.url
  }

  get slices(): number {
    return this.#shares.length
  }

  readonly down = (): Promise<void> => this.#server.kill()
  readonly up = (): Promise<void> => this.#server.listen()

  /** Other addresses for all endpoints of the i-th service. */
  change(i: number): void {
    const revision = (this.#revisions.get(i)?.revision ?? 0) + 1
    this.#revisions.set(i, { revision, changedAt: Date.now() })
    for (const object of this.#slices(i)) {
      this.#version += 1
      const metadata = { ...object.metadata, resourceVersion: String(this.#version) }
      this.#server.send(this.#server.watcher('endpointslices'), 'MODIFIED', { ...object, metadata })
    }
  }

  /** As an API server does once a minute or so, or its clients believe that it went silent. */
  bookmark(): void {
    const metadata = { resourceVersion: String(this.#version) }
    for (const watcher of this.#server.watchers) this.#server.send(watcher, 'BOOKMARK', { metadata })
  }

  #of<T>(i: number, make: (share: Share) => T): T {
    const share = this.#shares[i]
    if (share === undefined) throw new RangeError(`there is no service ${i} in this cluster`)
    return make(share)
  }

  #slices(i: number): readonly RawObject[] {
    const revision = this.#revisions.get(i) ?? { revision: 0, changedAt: null }
    return this.#of(i, (share) => sliceObjects(this.#size, share, revision))
  }

  #answerLists(plural: string, make: (i: number) => readonly RawObject[]): void {
    const list = (response: ServerResponse, { query }: Asked): void => {
      const from = Number(query.get('continue') ?? 0)
      const to = Math.min(this.#shares.length, from + Number(query.get('limit') ?? this.#shares.length))
      const items = Array.from({ length: to - from }, (_, i) => make(from + i)).flat()
      const next = to < this.#shares.length ? String(to) : ''
      const metadata = { resourceVersion: String(this.#version), continue: next }
      response.end(JSON.stringify({ kind: 'List', metadata, items }))
    }
    this.#server.fault(isList(plural), list, Number.POSITIVE_INFINITY)
  }
}

let servers: readonly StandIn[] = []

setInterval(() => {
  for (const server of servers) server.bookmark()
}, 30_000)

async function follow(order: Order): Promise<Told> {
  switch (order.kind) {
    case 'open': {
      const { size } = order
      const opening = Array.from({ length: size.clusters }, (_, cluster) => StandIn.open(size, cluster))
      servers = await Promise.all(opening)
      return { kind: 'opened', urls: servers.map(({ url }) => url) }
    }
    case 'change':
      await change(order.changes, order.everyMs)
      break
    case 'down':
    case 'up':
      await servers[order.cluster]?.[order.kind]()
  }
  return { kind: 'done' }
}

/** By the clock, so that a late turn changes what it owes. */
async function change(changes: number, everyMs: number): Promise<void> {
  const begun = performance.now()
  const holding = servers.filter(({ slices }) => slices > 0)
  for (let done = 0; done < changes; ) {
    const due = Math.min(changes, 1 + Math.floor((performance.now() - begun) / everyMs))
    for (; done < due; done++) {
      const server = holding[Math.floor(Math.random() * holding.length)]
      server?.change(Math.floor(Math.random() * server.slices))
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

process.on('message', (order: Order) => {
  void follow(order).then((told) => process.send?.(told))
})
