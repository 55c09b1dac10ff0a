/** Whatever clusters do to their objects, in any order: what is answered is what the same objects give as manifests. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeTcp } from '../support/exchange.ts'
import { seeded } from '../support/seeded.ts'
import { type Cluster, startCluster } from './ground/index.ts'
import {
  applyDemo,
  changeAtRandom,
  configFor,
  DEMO_IDS,
  expectAgreement,
  type Live,
  SERVICE_CIDRS,
  say,
  startLive,
  withoutSoa,
} from './support/index.ts'

/** `E2E_SEED=…` plays one again. */
const SEED = Number(process.env['E2E_SEED'] ?? Date.now() % 1_000_000)
const ROUNDS = 10
const CHANGES = 30
const TEST_MS = 180_000

const VIEWPOINTS = ['cluster-east', 'cluster-west', 'cluster-central']

const MORE = { zones: { reverse: true }, log: { level: 'info' } }

const agreement = (viewpoint: string) => expectAgreement(clusters, meridian, viewpoint, MORE)

let clusters: readonly Cluster[] = []
let meridian: Live

beforeAll(async () => {
  clusters = await Promise.all(DEMO_IDS.map((id) => startCluster(id, { serviceCIDRs: SERVICE_CIDRS[id] })))
  await applyDemo(clusters)
  const sources = clusters.map(({ id, readerKubeconfig: path }) => [id, { kubeconfig: { path } }])
  meridian = await startLive(configFor(Object.fromEntries(sources), MORE))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all(clusters.map((one) => one.close()))
})

test('the demo on real API servers is rendered as its manifests are', async () => {
  for (const viewpoint of VIEWPOINTS) await agreement(viewpoint)
})

test(
  `random changes in three clusters are answered as the same objects are as manifests (seed ${SEED})`,
  async () => {
    say(`E2E_SEED=${SEED}`)
    const random = seeded(SEED)
    const done: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      done.splice(0, done.length, `round ${round}`, ...(await changeAtRandom(clusters, CHANGES, random)))
      const viewpoint = VIEWPOINTS[round % VIEWPOINTS.length] ?? ''
      const records = await agreement(viewpoint).catch((error: Error) => {
        throw new Error(`${error.message}\n${done.join('\n')}`)
      })
      if (viewpoint === 'cluster-east') await expectAnswers(records)
    }
    await expectTransfer()
  },
  TEST_MS,
)

/** Every name and type of the service zones, asked over UDP: nothing that is not rendered, and never nothing. */
async function expectAnswers(records: readonly string[]): Promise<void> {
  const data = new Map<string, Set<string>>()
  for (const record of records) {
    const [name, , , type, ...rest] = record.split(' ')
    if (type !== 'A' && type !== 'AAAA') continue
    const key = `${name} ${type}`
    data.set(key, (data.get(key) ?? new Set()).add(rest.join(' ')))
  }
  expect(data.size).toBeGreaterThan(20)
  for (const [key, expected] of data) {
    const [name = '', type] = key.split(' ')
    const found = await meridian.data(name.replace(/\.$/, ''), type)
    expect(found.length, key).toBeGreaterThan(0)
    expect([...expected], key).toEqual(expect.arrayContaining(found))
  }
}

/** What a secondary would be given is the same again. */
async function expectTransfer(): Promise<void> {
  const query = buildQuery({ name: 'clusterset.local', type: 'AXFR' })
  const messages = await exchangeTcp(meridian.port, '127.0.0.1', query, true)
  const records = messages.flatMap((message) => parseReply(message).answers)
  const { text } = await meridian.get('/render?zone=clusterset.local')
  const names = (lines: readonly string[]) => lines.filter((line) => !/ SOA |^;/.test(line)).length
  expect(names(records)).toBe(names(withoutSoa(text)))
}
