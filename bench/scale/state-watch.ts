import { setTimeout as sleep } from 'node:timers/promises'
import { buildQuery } from '../../test/support/client.ts'
import { askUdp } from '../../test/support/sockets.ts'
import { clusterId, serviceName } from './world.ts'

const EVERY_MS = 20
const DEADLINE_MS = 60_000

/** Asks a server over UDP why a service is answered as it is, until what it says of a cluster is as wanted. */
export async function untilState(
  port: number,
  service: number,
  cluster: number,
  state: string,
): Promise<void> {
  const [name, namespace] = serviceName(service).split('.')
  const query = buildQuery({
    name: `${name}.${namespace}._explain.clusterset.local`,
    type: 'TXT',
    edns: { udpPayloadSize: 4096 },
  })
  const deadline = performance.now() + DEADLINE_MS
  while (stateIn((await askUdp({ host: '127.0.0.1', port }, query)).octets, cluster) !== state) {
    if (performance.now() > deadline) throw new Error(`${clusterId(cluster)} was not ${state} in time`)
    await sleep(EVERY_MS)
  }
}

/** What an explanation's octets say of a cluster: its strings follow each other, each after its length. */
export function stateIn(reply: Buffer, cluster: number): string | undefined {
  const text = reply.toString('latin1')
  return new RegExp(`cluster=${clusterId(cluster)}[^\\w.-].*?state=([a-z]+)`, 's').exec(text)?.[1]
}
