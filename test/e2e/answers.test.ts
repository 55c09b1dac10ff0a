/** Whatever clusters do to their objects, in any order: what is answered is what the same objects give as manifests. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeTcp } from '../support/exchange.ts'
import { seeded } from '../support/seeded.ts'
import { meridian as command } from '../support/server.ts'
import { type Cluster, eventually, newDirectory, startCluster } from './ground/index.ts'
import {
  applyDemo,
  changeAtRandom,
  configFor,
  DEMO_IDS,
  type Live,
  SERVICE_CIDRS,
  say,
  startLive,
} from './support/index.ts'

/** `E2E_SEED=…` plays one again. */
const SEED = Number(process.env['E2E_SEED'] ?? Date.now() % 1_000_000)
const ROUNDS = 10
const CHANGES = 30
const AGREED_MS = 10_000
const TEST_MS = 180_000

const VIEWPOINTS = ['cluster-east', 'cluster-west', 'cluster-central']

const MORE = { zones: { reverse: true }, log: { level: 'info' } }

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
  for (const viewpoint of VIEWPOINTS) await expectAgreement(viewpoint)
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
      const records = await expectAgreement(viewpoint).catch((error: Error) => {
        throw new Error(`${error.message}\n${done.join('\n')}`)
      })
      if (viewpoint === 'cluster-east') await expectAnswers(records)
    }
    await expectTransfer()
  },
  TEST_MS,
)

/** Of all zones as one viewpoint sees them, SOA records aside. Resolves with the records once both ways agree. */
async function expectAgreement(viewpoint: string): Promise<readonly string[]> {
  const config = await asManifests()
  const offline = await render('--offline', '--config', config, '--from', viewpoint)
  await eventually(`live and manifests agree (${viewpoint})`, AGREED_MS, async () =>
    expectSame(await rendered(viewpoint), offline),
  )
  expectSame(await render('--server', meridian.admin, '--from', viewpoint), offline)
  say(`${offline.length} records agree, seen from ${viewpoint}`)
  return offline
}

function expectSame(live: readonly string[], offline: readonly string[]): void {
  const extra = live.filter((line) => !offline.includes(line)).map((line) => `live only: ${line}`)
  const missing = offline.filter((line) => !live.includes(line)).map((line) => `manifests only: ${line}`)
  if (extra.length + missing.length > 0) throw new Error([...extra, ...missing].join('\n'))
  expect(live).toEqual(offline)
}

/** What Meridian reads of what the API servers hold now, as a directory for each, and a configuration that reads them. */
async function asManifests(): Promise<string> {
  const directory = newDirectory('manifests')
  for (const { id, admin } of clusters) {
    const read = id === 'cluster-east' ? [...READ, IMPORTS] : READ
    const lists = await Promise.all(read.map(([version, kind]) => admin.list(version, kind)))
    mkdirSync(join(directory, id))
    const items = lists.flat()
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    writeFileSync(join(directory, id, 'objects.json'), text)
  }
  const sources = DEMO_IDS.map((id) => [id, { manifests: join(directory, id) }])
  const path = join(directory, 'meridian.yaml')
  writeFileSync(path, JSON.stringify(configFor(Object.fromEntries(sources), MORE)))
  return path
}

const READ = [
  ['v1', 'Service'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['multicluster.x-k8s.io/v1beta1', 'ServiceExport'],
] as const

/** Watched where Meridian stands, and nowhere else. */
const IMPORTS = ['multicluster.x-k8s.io/v1beta1', 'ServiceImport'] as const

async function render(...options: readonly string[]): Promise<readonly string[]> {
  const { status, out, err } = await command(['render', ...options])
  if (status !== 0) throw new Error(err)
  return withoutSoa(out)
}

const rendered = async (viewpoint: string): Promise<readonly string[]> =>
  withoutSoa((await meridian.get(`/render?from=${viewpoint}`)).text)

const withoutSoa = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !/ IN SOA /.test(line))
    .sort()

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
