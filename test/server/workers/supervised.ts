/** Answering threads for tests, over a small world. */

import { clientRulesOf } from '../../../src/app/config/index.ts'
import type { AnsweringOptions } from '../../../src/server/workers/index.ts'
import type { WorkerWaits } from '../../../src/server/workers/waits.ts'
import { WorkerPool } from '../../../src/server/workers/worker-pool.ts'
import { buildQuery, type ParsedReply, parseReply } from '../../support/client.ts'
import { askUdp, ROOMY } from '../../support/sockets.ts'
import { IS_PLAIN } from '../../support/speed.ts'
import { identityOf } from '../../support/values.ts'
import { ADDON_FILE } from '../../support/ways.ts'
import { type Made, made } from '../../support/world.ts'
import { TWO_CLUSTERS } from '../replies/responder.ts'

/** A thread's program in this folder, or the real one; without all that is there for speed alone where tests are without it. */
export const program = (name: 'relay' | 'faulty' | 'masked' | 'real'): URL =>
  name === 'real' && IS_PLAIN
    ? new URL('./plain-thread.ts', import.meta.url)
    : name === 'real'
      ? new URL('../../../src/server/workers/thread.ts', import.meta.url)
      : new URL(`./${name}-thread.ts`, import.meta.url)

export const small: Made = made(TWO_CLUSTERS)

export const startOptions = (over: Partial<AnsweringOptions> = {}): AnsweringOptions => ({
  world: small.world,
  identity: identityOf('thread', '1.2.3'),
  clients: clientRulesOf(small.config, small.world.clusterset.local),
  udpSize: 1232,
  workers: 1,
  addresses: 1,
  warning: () => undefined,
  bug: () => undefined,
  crashed: () => undefined,
  streams: {
    tcp: ROOMY,
    pulse: new Int32Array(new SharedArrayBuffer(4)),
    standing: { ready: true, state: 'ready', answers: true },
  },
  ...over,
  udp: over.udp === 'batches' ? { addon: ADDON_FILE } : 'dgram',
})

export interface Keeping {
  readonly answering: WorkerPool
  readonly port: number
  readonly ask: (name: string, type?: string, patience?: number) => Promise<ParsedReply>
  readonly warnings: readonly string[]
  readonly bugs: readonly Error[]
  readonly crashes: readonly Error[]
}

/** A loopback address that no client of another test has a port on. */
export const HOST = '127.0.0.43'

/** A thread that answers on a port of that address, and what it had to say. */
export async function keeping(
  which: 'faulty' | 'real' = 'real',
  over: Partial<AnsweringOptions> = {},
  waits: Partial<WorkerWaits> = {},
): Promise<Keeping> {
  const [warnings, bugs, crashes]: [string[], Error[], Error[]] = [[], [], []]
  const told = {
    warning: (text: string) => void warnings.push(text),
    bug: (error: Error) => void bugs.push(error),
    crashed: (reason: Error) => void crashes.push(reason),
  }
  const answering = await WorkerPool.start(program(which), startOptions({ ...told, ...over }), {
    pauseMs: [1, 5],
    ...waits,
  })
  const port = await answering.makeUdp(HOST, []).open(0)
  const ask = async (name: string, type = 'A', patience?: number) => {
    const query = buildQuery({ name, type, edns: {} })
    return parseReply((await askUdp({ host: HOST, port }, query, patience)).octets)
  }
  return { answering, port, ask, warnings, bugs, crashes }
}
