import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  COREDNS,
  example,
  printedBlock,
  Replica,
  type Transport,
  transports,
  writeClusterset,
} from './chain/index.ts'
import { type CoreDns, eventually, startCoreDns } from './ground/index.ts'

const ZONE = 'galaxy.svc.cluster.local'

/** Of the cluster's own names, which the printed block must leave where they are: cluster-west's stand for them. */
const clusterBlock = (port: number): string => `cluster.local:53 {
    rewrite name suffix .svc.cluster.local. .svc.cluster-west.local. answer auto
    forward . 127.0.0.1:${port}
}
`

/** Hosts of a ServiceEntry, one of them a wildcard. */
const ENTRIES = JSON.stringify({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name: 'outside', namespace: 'istio-system' },
  spec: {
    hosts: ['db.mesh.internal', '*.corp.example'],
    ports: [{ number: 5432, name: 'pg', protocol: 'TCP' }],
    resolution: 'STATIC',
    endpoints: [{ address: '192.0.2.1' }],
  },
})

let config: string
let replica: Replica

beforeAll(async () => {
  config = writeClusterset({
    zones: {
      federations: { galaxy: { clusters: ['cluster-central', 'cluster-west'] } },
      entries: ['mesh.internal', '*.corp.example'],
    },
    istio: { cluster: 'cluster-east' },
  })
  writeFileSync(join(dirname(config), 'cluster-east', 'entries.json'), ENTRIES)
  replica = await Replica.start(config)
})

afterAll(() => replica.stop())

describe.each(COREDNS)("a federation's names and zones of hosts, in CoreDNS %s", (version, said) => {
  let coreDns: CoreDns

  beforeAll(async () => {
    const printed = await printedBlock(config, [replica.port], said)
    const published = example('coredns-kubefed.Corefile', replica.port)
    coreDns = await startCoreDns(`${printed}\n${published}\n${clusterBlock(replica.port)}`, version)
  })

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(coreDns.server.logTail())
  })

  afterAll(() => coreDns.close())

  const through = (name: string, type: string, transport: Transport = 'udp') =>
    ask(coreDns.port, transport, { name, type })

  describe.each(transports)('over %s', (transport) => {
    test.each<[name: string, type: string, records: readonly string[]]>([
      [`web.default.${ZONE}`, 'A', ['A 10.101.195.130']],
      [`db-1.cluster-west.db.data.${ZONE}`, 'A', ['A 10.2.2.19']],
      [`cluster-west.web.default.${ZONE}`, 'A', ['A 10.2.1.10', 'A 10.2.2.11']],
      [
        `_http._tcp.web.default.${ZONE}`,
        'SRV',
        ['0 65535 80 cluster-east', '1 65535 80 cluster-central', '2 65535 80 cluster-west'].map(
          (one) => `SRV ${one}.web.default.${ZONE}.`,
        ),
      ],
      // As it was published, of a zone, of a region, of all.
      ['web.default.galaxy.svc.us-east-1a.us-east-1.example.org', 'A', ['A 10.101.195.130']],
      ['web.default.galaxy.svc.us-east-1.example.org', 'A', ['A 10.101.195.130']],
      ['web.default.galaxy.svc.example.org', 'A', ['A 10.101.195.130']],
      // Hosts of ServiceEntries.
      ['db.mesh.internal', 'A', ['A 192.0.2.1']],
      ['_pg._tcp.db.mesh.internal', 'SRV', ['SRV 0 65535 5432 outside.db.mesh.internal.']],
      ['any.thing.corp.example', 'A', ['A 192.0.2.1']],
      // The cluster's own.
      ['web.default.svc.cluster.local', 'A', ['A 10.2.1.10', 'A 10.2.2.11']],
    ])('%s %s', async (name, type, records) => {
      const { rcode, answers } = await through(name, type, transport)
      expect([rcode, answers.map((one) => one.replace(/ \d+ IN /, ' ')).sort()]).toEqual([
        'NOERROR',
        records.map((one) => `${name}. ${one}`).sort(),
      ])
    })

    test('what does not exist does not exist, by the SOA of the federation', async () => {
      const { rcode, authorities } = await through(`nobody.default.${ZONE}`, 'A', transport)
      expect([rcode, authorities.map((one) => one.split(' ')[0])]).toEqual(['NXDOMAIN', [`${ZONE}.`]])
      expect((await through(`web.default.${ZONE}`, 'AAAA', transport)).rcode).toBe('NOERROR')
    })
  })

  test('are refused while the own cluster has a Namespace of that name, and all others go on', async () => {
    const file = join(dirname(config), 'cluster-east', 'galaxy.json')
    const soaIs = (rcode: string) =>
      eventually(`the SOA of ${ZONE} is ${rcode}`, 20_000, async () => {
        const reply = await ask(replica.port, 'udp', { name: ZONE, type: 'SOA' })
        if (reply.rcode !== rcode) throw new Error(reply.rcode)
      })
    await soaIs('NOERROR')
    try {
      writeFileSync(
        file,
        JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'galaxy' } }),
      )
      await soaIs('REFUSED')
      expect((await through(`api.shop.${ZONE}`, 'A')).rcode).toBe('REFUSED')
      expect((await through('web.default.global', 'A')).rcode).toBe('NOERROR')
      expect((await through('web.default.svc.cluster.local', 'A')).rcode).toBe('NOERROR')
    } finally {
      rmSync(file, { force: true })
    }
    await soaIs('NOERROR')
  })
})
