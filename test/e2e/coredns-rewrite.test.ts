import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, COREDNS, example, printedBlock, Replica, transports, writeClusterset } from './chain/index.ts'
import { type CoreDns, startCoreDns } from './ground/index.ts'

let config: string
let replica: Replica

beforeAll(async () => {
  config = writeClusterset()
  replica = await Replica.start(config)
})

afterAll(() => replica.stop())

/** What docs/examples says of a file, in questions and answers. */
const EXAMPLES: readonly {
  readonly file: string
  readonly suffix: string
  readonly zone: string
  readonly target: string
  readonly srv: readonly string[]
}[] = [
  {
    file: 'coredns-other-suffix.Corefile',
    suffix: 'svc.mesh.example',
    zone: 'mesh.example',
    target: 'web.default.svc.mesh.example',
    srv: ['0 100 80 web.default.svc.mesh.example.'],
  },
]

const CASES = COREDNS.flatMap(([version, said]) => EXAMPLES.map((one) => ({ version, said, ...one })))

describe.each(CASES)(
  'docs/examples/$file, in CoreDNS $version',
  ({ version, said, file, suffix, zone, target, srv }) => {
    let coreDns: CoreDns

    beforeAll(async () => {
      const printed = await printedBlock(config, [replica.port], said)
      coreDns = await startCoreDns(`${printed}\n${example(file, replica.port)}`, version)
    })

    afterEach(({ task }) => {
      if (task.result?.state === 'fail') console.error(coreDns.server.logTail())
    })

    afterAll(() => coreDns.close())

    describe.each(transports)('over %s', (transport) => {
      const through = (name: string, type: string) => ask(coreDns.port, transport, { name, type })

      test("a service's name has its addresses", async () => {
        const { rcode, answers } = await through(`web.default.${suffix}`, 'A')
        expect([rcode, answers]).toEqual([
          'NOERROR',
          [recordOf(`web.default.${suffix}`, 'A', '10.101.195.130')],
        ])
      })

      test('a name in mixed case is the same name', async () => {
        const name = `Web.Default.${suffix.toUpperCase()}`
        const { question, answers } = await through(name, 'A')
        expect([question, answers.map((one) => one.toLowerCase())]).toEqual([
          `${name}. IN A`,
          [expect.stringMatching(/ in a 10\.101\.195\.130$/)],
        ])
      })

      test('a per-pod name has its address', async () => {
        const name = `db-1.cluster-west.db.data.${suffix}`
        expect((await through(name, 'A')).answers).toEqual([recordOf(name, 'A', '10.2.2.19')])
      })

      test('SRV targets have the suffix that was asked, and resolve', async () => {
        const name = `_http._tcp.web.default.${suffix}`
        const { answers } = await through(name, 'SRV')
        expect([...answers].sort()).toEqual(srv.map((one) => recordOf(name, 'SRV', one)))
        expect((await through(target, 'A')).answers).toEqual([recordOf(target, 'A', '10.101.195.130')])
      })

      test('what does not exist does not exist, and the SOA is of the zone that was asked', async () => {
        const missing = await through(`nobody.default.${suffix}`, 'A')
        expect([missing.rcode, missing.authorities.map((one) => one.split(' ')[0])]).toEqual([
          'NXDOMAIN',
          [`${zone}.`],
        ])
        const noData = await through(`web.default.${suffix}`, 'AAAA')
        expect([noData.rcode, noData.answers, noData.authorities.length]).toEqual(['NOERROR', [], 1])
      })

      test('the names of the printed block stay as they are', async () => {
        const { answers } = await through('web.default.global', 'A')
        expect(answers).toEqual([recordOf('web.default.global', 'A', '10.101.195.130')])
      })
    })
  },
)

const recordOf = (name: string, type: string, data: string) =>
  expect.stringMatching(new RegExp(`^${escaped(name)}\\. [1-5] IN ${type} ${escaped(data)}$`))

const escaped = (text: string): string => text.replaceAll('.', '\\.')
