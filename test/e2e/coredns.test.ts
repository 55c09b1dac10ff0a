import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ParsedReply, QuerySpec } from '../support/client.ts'
import {
  ask,
  COREDNS,
  LARGE,
  printedBlock,
  Replica,
  type Transport,
  transports,
  writeClusterset,
} from './chain/index.ts'
import { type CoreDns, eventually, startCoreDns } from './ground/index.ts'

const Z = 'svc.clusterset.local'

/** Octets of an A record whose owner is compressed. */
const SMALLEST_RECORD = 16

let config: string
let replica: Replica

beforeAll(async () => {
  config = writeClusterset()
  replica = await Replica.start(config)
})

afterAll(() => replica.stop())

/** Name, type, outcome, and the records without their TTL and class; of the authority, if there is no answer. */
type Row = readonly [name: string, type: string, rcode: string, records: readonly string[]]

const EVERY_TYPE: readonly Row[] = [
  [`web.default.${Z}`, 'A', 'NOERROR', ['A 10.101.195.130']],
  ['web.default.global', 'A', 'NOERROR', ['A 10.101.195.130']],
  ['web.global', 'A', 'NOERROR', ['A 10.101.195.130']],
  ['cluster-west.web.default.global', 'A', 'NOERROR', ['A 10.2.1.10', 'A 10.2.2.11']],
  ['web.default.svc.cluster-west.local', 'A', 'NOERROR', ['A 10.2.1.10', 'A 10.2.2.11']],
  [`api.shop.${Z}`, 'AAAA', 'NOERROR', ['AAAA fd00:10:101::408d']],
  [`db-0.cluster-west.db.data.${Z}`, 'A', 'NOERROR', ['A 10.2.1.18']],
  [
    `db.data.${Z}`,
    'A',
    'NOERROR',
    ['1.1.19', '1.2.20', '1.3.21', '2.1.18', '2.2.19'].map((one) => `A 10.${one}`),
  ],
  [`_http._tcp.web.default.${Z}`, 'SRV', 'NOERROR', [`SRV 0 100 80 web.default.${Z}.`]],
  [
    `_postgres._tcp.db.data.${Z}`,
    'SRV',
    'NOERROR',
    [
      'db-0.cluster-east',
      'db-0.cluster-west',
      'db-1.cluster-east',
      'db-1.cluster-west',
      'db-2.cluster-east',
    ].map((pod) => `SRV 0 20 5432 ${pod}.db.data.${Z}.`),
  ],
  [
    '_http._tcp.web.default.global',
    'SRV',
    'NOERROR',
    ['0 65535 80 cluster-east', '1 65535 80 cluster-central', '2 65535 80 cluster-west'].map(
      (one) => `SRV ${one}.web.default.global.`,
    ),
  ],
  ['dns-version.clusterset.local', 'TXT', 'NOERROR', ['TXT "1.0.0"']],
  ['18.1.2.10.in-addr.arpa', 'PTR', 'NOERROR', [`PTR db-0.cluster-west.db.data.${Z}.`]],
  ['clusterset.local', 'NS', 'NOERROR', ['NS ns.dns.clusterset.local.']],
  ['cluster-west.local', 'NS', 'NOERROR', ['NS ns.dns.clusterset.local.']],
  ['ns.dns.clusterset.local', 'A', 'NOERROR', ['A 10.101.0.53']],
  ['clusterset.local', 'SOA', 'NOERROR', ['SOA ns.dns.clusterset.local. hostmaster.clusterset.local.']],
  ['global', 'SOA', 'NOERROR', ['SOA ns.dns.clusterset.local. hostmaster.global.']],
  // NODATA: the type is missing, the name is not.
  [`web.default.${Z}`, 'AAAA', 'NOERROR', ['SOA ns.dns.clusterset.local. hostmaster.clusterset.local.']],
  [`web.default.${Z}`, 'HTTPS', 'NOERROR', ['SOA ns.dns.clusterset.local. hostmaster.clusterset.local.']],
  [Z, 'A', 'NOERROR', ['SOA ns.dns.clusterset.local. hostmaster.clusterset.local.']],
  [`nobody.default.${Z}`, 'A', 'NXDOMAIN', ['SOA ns.dns.clusterset.local. hostmaster.clusterset.local.']],
  ['nobody.default.global', 'AAAA', 'NXDOMAIN', ['SOA ns.dns.clusterset.local. hostmaster.global.']],
]

/** `web.default.global. 5 IN A 10.1.0.1` as `A 10.1.0.1`; the numbers of an SOA are left out. */
const bare = (record: string): string =>
  record.replace(/^\S+ \d+ IN /, '').replace(/^(SOA \S+ \S+) .*$/, '$1')

