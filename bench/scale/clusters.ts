import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubeconfig } from '../../test/support/kubeconfig.ts'
import type { Order, Told } from './api-servers.ts'
import { clusterId, type Size } from './world.ts'

/** Clusters that run, and the configuration of a server that reads them. */
export interface Clusters extends AsyncDisposable {
  /** For files; it goes with the clusters. */
  readonly dir: string
  readonly order: (order: Order) => Promise<void>
  /** The file, with a `state.dir` or without. */
  readonly configuration: (stateDir: string | null) => string
}

const DEADLINE_MS = 600_000

/** Stand-in API servers for all clusters, in one process beside the server's. */
export async function openClusters(size: Size): Promise<Clusters> {
  const dir = mkdtempSync(join(tmpdir(), 'meridian-scale-'))
  const child = fork(new URL('api-servers.ts', import.meta.url))
  const kill = (): void => void child.kill('SIGKILL')
  const end = async (): Promise<void> => {
    process.off('exit', kill)
    const gone = once(child, 'exit')
    if (child.kill('SIGKILL')) await gone
    rmSync(dir, { recursive: true, force: true })
  }
  process.once('exit', kill)
  try {
    const opened = await ask(child, { kind: 'open', size })
    if (opened.kind !== 'opened') throw new Error('the stand-in API servers did not open')
    for (const [cluster, url] of opened.urls.entries())
      writeFileSync(join(dir, `${clusterId(cluster)}.kubeconfig`), kubeconfig(url))
    return {
      dir,
      order: async (order) => {
        await ask(child, order)
      },
      configuration: (stateDir) => writeConfiguration(dir, size, stateDir),
      [Symbol.asyncDispose]: end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

async function ask(child: ChildProcess, order: Order): Promise<Told> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  const told = once(child, 'message', { signal })
  child.send(order)
  const [answer]: Told[] = await told
  if (answer === undefined) throw new Error(`the stand-in API servers did not obey: ${order.kind}`)
  return answer
}

/** One flat network of regions of ten clusters; one answering thread, so that figures of machines compare. */
function writeConfiguration(dir: string, { clusters }: Size, stateDir: string | null): string {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'meridian.yaml')
  const configuration = {
    dns: { listen: ['127.0.0.1:0'], workers: 1 },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: clusterId(0) },
    startup: { timeout: '30m' },
    state: { dir: stateDir },
    clusterStates: { downAfter: '1s', upAfter: '0s' },
    clusters: Array.from({ length: clusters }, (_, cluster) => ({
      id: clusterId(cluster),
      locality: `region-${Math.floor(cluster / 10)}/zone-${cluster}`,
      network: 'flat',
      source: { kubeconfig: { path: `${clusterId(cluster)}.kubeconfig` } },
    })),
  }
  writeFileSync(file, JSON.stringify(configuration))
  return file
}
