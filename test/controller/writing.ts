import { afterEach, beforeEach, expect } from 'vitest'
import type { ControllerSettings, WriterLimits } from '../../src/controller/types.ts'
import { ClusterWriter } from '../../src/controller/writer.ts'
import { createLog } from '../../src/words/observe/index.ts'
import type { World } from '../../src/world/zone/index.ts'
import { kubeconfig, QUICK } from '../sources/apiserver/cluster.ts'
import { type Asked, FakeApiServer } from '../sources/apiserver/fake.ts'
import { exported } from '../support/manifests.ts'
import { eventually } from '../support/recorder.ts'
import type { RawObject } from '../support/source-battery.ts'
import { made } from '../support/world.ts'

/** Waits of milliseconds. */
export const LIMITS: WriterLimits = {
  ...QUICK,
  backoff: [5, 20],
  again: [5, 20],
  away: [5, 20],
  unseenMs: 300,
  foreignMs: 30,
  concurrency: 4,
}

export const SETTINGS: ControllerSettings = {
  rules: { clusterSetIP: 'derived', importNamespaces: { allow: [], deny: ['kube-*'] } },
  lease: { namespace: 'meridian', name: 'meridian-controller', duration: 60_000 },
  rate: { perSecond: 10_000, burst: 10_000 },
}

/** A world in which east and west each export these services, in namespace shop. */
export const worldOf = (east: readonly string[], west: readonly string[] = []): World => {
  const filesOf = (names: readonly string[], net: number) =>
    Object.fromEntries(
      names.map((name, i) => [
        `${name}.json`,
        exported({
          name,
          namespace: 'shop',
          clusterIP: `10.10${net}.0.${i + 1}`,
          pods: [`10.${net}.0.${i + 1}`],
        }),
      ]),
    )
  return made({ clusters: { east: filesOf(east, 1), west: filesOf(west, 2) } }).world
}

export const namespace = (name: string): RawObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { namespace: '', name },
})

export const object = (apiVersion: string, kind: string, name: string, more: object = {}): RawObject => ({
  apiVersion,
  kind,
  metadata: { namespace: 'shop', name },
  ...more,
})

export const MCS = 'multicluster.x-k8s.io/v1beta1'

/** A writer to cluster east at work, and what came of it. */
export interface At {
  readonly writer: ClusterWriter
  /** `apply ServiceImport ok`, … in order. */
  readonly counted: string[]
  become: (world: World) => void
}

/** A fake API server for each test, with a namespace shop, and writers that are stopped after it. */
export function writing(): {
  readonly server: FakeApiServer
  readonly start: (world: World, settings?: Partial<ControllerSettings>) => At
  readonly writes: () => readonly Asked[]
  readonly held: (plural: string) => readonly RawObject[]
  readonly settles: (at: At) => Promise<void>
} {
  let server: FakeApiServer
  const running: ClusterWriter[] = []
  beforeEach(async () => {
    server = await FakeApiServer.open()
    server.put(namespace('shop'))
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((writer) => writer.stop()))
    await server.kill()
  })
  return {
    get server() {
      return server
    },
    start: (first, settings = {}) => {
      let world = first
      const counted: string[] = []
      const writer = new ClusterWriter({
        target: {
          id: 'east',
          source: { kind: 'text', kubeconfig: kubeconfig(server.url) },
          families: [4],
        },
        settings: { ...SETTINGS, ...settings },
        world: () => world,
        identity: `replica-${running.length}`,
        log: createLog('silent'),
        count: (_cluster, verb, kind, result) => counted.push(`${verb} ${kind} ${result}`),
        limits: LIMITS,
      })
      running.push(writer)
      const become = (next: World) => {
        world = next
        writer.add([...next.entries].map(([key]) => key))
      }
      return { writer, counted, become }
    },
    writes: () =>
      server.requests.filter(
        ({ verb, plural }) => !['get', 'list', 'watch'].includes(verb) && plural !== 'leases',
      ),
    held: (plural) => server.held(plural),
    settles: ({ writer }) =>
      eventually(() => {
        expect(writer.status()).toMatchObject({ leads: true, observed: true, depth: 0, failing: 0 })
      }),
  }
}
