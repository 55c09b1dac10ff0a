/**
 * A fleet of three ages: the oldest Kubernetes that a member may run, the ground's, and the newest. What is read of each,
 * and how one joins the other, is as everywhere. docs/reference/versions.md has what was run on which.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { seeded } from '../support/seeded.ts'
import { CHECKOUT } from '../support/server.ts'
import { CHART, helm } from './chart/helm.ts'
import { valuesOf } from './chart/rendered.ts'
import { API_SERVERS, type Cluster, newDirectory, PROGRAMS, startCluster, versionOf } from './ground/index.ts'
import {
  applyDemo,
  changeAtRandom,
  commandsIn,
  configFor,
  DEMO_IDS,
  expectAgreement,
  type Live,
  SERVICE_CIDRS,
  type Shell,
  say,
  startLive,
  startShell,
} from './support/index.ts'

/** `E2E_SEED=…` plays one again. */
const SEED = Number(process.env['E2E_SEED'] ?? Date.now() % 1_000_000)
const ROUNDS = 6
const CHANGES = 30
const SOON_MS = 15_000
const WEB = 'web.default.global'
const MORE = { log: { level: 'info' } }

/** By cluster: the oldest, the newest and the ground's. */
const SERVERS = {
  'cluster-east': 'kube-apiserver-1.25',
  'cluster-west': 'kube-apiserver-newest',
  'cluster-central': 'kube-apiserver',
} as const

const LOCALITIES = { 'cluster-east': 'us-east-1/us-east-1a', 'cluster-west': 'us-west-1/us-west-1a' }

let clusters: readonly Cluster[] = []
let meridian: Live | undefined
let shell: Shell

beforeAll(async () => {
  clusters = await Promise.all(
    DEMO_IDS.map((id) => startCluster(id, { serviceCIDRs: SERVICE_CIDRS[id], apiServer: SERVERS[id] })),
  )
  await applyDemo(clusters)
  shell = await startShell(clusters.map((one) => one.adminKubeconfig))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail())
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all(clusters.map((one) => one.close()))
})

test('each cluster is of the version that its go.mod names, and the page has those three', async () => {
  const page = readFileSync(join(CHECKOUT, 'docs/reference/versions.md'), 'utf8')
  const versions = API_SERVERS.map((name) => versionOf(PROGRAMS[name]).slice(1))
  expect(/^\| *\| (.+) \|$/m.exec(page)?.[1]?.split(' | ')).toEqual(
    versions.map((one) => `Kubernetes ${one}`),
  )
  for (const { id, admin } of clusters) {
    const { body } = await admin.request('GET', '/version')
    const program = DEMO_IDS.find((one) => one === id)
    expect(body).toMatchObject({ gitVersion: versionOf(PROGRAMS[SERVERS[program ?? 'cluster-east']]) })
  }
})

test(`exports, endpoints and answers are those of the same objects as manifests (seed ${SEED})`, async () => {
  say(`E2E_SEED=${SEED}`)
  const sources = clusters.map(({ id, readerKubeconfig: path }) => [id, { kubeconfig: { path } }])
  const live = await startLive(configFor(Object.fromEntries(sources), MORE))
  meridian = live
  for (const viewpoint of DEMO_IDS) await expectAgreement(clusters, live, viewpoint, MORE)
  const random = seeded(SEED)
  for (let round = 0; round < ROUNDS; round++) {
    const done = await changeAtRandom(clusters, CHANGES, random)
    await expectAgreement(clusters, live, DEMO_IDS[round % DEMO_IDS.length] ?? '', MORE).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${done.join('\n')}`)
      },
    )
  }
  await live.end()
}, 240_000)

describe.each([
  ['the oldest', 'cluster-east', 'cluster-west'],
  ['the newest', 'cluster-west', 'cluster-east'],
] as const)('in %s, %s,', (_age, home, other) => {
  const of = (id: string): Cluster => clusters.find((one) => one.id === id) ?? expect.fail(`no ${id}`)

  test(`${other} joins, and is answered`, async () => {
    const registries = [{ secrets: { namespace: 'meridian' } }]
    const sources = { [home]: { kubeconfig: { path: of(home).adminKubeconfig } } }
    const local = { cluster: home, locality: LOCALITIES[home] }
    const live = await startLive(configFor(sources, { local, registries, routing: {}, ...MORE }))
    meridian = live
    await applyDemo(clusters)
    const line = `meridian join ${other} --locality ${LOCALITIES[other]} --network flat --allow-loopback --lifetime 1h`
    await shell(`kubectl config use-context ${home} >/dev/null`)
    const commands = commandsIn(await shell(line)).split('\n')
    await shell(commands.slice(0, 2).join('\n'))
    await shell(commands.slice(2).join('\n'))
    await live.becomes(other, 'live', SOON_MS)
    await live.answers(WEB, [`cluster-east.${WEB}.`, `cluster-west.${WEB}.`], SOON_MS, 'SRV')
    await live.end()
  })

  test.each(['defaults', 'controller', 'zones', 'per-namespace'])(
    'every object of the chart’s values %s is taken as it is: no field is unknown',
    async (name) => {
      const version = versionOf(PROGRAMS[SERVERS[home]])
      const { status, out, err } = await helm([
        ...['template', 'meridian', CHART, '--namespace', 'meridian', '--kube-version', version],
        ...['--include-crds', '--no-hooks', ...served(version), ...valuesOf(name)],
        // An address of another cluster's, and kinds that nobody here serves.
        ...['--set', 'service.clusterIP=,monitoring.podMonitor.enabled=false'],
      ])
      expect([status, err]).toEqual([0, ''])
      const file = join(newDirectory('chart'), 'objects.yaml')
      writeFileSync(file, out)
      const namespaces = new Set(['meridian', ...(out.match(/(?<=^ {2}namespace: "?)[\w-]+/gm) ?? [])])
      for (const one of namespaces)
        await of(home).apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: one } }])
      await shell(
        `kubectl --context ${home} apply --server-side --force-conflicts --dry-run=server --validate=strict -f ${file}`,
      )
    },
  )
})

/** As Helm finds it out from the cluster that it installs to. */
const served = (version: string): readonly string[] =>
  Number(version.split('.')[1]) < 30
    ? []
    : ['--api-versions', 'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy']
