/** Asks a case's questions of every layer, from `answer()` to sockets, and compares what comes back. */
import assert from 'node:assert/strict'
import {
  type Asker,
  answer,
  type Follows,
  replyOutcomeOf,
  type ServerIdentity,
} from '../../src/answer/records/index.ts'
import { scopeAround, standpointOf } from '../../src/answer/routing/index.ts'
import { createResponder, type ResponderCounters, type Transport } from '../../src/server/replies/index.ts'
import { TCP, UDP } from '../../src/server/transport/index.ts'
import { decodeQuery } from '../../src/server/wire/index.ts'
import {
  CLASS,
  contains,
  parseAddress,
  parsePrefix,
  parseType,
  printRcode,
  printRecord,
} from '../../src/values/dns/index.ts'
import { AnswerCounters, RequestCounters } from '../../src/words/observe/index.ts'
import { type Ask, type Case, CaseError } from './case.ts'
import { compare, isTransfer, type Observed } from './caseCompare.ts'
import { checkExplanation } from './caseExplain.ts'
import { type CaseWorld, worldOf } from './caseWorld.ts'
import { buildQuery, type ParsedReply, parseReply } from './client.ts'
import { exchangeTcp, exchangeUdp } from './exchange.ts'
import { listenHere } from './listen.ts'
import { seeded } from './seeded.ts'
import { ROOMY } from './sockets.ts'
import { type Shown, shown } from './speed.ts'
import { peer } from './values.ts'

/** Runs a whole case; throws an error that names the ask, the layer and the difference. */
export async function runCase(one: Case): Promise<void> {
  const made = worldOf(one)
  const server = serverOf(
    made,
    shown(() => made.world),
  )
  const plain = serverOf(
    made,
    shown(() => made.world, true),
  )
  for (const ask of one.asks) {
    const pure = askerOfPure(made, ask)
    check(one, ask, 'answer()', pure)
    checkDraws(one, ask, pure)
    for (const transport of ask.tcp ? [TCP] : [UDP, TCP]) {
      check(one, ask, `respond over ${transport.label}`, () => askOctets(server, made, ask, transport))
      check(one, ask, `worked out over ${transport.label}`, () => askOctets(plain, made, ask, transport))
    }
  }
  for (const wanted of one.explains) checkExplanation(one, made, wanted)
  assert.deepEqual([...server.bugs, ...plain.bugs], [], `${one.file}: bugs met on the way`)
  await askSockets(one, made, server)
}

function check(one: Case, ask: Ask, layer: string, observe: () => Observed | undefined): void {
  // Several times over: what chance could change must have been declared.
  for (let i = 0; i < 5; i++) compare(one, ask, layer, observe())
}

const identityOf = ({ config }: CaseWorld): ServerIdentity => ({
  version: 'meridian test',
  id: config.dns.id,
})

function askerOf(
  { clients, hostOf }: CaseWorld,
  ask: Ask,
): Asker & { readonly scopes: Record<Follows, number> } {
  const address = parseAddress(hostOf(ask)) ?? ''
  const subnet = ask.subnet === null ? undefined : parsePrefix(ask.subnet)
  const trusted = clients.trustClientSubnet && subnet !== undefined && subnet.length > 0 ? subnet : undefined
  const client = trusted?.base ?? address
  // Longer prefixes than the subnet say nothing of the whole of it.
  const map = clients.map.filter(({ prefix }) => trusted === undefined || prefix.length <= trusted.length)
  const viewpoint = standpointOf(client, { ...clients, map })
  const held = standpointOf(client, clients) === viewpoint
  return {
    viewpoint,
    address: client,
    mayExplain: clients.explainAllow.some((prefix) => contains(prefix, address)),
    scopes: {
      nobody: 0,
      viewpoint: trusted === undefined ? 0 : held ? scopeAround(client, clients) : trusted.length,
      asker: trusted?.length ?? 0,
    },
  }
}

const random = seeded(1)

/** Asks once each time that it is called; undefined where the question does not get as far as `answer()`. */
function askerOfPure(made: CaseWorld, ask: Ask): () => Observed | undefined {
  const octets = queryOf(ask)
  const decoded = decodeQuery(new DataView(octets.buffer), 0, octets.length)
  if (decoded.kind !== 'query' || isTransfer(ask)) return () => undefined
  const { question } = decoded.query
  const { scopes, ...asker } = askerOf(made, ask)
  const identity = identityOf(made)
  return () => observePure(made, ask, answer(question, made.world, asker, identity, random), scopes)
}

function observePure(
  made: CaseWorld,
  ask: Ask,
  found: ReturnType<typeof answer>,
  scopes: Readonly<Record<Follows, number>>,
): Observed {
  const outcome = replyOutcomeOf(found, made.world)
  const print = (rr: Parameters<typeof printRecord>[0]) => printRecord(rr, ask.class === 'CH' ? 'CH' : 'IN')
  return {
    rcode: printRcode(outcome.rcode),
    aa: outcome.authoritative,
    ede: outcome.errors.map(({ code, text }) => `${code} "${text}"`),
    scope: found.kind === 'records' ? scopes[found.follows] : 0,
    answers: outcome.answers.map(print),
    authority: outcome.authority.map(print),
    additional: outcome.additional.map(print),
  }
}

/** Asked some twenty times each. */
const queries = new WeakMap<Ask, Uint8Array<ArrayBuffer>>()

function queryOf(ask: Ask): Uint8Array<ArrayBuffer> {
  const octets = queries.get(ask) ?? octetsOf(ask)
  queries.set(ask, octets)
  return octets
}

