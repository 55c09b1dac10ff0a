/**
 * The Multi-Cluster Services API as its users see it: real control planes, Pods that run, kube-proxy and CoreDNS, and
 * Meridian in each cluster as the implementation. The specs are those of the API's conformance suite, written anew.
 */

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build } from './ground/index.ts'
import {
  type Implementation,
  type McsGround,
  PATIENT,
  Report,
  SPECS,
  type Spec,
  startMcsGround,
  startMeridians,
  type Tools,
  World,
} from './support/mcs/index.ts'

/** Long enough to see what would be there at once. */
const IMPATIENT = { appearMs: 1_500, staysMs: 500 }
const SPEC_MS = 900_000

let ground: McsGround
let tools: Tools
let implementation: Implementation | undefined

beforeAll(async () => {
  ground = await startMcsGround()
  tools = { kubectl: await build('kubectl'), kubeconfig: ground.kubeconfig }
}, 600_000)

afterAll(async () => {
  await implementation?.close()
  await ground?.close()
})

/** In a namespace of its own, which goes with it. */
async function run({ setting = {}, check }: Spec, patience = PATIENT): Promise<void> {
  const world = new World(ground, `mcs-${randomUUID().slice(0, 8)}`, tools, patience)
  try {
    await world.furnish(setting)
    await check(world)
  } finally {
    await world.leave()
  }
}

describe('where nobody implements the API', () => {
  test('only those specs pass that say so', { timeout: SPEC_MS }, async () => {
    const report = new Report(SPECS, 'never begun')
    const waiting = [...SPECS]
    const work = async () => {
      for (let spec = waiting.shift(); spec !== undefined; spec = waiting.shift()) {
        const one = spec
        await report.note(one, () => run(one, IMPATIENT)).catch(() => {})
      }
    }
    await Promise.all(Array.from({ length: 6 }, work))
    const silent = SPECS.filter(({ passesOnSilence }) => passesOnSilence === true)
    expect(report.outcomes('passed')).toEqual(silent.map(({ title }) => title))
    expect(report.outcomes('failed')).toHaveLength(SPECS.length - silent.length)
  })
})

describe('with Meridian in both clusters', () => {
  const report = new Report(SPECS, 'it was never its turn')

  beforeAll(async () => {
    implementation = await startMeridians(ground)
  })

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(`${implementation?.logTail()}\n${ground.logTail()}`)
  })

  afterAll(() => {
    console.log(`${report.print()}\n${report.keep({ written: new Date().toISOString() })}`)
  })

  test.concurrent.each(SPECS.map((spec) => [spec.title, spec] as const))(
    '%s',
    { timeout: SPEC_MS },
    async (_, spec) => {
      await report.note(spec, () => run(spec))
    },
  )
})
