import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CLASS } from '../../../src/values/dns/index.ts'
import { buildQuery, type QuerySpec } from '../../support/client.ts'
import { large } from '../../support/large.ts'
import { exported } from '../../support/manifests.ts'
import { made } from '../../support/world.ts'
import { responder } from './responder.ts'

// What a datagram with a forged source makes the server send to whoever has that address: docs/security.md has the table.

const files = (network: number) => ({
  'one.json': exported({ name: 'one', clusterIP: `10.10${network}.0.1`, pods: [`10.${network}.9.1`] }),
  'web.json': large({
    name: 'web',
    namespace: 'shop',
    clusterIP: null,
    network,
    endpoints: 300,
    hostname: 8,
  }),
  'six.json': large({ name: 'six', namespace: 'shop', clusterIP: null, network, endpoints: 300, family: 6 }),
  // Of a short question the answer is a name as long as can be.
  'long.json': large({
    name: 's'.repeat(63),
    namespace: 'n'.repeat(63),
    clusterIP: null,
    network: network + 2,
    endpoints: 2,
    hostname: 63,
  }),
})
const clusters = ['east', 'west'].map((id, i) => ({
  id,
  network: 'flat',
  podCIDRs: [`10.${i + 1}.0.0/16`, `10.${i + 3}.0.0/16`],
  source: { manifests: `./${id}` },
}))
const world = made({
  clusters: { east: files(1), west: files(2) },
  config: { clusters, zones: { reverse: true } },
})
const { octetsFor, bugs } = responder({ random: () => 0.5 }, world)

const WEB = 'web.shop.svc.clusterset.local'

/** The largest of what each asks for, without EDNS and with the largest payload that can be said. */
const ASKED: Readonly<Record<string, readonly QuerySpec[]>> = {
  A: [WEB, 'web.shop.global'].map((name) => ({ name, type: 'A' })),
  AAAA: ['six.shop.svc.clusterset.local', 'six.shop.global'].map((name) => ({ name, type: 'AAAA' })),
  SRV: [WEB, 'web.shop.global', '_p0._tcp.web.shop.global'].map((name) => ({ name, type: 'SRV' })),
  PTR: ['1.0.4.10', '1.9.2.10', '4.10', '0.0.4.10'].map((address) => ({
    name: `${address}.in-addr.arpa`,
    type: 'PTR',
  })),
  TXT: ['web.shop.global', 'clusterset.local'].map((name) => ({ name, type: 'TXT' })),
  'SOA, NS': ['clusterset.local', 'global'].flatMap((name) => ['SOA', 'NS'].map((type) => ({ name, type }))),
  ANY: [WEB, 'web.shop.global', 'global'].map((name) => ({ name, type: 'ANY' })),
  'a name or type that is not there': [
    { name: 'no.shop.global', type: 'A' },
    { name: WEB, type: 'MX' },
  ],
  'a name of somebody else': [{ name: 'example.com', type: 'A' }],
  '`version.bind`': [{ name: 'version.bind', type: 'TXT', class: CLASS.CH }],
}

function most(queries: readonly QuerySpec[], edns: boolean): number {
  const factors = queries.map((spec) => {
    const query = buildQuery(edns ? { ...spec, edns: { udpPayloadSize: 65_535 } } : spec)
    return octetsFor(query).length / query.length
  })
  return Math.max(...factors)
}

test.each(Object.entries(ASKED))(
  'a reply to %s is as much longer than the question as is documented',
  (what, queries) => {
    const page = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8')
    const row = `| ${what} | ${most(queries, false).toFixed(1)} | ${most(queries, true).toFixed(1)} |`
    expect(page.includes(row), row).toBe(true)
    expect(bugs).toEqual([])
  },
)
