import { clientRulesOf } from '../../../src/app/config/index.ts'
import { createResponder, type Peer, type ResponderOptions } from '../../../src/server/replies/index.ts'
import * as transports from '../../../src/server/transport/index.ts'
import { createLog, createTelemetry, type Sample } from '../../../src/words/observe/index.ts'
import { buildQuery, type ParsedReply, parseReply, type QuerySpec } from '../../support/client.ts'
import { exported, type Written } from '../../support/manifests.ts'
import { type Shown, shown } from '../../support/speed.ts'
import { identityOf, peer } from '../../support/values.ts'
import { type Made, made } from '../../support/world.ts'

export const TWO_CLUSTERS: Written = {
  clusters: {
    east: {
      'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1', '10.1.0.2'] }),
      'db.json': exported({ name: 'db', clusterIP: 'None', pods: ['10.1.0.5'] }),
      'sticky.json': exported({
        name: 'sticky',
        clusterIP: '10.101.0.2',
        pods: ['10.1.0.3'],
        affinity: 'ClientIP',
      }),
    },
    west: {
      'web.json': exported({ name: 'web', clusterIP: '10.102.0.1', pods: ['10.2.0.1'] }),
      'far.json': exported({
        name: 'far',
        clusterIP: '10.102.0.9',
        pods: ['10.2.0.9'],
        port: 80,
        targetPort: 8080,
      }),
    },
  },
}

export const UDP: Peer = peer(transports.UDP)
export const TCP: Peer = peer(transports.TCP)

/** Where replies are written, each of which is copied before the next. */
const LONGEST = new DataView(new ArrayBuffer(65_535 + 7))

const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset, octets.length)

/** The reply seams over a world, with everything that they report. */
export function responder(
  over: Partial<ResponderOptions> = {},
  { config, world }: Made = made(TWO_CLUSTERS),
  { snapshot, speed }: Shown = shown(over.snapshot ?? (() => world)),
) {
  const telemetry = createTelemetry(createLog('silent'))
  const bugs: unknown[] = []
  let seconds = 0
  const { respond, expect, transfer } = createResponder(
    {
      identity: identityOf(config.dns.id, '1.2.3'),
      clients: clientRulesOf(config, world.clusterset.local),
      udpSize: config.dns.udpSize,
      random: () => 0,
      clock: () => seconds++,
      counters: telemetry.counts,
      bug: (error) => bugs.push(error),
      ...over,
      snapshot,
    },
    speed,
  )

  const octetsFor = (query: Uint8Array, peer: Peer = UDP): Uint8Array => {
    const length = respond(viewOf(query), 0, query.length, peer, LONGEST, 7)
    return new Uint8Array(LONGEST.buffer, 7, length).slice()
  }
  const ask = (query: QuerySpec, peer: Peer = UDP): ParsedReply =>
    parseReply(octetsFor(buildQuery(query), peer))
  const askTransfer = (query: Uint8Array, peer: Peer = TCP): readonly ParsedReply[] | undefined => {
    const messages = transfer(viewOf(query), 0, query.length, peer)
    if (messages === undefined) return undefined
    const replies: ParsedReply[] = []
    for (let next = messages.next(); next.done !== true; next = messages.next())
      if (next.value !== undefined) replies.push(parseReply(next.value))
    return replies
  }
  /** A metric's samples, as `zone="…",type="…" 3`. */
  const samples = (name: string): readonly string[] => {
    const metric = telemetry.metrics.find((one) => one.name === `meridian_${name}`)
    return [...(metric?.read() ?? [])].map(printSample)
  }
  return { respond, expect, ask, askTransfer, octetsFor, samples, bugs, telemetry, world, config }
}

const printSample = ({ labels, value }: Sample): string => [...Object.values(labels), value].join(' ')
