import { setTimeout as pause } from 'node:timers/promises'
import type { KubeClient } from '../../test/e2e/ground/index.ts'
import { domainName, endpoints, slicePath, type Way } from './objects.ts'
import type { Poller } from './poller.ts'

/** One server, asked about services that came to the cluster one way. */
export interface Contender {
  readonly title: string
  readonly way: Way
  readonly poller: Poller
}

/** One change of one slice; milliseconds. */
export interface Change {
  /** From the API server's acknowledgement to the first right answer; negative if the answer came first. */
  readonly latency: number
  /** From the request to its acknowledgement. */
  readonly write: number
  readonly poll: number
  readonly silences: number
}

/** Between changes, so that none meets the work that the one before it left: the contenders' and the collectors'. */
const PAUSE_MS = [5, 25] as const

/** Changes slices of services below `services`, for one contender after the other, `rounds` times. */
export async function contest(
  admin: KubeClient,
  contenders: readonly Contender[],
  services: number,
  rounds: number,
): Promise<ReadonlyMap<Contender, readonly Change[]>> {
  const changes = new Map(contenders.map((one) => [one, [] as Change[]]))
  for (let round = 0; round < rounds; round++)
    for (const turn of contenders.keys()) {
      const contender = contenders[(round + turn) % contenders.length]
      if (contender === undefined) continue
      changes.get(contender)?.push(await change(admin, contender, Math.floor(Math.random() * services)))
      await pause(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]))
    }
  return changes
}

async function change(admin: KubeClient, { way, poller }: Contender, i: number): Promise<Change> {
  const addresses = [newAddress(), newAddress()]
  const start = performance.now()
  const [{ at, pollMs, silences }, acknowledged] = await Promise.all([
    poller.until(domainName(way, i), addresses),
    patch(admin, slicePath(way, i), addresses),
  ])
  return { latency: at - acknowledged, write: acknowledged - start, poll: pollMs, silences }
}

/** When it was acknowledged. */
async function patch(admin: KubeClient, path: string, addresses: readonly string[]): Promise<number> {
  const body = { endpoints: endpoints(addresses) }
  const reply = await admin.request('PATCH', path, body, 'application/merge-patch+json')
  const at = performance.now()
  if (reply.status !== 200) throw new Error(`PATCH ${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
  return at
}

let addresses = 0

/** Never given before. */
function newAddress(): string {
  addresses++
  return `10.${128 + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`
}
