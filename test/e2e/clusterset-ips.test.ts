/** docs/install/clusterset-ips.md, step by step as a user goes it, where a real kube-proxy serves the addresses. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually, imageOfMachine, newDirectory, whyMissing } from './ground/index.ts'
import { CLUSTER_IDS, type Desk, startWholes, stepsOf, type Wholes, writeDesk } from './support/ship/index.ts'
import { logTailOf } from './support/whole.ts'

const SOON_MS = 60_000
const STEP_MS = 300_000

let clusters: Wholes
let desk: Desk

const [install, join, forward, shorthands, namespaces, service, exported, told, behind, pod, use, ...rest] =
  stepsOf('docs/install/clusterset-ips.md')
const [second, nearest, standIn, tried, explained, unexport, remove, ...others] = rest

/** In a shell that knows the page's shorthands. */
const run = (script = ''): Promise<string> => desk.run(`${shorthands?.script}\n${script}`)

beforeAll(async () => {
  const problem = whyMissing({ nslookup: 'bind9-dnsutils', curl: 'curl', socat: 'socat' })
  if (problem !== undefined) throw new Error(problem)
  clusters = await startWholes({ 'nicolaka/netshoot': imageOfMachine() })
  desk = await writeDesk(clusters.wholes, newDirectory('desk'))
}, 600_000)

afterEach(({ task }) => {
  if (task.result?.state === 'fail') for (const one of clusters?.wholes ?? []) console.error(logTailOf(one))
})

afterAll(() => clusters?.close())

test('the page has the steps that are walked here, and no other', () => {
  expect(remove?.script).toContain('helm uninstall')
  expect(others).toEqual([])
})

test('the chart is installed in each cluster, with its controller', { timeout: STEP_MS }, async () => {
  const printed = await run(install?.script)
  expect(printed.match(/STATUS: deployed/g)).toHaveLength(CLUSTER_IDS.length)
})

test('each cluster reads all, and one replica of it writes', { timeout: STEP_MS }, async () => {
  await run(join?.script)
  for (const id of CLUSTER_IDS) {
    await eventually(`${id} reads all three`, SOON_MS, async () => {
      const at = `--context ${id} -n meridian`
      const { port, stop } = await desk.forward(`${at} port-forward deployment/meridian :9153`)
      const page = await fetch(`http://127.0.0.1:${port}/readyz?verbose`).finally(stop)
      const text = await page.text()
      for (const other of CLUSTER_IDS) expect(text).toContain(`cluster ${other}: live`)
      expect(text).toMatch(new RegExp(`^\\[\\+\\] controller, cluster ${id}: .* writes$`, 'm'))
    })
  }
})

test('CoreDNS of each cluster takes the block', { timeout: STEP_MS }, async () => {
  const printed = await run(forward?.script)
  expect(printed.match(/configmap\/coredns replaced/g)).toHaveLength(CLUSTER_IDS.length)
})

test('a Service is exported, and its conditions and imports are as the page says', {
  timeout: STEP_MS,
}, async () => {
  await run(namespaces?.script)
  await run(service?.script)
  await run(exported?.script)
  await run(told?.script)
  expect(told?.answers).toHaveLength(4)
  for (const { line, answer } of told?.answers ?? []) expect(await run(line), line).toBe(answer)
  const standing = await run(behind?.script)
  expect(standing).toMatch(/^service\/derived-\S+ +ClusterIP +10\.101\./m)
  expect(standing).toMatch(/^endpointslice\.discovery\.k8s\.io\/.* 10\.2\./m)
})

test('a pod of another cluster reaches it by its name and by its address', { timeout: STEP_MS }, async () => {
  await run(pod?.script)
  await eventually('CoreDNS has the block', SOON_MS, () => run(use?.script))
  const address = await run("east get serviceimport hello -o jsonpath='{.spec.ips[0]}'")
  expect(await run(use?.script)).toContain(`Address: ${address}`)
  expect(use?.answers).toHaveLength(2)
  for (const { line, answer } of use?.answers ?? []) expect((await run(line)).trim(), line).toBe(answer)
})

test('the nearest answers once it exports too, and another stands in when it has nobody left', {
  timeout: STEP_MS,
}, async () => {
  await run(second?.script)
  const address = await run("east get serviceimport hello -o jsonpath='{.spec.ips[0]}'")
  expect([...(nearest?.answers ?? []), ...(standIn?.answers ?? [])]).toHaveLength(2)
  for (const { script, answers } of [nearest, standIn].flatMap((step) => step ?? [])) {
    await run(script)
    for (const { line, answer } of answers)
      await eventually(answer, SOON_MS, async () => expect((await run(line)).trim()).toBe(answer))
  }
  expect(await run("east get serviceimport hello -o jsonpath='{.spec.ips[0]}'")).toBe(address)
})

test('check resolves and connects from a pod to all that there is of it', { timeout: STEP_MS }, async () => {
  const said = await run(tried?.script)
  expect(said).toContain('From here, where names are answered as in cluster-east')
  for (const to of ['cluster-west', 'clusterset\\.local', 'global'])
    expect(said).toMatch(new RegExp(`^${to} +1/1 +1/1 +200( ×2)?$`, 'm'))
  expect(said).not.toMatch(/^cluster-east +\d/m)
})

test('explain says what stands in the cluster that asks', async () => {
  const said = await run(explained?.script)
  expect(said).toContain('ServiceImport shop/hello')
  expect(said).toContain('Service shop/derived-')
})

test('the last export takes everything of its own with it', async () => {
  await run(unexport?.script)
  await eventually('nothing is left behind it', SOON_MS, async () =>
    expect(await run(behind?.script)).toBe(''),
  )
})

test('cleanup and uninstall leave nothing of Meridian’s but the CRDs', { timeout: STEP_MS }, async () => {
  await run(exported?.script)
  await eventually('it is imported again', SOON_MS, () => run('east get serviceimport hello'))
  const printed = await run(remove?.script)
  expect(printed).toMatch(/^cluster cluster-east: removed ServiceImport shop\/hello$/m)
  for (const id of CLUSTER_IDS) {
    const left = await run(`kubectl --context ${id} get serviceimports,leases -A -o name`)
    expect(left).not.toMatch(/serviceimport|meridian-controller/)
  }
  expect(await run('west get serviceexport hello -o name')).toContain('hello')
})
