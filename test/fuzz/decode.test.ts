import dnsPacket from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { type DecodedMessage, decodeQuery, encodeError, encodeReply } from '../../src/server/wire/index.ts'
import { replyWith, soa, UDP } from '../server/wire/messages.ts'
import { buildQuery, parseReply } from '../support/client.ts'
import { wireFixtures } from '../support/wireFixtures.ts'

const CASES = 50_000
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122)

/** mulberry32: whole numbers below `bound`, the same for the same seed. */
function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

const valid = [
  { name: 'web.default.svc.clusterset.local', type: 'A' },
  { name: '_http._tcp.Web.default.svc.clusterset.local', type: 'SRV', rd: true, edns: {} },
  { name: 'web.global', type: 'AAAA', edns: { dnssecOk: true, nsid: true, subnet: '10.1.2.0/23' } },
  {
    name: 'web.global',
    type: 'ANY',
    edns: { subnet: 'fd00:1::/56', options: [{ code: 10, data: [1, 2, 3, 4] }] },
  },
].map(buildQuery)

const corpus = [...wireFixtures().map(({ octets }) => octets), ...valid]

/** Octets that mean something somewhere: labels, pointers, counts, type codes. */
const TELLING = [0, 1, 3, 4, 8, 12, 0x29, 0x3f, 0x40, 0x80, 0xc0, 0xf9, 0xff]

type Random = (bound: number) => number
type Mutation = (octets: number[], random: Random) => void

const MUTATIONS: readonly Mutation[] = [
  (octets, random) => {
    const at = random(octets.length + 1)
    octets[at] = (octets[at] ?? 0) ^ (1 << random(8))
  },
  (octets, random) => {
    octets[random(octets.length + 1)] = TELLING[random(TELLING.length)] ?? 0
  },
  (octets, random) => {
    octets.length = random(octets.length + 1)
  },
  (octets, random) => {
    octets.splice(random(octets.length + 1), random(4))
  },
  (octets, random) => {
    octets.splice(random(octets.length + 1), 0, ...Array.from({ length: random(8) }, () => random(256)))
  },
  (octets, random) => {
    const from = random(octets.length + 1)
    octets.push(...octets.slice(from, from + random(40)))
  },
  (octets, random) => {
    octets[4 + random(8)] = random(4)
  },
]

function mutant(random: Random): Uint8Array<ArrayBuffer> {
  const octets = [...(corpus[random(corpus.length)] ?? [])]
  for (let left = 1 + random(4); left > 0; left--) MUTATIONS[random(MUTATIONS.length)]?.(octets, random)
  // Half of them as queries that go deeper than the flags.
  if (octets.length > 12 && random(2) === 0) octets.splice(2, 4, 0, 0, 0, 1)
  return Uint8Array.from(octets)
}

/** Decoded twice, what surrounds the message being different. */
function decodeTwice(octets: Uint8Array): readonly [DecodedMessage, DecodedMessage] {
  const surrounded = (around: number) => {
    const buffer = new Uint8Array(octets.length + 40).fill(around)
    buffer.set(octets, 20)
    return decodeQuery(new DataView(buffer.buffer), 20, 20 + octets.length)
  }
  return [surrounded(0), surrounded(0xff)]
}

const out = new DataView(new ArrayBuffer(UDP.udpSize))
const negative = replyWith({ authority: [soa('global')], errors: [{ code: 0, text: 'no' }], nsid: 'id' })

function answerTo(octets: Uint8Array<ArrayBuffer>, decoded: DecodedMessage): Uint8Array {
  const view = new DataView(octets.buffer)
  const length =
    decoded.kind === 'drop'
      ? 0
      : decoded.kind === 'error'
        ? encodeError(view, 0, decoded, UDP, out, 0)
        : encodeReply(view, 0, decoded.query, negative, UDP, out, 0)
  return new Uint8Array(out.buffer, 0, length)
}

describe(`${CASES} mutants of known packets (FUZZ_SEED=${SEED})`, () => {
  it('are decoded without throwing, by nothing but their own octets, and their replies can be read', () => {
    const random = generator(SEED)
    const kinds = { drop: 0, error: 0, query: 0 }
    for (let i = 0; i < CASES; i++) {
      const octets = mutant(random)
      const where = () => `FUZZ_SEED=${SEED}, case ${i}: ${Buffer.from(octets).toString('hex')}`
      try {
        const [decoded, again] = decodeTwice(octets)
        if (JSON.stringify(decoded) !== JSON.stringify(again))
          throw new Error('octets beside the message were read')
        kinds[decoded.kind]++
        const reply = answerTo(octets, decoded)
        if (decoded.kind !== 'drop') dnsPacket.decode(Buffer.from(reply))
        if (decoded.kind !== 'drop' && i % 50 === 0) parseReply(reply)
      } catch (error) {
        throw new Error(where(), { cause: error })
      }
    }
    // All three outcomes are met often, or the mutants prove nothing.
    expect(Math.min(...Object.values(kinds))).toBeGreaterThan(CASES / 50)
  })
})

describe('random octets', () => {
  it('are decoded without throwing', () => {
    const random = generator(SEED)
    for (let i = 0; i < 10_000; i++) {
      const octets = Uint8Array.from({ length: random(120) }, () => random(256))
      const [decoded, again] = decodeTwice(octets)
      expect(decoded).toEqual(again)
    }
  })
})
