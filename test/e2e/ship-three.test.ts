/** The README's way through three clusters, step by step as a new user goes it. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually, newDirectory } from './ground/index.ts'
import { CLUSTER_IDS, type Desk, startShipyards, steps, writeDesk, type Yards } from './support/ship/index.ts'

const SOON_MS = 60_000

let yards: Yards
let desk: Desk

const [start, enter, install, join, forward, look, ...others] = steps()

beforeAll(async () => {
  yards = await startShipyards(CLUSTER_IDS)
  desk = await writeDesk(yards.yards, newDirectory('desk'))
}, 600_000)

afterEach(({ task }) => {
  if (task.result?.state === 'fail') for (const { pods } of yards?.yards ?? []) console.error(pods.logTail())
})

afterAll(() => yards?.close())

test('the README has the steps that are walked here, and no other', () => {
  expect(start?.script).toBe('npm run clusters\n')
  expect(enter?.script).toMatch(/^\. \/run\/meridian-clusters\/env\b/)
  expect(others).toEqual([])
})

test('the chart is installed in each cluster', { timeout: 300_000 }, async () => {
  const printed = await desk.run(install?.script ?? '')
  expect(printed.match(/STATUS: deployed/g)).toHaveLength(3)
})

test('the other clusters join cluster-east', async () => {
  await desk.run(join?.script ?? '')
  await eventually('cluster-east reads all three', SOON_MS, async () => {
    const { port, stop } = await desk.forward('-n meridian port-forward deployment/meridian :9153')
    const page = await fetch(`http://127.0.0.1:${port}/readyz?verbose`).finally(stop)
    const text = await page.text()
    for (const id of CLUSTER_IDS) expect(text).toContain(`cluster ${id}: live`)
  })
})

test('no name is answered until CoreDNS forwards', async () => {
  const [line] = look?.answers ?? []
  const status = `${line?.line.replace('+short', '+noall +comments')}`
  expect(await desk.run(status)).toContain('status: SERVFAIL')
  await desk.run(forward?.script ?? '')
  await eventually('CoreDNS has the block', SOON_MS, async () =>
    expect(await desk.run(status)).toContain('status: NOERROR'),
  )
})

test('a name of cluster-west is answered through cluster-east’s CoreDNS, and the others as it says', async () => {
  await desk.run(look?.script ?? '')
  expect(look?.answers.length).toBeGreaterThan(1)
  for (const { line, answer } of look?.answers ?? []) {
    await eventually(`${line} says ${answer}`, SOON_MS, async () =>
      expect((await desk.run(line)).trim()).toBe(answer),
    )
  }
})

test('each release passes its own test', async () => {
  for (const id of CLUSTER_IDS)
    expect(await desk.run(`helm test -n meridian meridian --kube-context ${id}`)).toMatch(/Phase: +Succeeded/)
})