const recordsOf = ({ answers, authorities }: ParsedReply): readonly string[] =>
  (answers.length > 0 ? answers : authorities).map(bare).sort()

const ttlsIn = ({ answers, authorities }: ParsedReply): readonly number[] =>
  [...answers, ...authorities].map((record) => Number(record.split(' ')[1]))

describe.each(COREDNS)('behind CoreDNS %s', (version, said) => {
  let coreDns: CoreDns

  beforeAll(async () => {
    coreDns = await startCoreDns(await printedBlock(config, [replica.port], said), version)
  })

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(`${coreDns.server.logTail()}\n${replica.logTail()}`)
  })

  afterAll(() => coreDns.close())

  const through = (transport: Transport, query: QuerySpec) => ask(coreDns.port, transport, query)

  describe.each(transports)('over %s', (transport) => {
    test.each(EVERY_TYPE)('%s %s is %s, as from Meridian itself', async (name, type, rcode, records) => {
      const reply = await through(transport, { name, type })
      expect([reply.rcode, recordsOf(reply)]).toEqual([rcode, records])
      expect([reply.flags.tc, reply.edns]).toEqual([false, null])
      const direct = await ask(replica.port, transport, { name, type })
      expect(recordsOf(direct)).toEqual(records)
    })

    test('a name in mixed case is the same name, and the question comes back as it was written', async () => {
      const name = 'wEb.DeFault.SVC.clusterSet.LOCAL'
      for (const type of ['A', 'AAAA']) {
        const reply = await through(transport, { name, type })
        expect([reply.rcode, reply.question]).toEqual(['NOERROR', `${name}. IN ${type}`])
      }
      const { answers } = await through(transport, { name, type: 'A' })
      expect(answers.map((one) => one.toLowerCase())).toEqual([
        expect.stringMatching(/^web\.default\.svc\.clusterset\.local\. \d in a 10\.101\.195\.130$/),
      ])
    })
  })

  test('no TTL is longer than Meridian said, dns-version excepted: what a cache keeps is bounded by the block', async () => {
    for (const [name, type] of EVERY_TYPE)
      expect(
        Math.max(...ttlsIn(await through('udp', { name, type }))),
        `${name} ${type}`,
      ).toBeLessThanOrEqual(5)
  })

  // Each by a name of its own, as one that was asked for over TCP would be in the cache whole.
  test.each([
    { size: 512, title: 'without EDNS', name: `many.large.${Z}`, more: {} },
    { size: 1232, title: 'with EDNS', name: 'many.large.global', more: { edns: {} } },
    {
      size: 1232,
      title: 'with 4096 octets of EDNS',
      name: 'many.large.svc.cluster-east.local',
      more: { edns: { udpPayloadSize: 4096 } },
    },
  ])('200 pods, over UDP $title: those that fit and TC; over TCP: all', async ({ name, size, more }) => {
    for (const type of ['A', 'SRV']) {
      const part = await through('udp', { name, type, ...more })
      expect([part.rcode, part.flags.tc, part.edns === null]).toEqual(['NOERROR', true, size === 512])
      expect(part.answers.length * SMALLEST_RECORD).toBeLessThan(size)
      const whole = await through('tcp', { name, type, ...more })
      expect([whole.rcode, whole.flags.tc]).toEqual(['NOERROR', false])
      expect(new Set(whole.answers).size).toBe(LARGE.pods)
      expect(whole.answers).toEqual(expect.arrayContaining([...part.answers]))
      // Now that it is in the cache, CoreDNS cuts it.
      const cut = await through('udp', { name, type })
      expect([cut.rcode, cut.flags.tc, cut.answers.length < LARGE.pods]).toEqual(['NOERROR', true, true])
    }
  })

  test('an answer that is in the cache costs Meridian no query', async () => {
    const query = { name: `payments.shop.${Z}`, type: 'A' }
    const before = await replica.answered()
    for (const transport of [...transports, ...transports, ...transports]) {
      expect((await through(transport, query)).answers.map(bare)).toEqual(['A 10.101.175.166'])
    }
    // Two, if the first answer left the cache in between.
    expect((await replica.answered()) - before).toBeLessThanOrEqual(2)
  })

  test('when Meridian is stopped names fail, and when it is started again they are back', async () => {
    const query = { name: `search.shop.${Z}`, type: 'A' }
    expect(await replica.stop()).toBe(0)
    await eventually('the cache is empty and says SERVFAIL', 20_000, async () => {
      expect((await through('udp', query)).rcode).toBe('SERVFAIL')
    })
    await replica.start()
    await eventually('names are back', 10_000, async () => {
      for (const transport of transports)
        expect(recordsOf(await through(transport, query))).toEqual(['A 10.3.1.15', 'A 10.3.2.16'])
    })
  })
})
