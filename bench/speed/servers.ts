import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ADDON } from '../../src/server/transport/index.ts'
import { build, type Cluster, eventually, freePort, onLoopback } from '../../test/e2e/ground/index.ts'
import { compile } from '../compile.ts'
import { type Server, startMeridian, startServer } from '../servers.ts'
import { ask } from './ask.ts'
import { CASES } from './mixes.ts'
import { KNOT, type NameServer, NSD, prepare, unprivileged, versionOf } from './nameservers.ts'
import { type World, zoneFile } from './world.ts'

/** What servers are started from. */
export interface Ground {
  readonly world: World
  readonly cluster: Cluster
  /** For files; gone at the end. */
  readonly directory: string
  /** The command that holds a server to its core. */
  readonly pin: readonly string[]
  /** Node's flags for Meridian. */
  readonly node: readonly string[]
}

/** A server of the contest. A floor answers nothing: it echoes, whatever it is asked, and only over UDP. */
export interface Contender {
  readonly name: string
  readonly floor: boolean
  /** Undefined where it cannot run here. */
  readonly version: () => Promise<string | undefined>
  readonly remedy: string
  readonly start: (ground: Ground) => Promise<Server>
}

const READY_MS = 60_000
const FIRST = CASES[0]

const here = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url))

const nodeFloor = (name: string, file: string, needs: string): Contender => ({
  name,
  floor: true,
  version: async () => (existsSync(needs) ? `Node ${process.version}` : undefined),
  remedy: 'node native/build.mjs',
  start: ({ pin }) => startServer({ name, command: [...pin, process.execPath, here(file)] }),
})

const nameServer = (server: NameServer): Contender => ({
  name: server.name,
  floor: false,
  version: async () => versionOf(server),
  remedy: `apt-get install ${server.package}`,
  start: async ({ world, directory, pin }) => {
    const port = await freePort()
    const own = prepare(server, directory, port, zoneFile(world))
    const command = [...pin, ...server.command(own)]
    return answering(await startServer({ name: server.name, command, port, ...unprivileged() }), world)
  },
})

/** The order is that of the tables. */
export const CONTENDERS: readonly Contender[] = [
  {
    name: 'Meridian',
    floor: false,
    version: async () => `Node ${process.version}`,
    remedy: 'npm ci',
    start: async (ground) => {
      const file = writeConfiguration(ground, 1)
      return answering(await startMeridian(file, ground.pin, ground.node), ground.world)
    },
  },
  nameServer(NSD),
  nameServer(KNOT),
  {
    name: 'CoreDNS',
    floor: false,
    version: async () =>
      /CoreDNS-(\S+)/.exec(execFileSync(await build('coredns'), ['-version'], { encoding: 'utf8' }))?.[1],
    remedy: 'npm run test:e2e builds it, and needs Go',
    start: startCoreDns,
  },
  {
    name: 'C loop',
    floor: true,
    version: async () => execFileSync('cc', ['--version'], { encoding: 'utf8' }).split('\n')[0],
    remedy: 'apt-get install gcc',
    start: ({ directory, pin }) =>
      startServer({ name: 'C loop', command: [...pin, compile('floor', directory)] }),
  },
  nodeFloor('addon echo', 'echo-batches.ts', ADDON),
  nodeFloor('dgram echo', 'echo.ts', process.execPath),
]

async function startCoreDns({ world, cluster, directory, pin }: Ground): Promise<Server> {
  const [port, readyPort] = [await freePort(), await freePort()]
  const conf = join(directory, 'Corefile')
  writeFileSync(conf, onLoopback(corefile(cluster), port, readyPort))
  const command = [...pin, await build('coredns'), '-conf', conf]
  return answering(await startServer({ name: 'CoreDNS', command, port }), world)
}

/** The least that answers: no cache, no log, no metrics. */
const corefile = ({ adminKubeconfig }: Cluster): string => `cluster.local clusterset.local {
    ready
    kubernetes cluster.local clusterset.local {
        kubeconfig ${adminKubeconfig}
        multicluster clusterset.local
    }
}`

/** The file of a configuration that reads the API server, with so many answering threads. */
export function writeConfiguration({ cluster, directory }: Ground, workers: number): string {
  const file = join(directory, `meridian-${workers}.yaml`)
  const source = { kubeconfig: { path: cluster.readerKubeconfig } }
  const configuration = {
    dns: { listen: ['127.0.0.1:0'], workers },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: cluster.id },
    clusters: [{ id: cluster.id, locality: 'us-east-1', network: 'flat', source }],
  }
  writeFileSync(file, JSON.stringify(configuration))
  return file
}

/** Once it answers for a service as it must. */
async function answering(server: Server, world: World): Promise<Server> {
  try {
    await eventually(`${server.name} answers`, READY_MS, async () => {
      if (FIRST === undefined) return
      const { rcode, records } = await ask(server.port, FIRST, world)
      if (rcode !== 'NOERROR' || records !== 1) throw new Error(`it says ${rcode} with ${records} records`)
    })
    return server
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}
