/** A server whose clusters are found in Secrets, and that starts again while every API server is down. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { parse, stringify } from 'yaml'
import { kubeconfig } from '../../sources/apiserver/cluster.ts'
import { FakeApiServer } from '../../sources/apiserver/fake.ts'
import { exported } from '../../support/manifests.ts'
import { type InProcess, startServer } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import type { RawObject } from '../../support/source-battery.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { secret } from './finding.ts'

export const HERE = 'here.default.svc.clusterset.local'
export const THERE = 'there.default.svc.clusterset.local'

export const put = (api: FakeApiServer, name: string, clusterIP: string, pod: string): void => {
  const { items } = parse(exported({ name, clusterIP, pods: [pod] }))
  for (const item of items) api.put(item)
}

const identify = (api: FakeApiServer, uid: string): void =>
  api.put({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { namespace: '', name: 'kube-system', uid },
  } as RawObject)

export const secretOf = (west: FakeApiServer) =>
  secret('west', {
    data: { kubeconfig: kubeconfig(west.url, { token: 'hush-hush-1' }) },
    annotations: { locality: 'us-west-1', network: 'flat' },
  })

export class Fleet {
  readonly east: FakeApiServer
  readonly west: FakeApiServer
  readonly directory: Temporary
  server: InProcess

  constructor(east: FakeApiServer, west: FakeApiServer, directory: Temporary, server: InProcess) {
    this.east = east
    this.west = west
    this.directory = directory
    this.server = server
  }

  static async open(): Promise<Fleet> {
    const [east, west] = await Promise.all([FakeApiServer.open(), FakeApiServer.open()])
    identify(east, 'uid-east')
    identify(west, 'uid-west')
    put(east, 'here', '10.101.0.1', '10.1.0.1')
    put(west, 'there', '10.102.0.1', '10.2.0.1')
    east.put(secretOf(west))
    const directory = await temporary()
    await directory.write('east.kubeconfig', kubeconfig(east.url))
    await directory.write(
      'meridian.yaml',
      stringify({
        dns: { listen: ['127.0.0.1:0'] },
        admin: { listen: '127.0.0.1:0' },
        local: { cluster: 'east' },
        clusters: [{ id: 'east', network: 'flat', source: { kubeconfig: { path: './east.kubeconfig' } } }],
        registries: [{ secrets: { namespace: 'meridian' } }],
        state: { dir: './state' },
      }),
    )
    const fleet = new Fleet(east, west, directory, await startServer(directory))
    // Which of the two is read first is left to the thread that reads them.
    for (const id of ['east', 'west'])
      await until(async () => (await fleet.stateOf(id)) === 'live', `${id}, read`)
    return fleet
  }

  async close(): Promise<void> {
    await this.server.meridian.stop()
    await Promise.all([this.east.kill(), this.west.kill()])
    await this.directory.close()
  }

  async stateOf(id: string): Promise<string> {
    const { text } = await this.server.get('/readyz?verbose')
    return new RegExp(`cluster ${id}: (\\w+),`).exec(text)?.[1] ?? 'unknown'
  }

  async addressOf(name: string): Promise<string | undefined> {
    return (await this.server.ask(name)).answers[0]?.split(' ').at(-1)
  }

  /** Everything is down, and Meridian starts. */
  async restartInTheDark(): Promise<void> {
    await this.server.meridian.stop()
    for (const one of [this.east, this.west]) one.darken()
    this.server = await startServer(this.directory)
  }
}

/** One for each test of a file. */
export function fleetForEach(): () => Fleet {
  let fleet: Fleet
  beforeEach(async () => {
    fleet = await Fleet.open()
  })
  afterEach(() => fleet.close())
  return () => fleet
}

/** One for all tests of a file, from one start to the next. */
export function fleetForAll(): () => Fleet {
  let fleet: Fleet
  beforeAll(async () => {
    fleet = await Fleet.open()
  })
  afterAll(() => fleet.close())
  return () => fleet
}
