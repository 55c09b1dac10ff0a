import { afterEach, beforeEach, expect } from 'vitest'
import type { Registry, Suffixes } from '../../../src/app/config/index.ts'
import {
  type Configured,
  type FoundCluster,
  type RegistryOptions,
  type RunningRegistry,
  startRegistry,
} from '../../../src/app/registry/index.ts'
import { credentialsFrom } from '../../../src/sources/apiserver/index.ts'
import { kubeconfig, QUICK } from '../../sources/apiserver/cluster.ts'
import { FakeApiServer } from '../../sources/apiserver/fake.ts'
import { eventually } from '../../support/recorder.ts'
import type { RawObject } from '../../support/source-battery.ts'

export const SUFFIXES: Suffixes = {
  clusterset: 'clusterset.local',
  global: 'global',
  cluster: '{cluster}.local',
  clusterDomain: 'cluster.local',
}

/** A Secret as the API server has it. */
export interface Written {
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly data?: Readonly<Record<string, string>>
  /** Without their `meridian-dns.io/`. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Seconds after the first that there could be; null: it does not say. */
  readonly age?: number | null
}

export function secret(name: string, written: Written = {}): RawObject {
  const { namespace = 'meridian', labels = { 'meridian-dns.io/cluster': '' }, data = {}, age = 0 } = written
  const annotations = Object.entries(written.annotations ?? {}).map(([field, text]) => [
    `meridian-dns.io/${field}`,
    text,
  ])
  const metadata = {
    namespace,
    name,
    labels,
    annotations: Object.fromEntries(annotations),
    creationTimestamp: age === null ? null : new Date(Date.UTC(2026, 0, 1, 0, 0, age)).toISOString(),
  }
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: Object.fromEntries(encoded) } as RawObject
}

/** What a registry told. */
export class Told {
  readonly calls: (readonly FoundCluster[])[] = []
  again: readonly FoundCluster[] = []
  readonly problems: string[] = []

  get found(): readonly FoundCluster[] {
    return this.calls.at(-1) ?? []
  }

  get ids(): readonly string[] {
    return this.found.map(({ id }) => id)
  }

  one(id: string): FoundCluster {
    const cluster = this.found.find((each) => each.id === id)
    if (cluster === undefined) throw new Error(`${id} is not found, but ${this.ids.join(', ')}`)
    return cluster
  }
}

export interface Started extends RunningRegistry {
  readonly told: Told
}

const MERIDIAN = { secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }

/** An API server for the Secrets, one for every cluster, and registries that are stopped after each test. */
export function ground() {
  let local: FakeApiServer
  const servers: FakeApiServer[] = []
  const started: RunningRegistry[] = []

  beforeEach(async () => {
    local = await FakeApiServer.open()
    servers.push(local)
  })
  afterEach(async () => {
    await Promise.all(started.splice(0).map((registry) => registry.stop()))
    await Promise.all(servers.splice(0).map((server) => server.kill()))
  })

  /** A cluster whose kube-system has this UID. */
  const server = async (uid: string): Promise<FakeApiServer> => {
    const opened = await FakeApiServer.open()
    servers.push(opened)
    opened.put({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { namespace: '', name: 'kube-system', uid },
    } as RawObject)
    return opened
  }

  const start = (
    more: Partial<RegistryOptions> = {},
    registries: readonly Registry[] = [MERIDIAN],
  ): Started => {
    const told = new Told()
    const running = startRegistry(registries, {
      credentials: credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(local.url) }),
      configured: () => [],
      suffixes: () => SUFFIXES,
      changed: (now) => {
        told.calls.push(now.found)
        told.again = now.again
      },
      problem: (text) => told.problems.push(text),
      ...more,
      limits: { ...QUICK, identityMs: 2_000, askAgainMs: 10, confirmMs: 60_000, ...more.limits },
    })
    started.push(running)
    return { ...running, told }
  }

  const synced = async (more?: Partial<RegistryOptions>): Promise<Started> => {
    const registry = start(more)
    await eventually(() => expect(registry.status().synced).toBe(true))
    return registry
  }

  return {
    get local() {
      return local
    },
    server,
    start,
    synced,
    put: (object: RawObject) => local.put(object),
    remove: (object: RawObject) => local.remove(object),
  }
}

/** A kubeconfig to a port where nobody listens: its cluster joins all the same. */
export const nowhere = (user: object = {}): string => kubeconfig('http://127.0.0.1:1', user)

export const configured = (id: string, server?: FakeApiServer): Configured => ({
  id,
  credentials:
    server === undefined ? null : credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url) }),
})