const octetsOf = (ask: Ask): Uint8Array<ArrayBuffer> =>
  buildQuery({
    name: ask.name.slice(0, -1),
    type: parseType(ask.type) ?? 0,
    class: CLASS[ask.class],
    rd: true,
    ...(ask.serial === null ? {} : { serial: ask.serial }),
    ...(ask.plain ? {} : { edns: ask.subnet === null ? {} : { subnet: ask.subnet } }),
  })

interface Server extends ReturnType<typeof createResponder> {
  readonly bugs: readonly unknown[]
}

function serverOf(made: CaseWorld, { snapshot, speed }: Shown): Server {
  const bugs: unknown[] = []
  const counters: ResponderCounters = {
    requests: new RequestCounters(),
    duration: { record: () => {} },
    dropped: () => {},
    answered: new AnswerCounters(),
    noRoute: () => {},
  }
  const responder = createResponder(
    {
      snapshot,
      identity: identityOf(made),
      clients: made.clients,
      udpSize: made.config.dns.udpSize,
      random: seeded(2),
      clock: () => 0,
      counters,
      bug: (error) => bugs.push(error),
    },
    speed,
  )
  return { ...responder, bugs }
}

/** Where replies are written, each read before the next. */
const LONGEST = new DataView(new ArrayBuffer(65_535))

function askOctets(server: Server, made: CaseWorld, ask: Ask, transport: Transport): Observed | undefined {
  const from = peer(transport, made.hostOf(ask))
  const octets = queryOf(ask)
  const query = new DataView(octets.buffer)
  if (transport.isStream) {
    const transfer = server.transfer(query, 0, octets.length, from)
    if (transfer !== undefined) return observeAll(ask, messagesOf(transfer))
  }
  const length = server.respond(query, 0, octets.length, from, LONGEST, 0)
  const parsed = observe(ask, new Uint8Array(LONGEST.buffer, 0, length))
  return parsed.tc ? undefined : parsed.observed
}

function messagesOf(transfer: Iterator<Uint8Array | undefined>): readonly Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let next = transfer.next(); next.done !== true; next = transfer.next())
    if (next.value !== undefined) messages.push(next.value)
  return messages
}

/** The messages of a transfer as one reply. */
function observeAll(ask: Ask, messages: readonly Uint8Array[]): Observed {
  const all = messages.map((message) => observe(ask, message).observed)
  const [first] = all
  assert(first !== undefined, 'a transfer without a message')
  return { ...first, answers: all.flatMap(({ answers }) => answers) }
}

interface Read {
  readonly observed: Observed
  readonly tc: boolean
}

/** Of each ask, the replies that were read, by their octets: the same octets again say the same. */
const read = new WeakMap<Ask, Map<string, Read>>()

function observe(ask: Ask, octets: Uint8Array): Read {
  const of = read.get(ask) ?? new Map<string, Read>()
  read.set(ask, of)
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
  const seen = of.get(text) ?? readReply(ask, octets)
  of.set(text, seen)
  return seen
}

/** Reads a reply with two foreign decoders, and holds it to what every reply must be. */
function readReply(ask: Ask, octets: Uint8Array): Read {
  const reply = parseReply(octets)
  assert.deepEqual(
    { ...reply.flags, aa: false, tc: false },
    { qr: true, aa: false, tc: false, rd: true, ra: false, z: false, ad: false, cd: false },
  )
  assert.equal(reply.id, 0x1234)
  assert.equal(reply.question?.split(' ')[0], ask.name, 'the question comes back letter by letter')
  assert.equal(reply.edns !== null, !ask.plain, 'OPT in the reply iff in the query')
  return { observed: observedOf(ask, reply), tc: reply.flags.tc }
}

const observedOf = (ask: Ask, reply: ParsedReply): Observed => ({
  rcode: reply.rcode,
  aa: reply.flags.aa,
  ede: (reply.edns?.ede ?? []).map(({ code, text }) => `${code} "${text}"`),
  scope: ask.subnet === null ? null : Number(reply.edns?.subnet?.split('/')[2]),
  answers: reply.answers,
  authority: reply.authorities,
  additional: reply.additionals,
})

/** Once more over the loopback, for clients that have an address there. */
async function askSockets(one: Case, made: CaseWorld, server: Server): Promise<void> {
  const listeners = await listenHere(
    { addresses: made.config.dns.listen, udpSize: made.config.dns.udpSize, tcp: ROOMY },
    server.respond,
    server.transfer,
    { dropped: () => {}, warning: () => {}, connections: () => {} },
  )
  try {
    const port = listeners.bound[0]?.port ?? 0
    for (const ask of one.asks) {
      const from = made.hostOf(ask)
      if (!from.startsWith('127.')) continue
      const udp = ask.tcp ? undefined : await exchangeUdp(port, from, queryOf(ask))
      const tcp = await exchangeTcp(port, from, queryOf(ask), isTransfer(ask))
      const seen = udp === undefined ? undefined : observe(ask, udp)
      if (seen !== undefined && !seen.tc) compare(one, ask, 'UDP', seen.observed)
      compare(one, ask, 'TCP', observeAll(ask, tcp))
    }
  } finally {
    await listeners.close({ drainMs: 0 })
  }
}

/** The shares of many draws, with chance from a fixed seed. */
function checkDraws(one: Case, ask: Ask, pure: () => Observed | undefined): void {
  const { draws } = ask.expected
  if (draws === null) return
  const counts = new Map<string, number>()
  for (let i = 0; i < draws.count; i++)
    for (const line of pure()?.answers ?? []) counts.set(line, (counts.get(line) ?? 0) + 1)
  for (const [line, share] of draws.shares) {
    const percent = (100 * (counts.get(line) ?? 0)) / draws.count
    if (Math.abs(percent - share) > draws.within)
      throw new CaseError(
        one.file,
        ask.line,
        `${line} came in ${percent}% of ${draws.count} replies, not ${share}%`,
      )
  }
}
