/**
 * The Multi-Cluster Services API as its users see it: real control planes, Pods that run, kube-proxy and CoreDNS, and
 * Meridian in each cluster as the implementation. The specs are those of the API's conformance suite, written anew;
 * where the suite itself can be had (support/mcs/official.ts), it runs too.
 */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build } from './ground/index.ts'
import {
  FOLDER,
  findSuite,
  type Implementation,
  lookUp,
  type McsGround,
  type OfficialOutcome,
  PATIENT,
  Report,
  SPECS,
  type Spec,
  startMcsGround,
  startMeridians,
  type Tools,
  talk,
  World,
} from './support/mcs/index.ts'

const SPEC_MS = 900_000
const SUITE_MS = 3_600_000
const AT_ONCE = 9

const { suite, source } = await findSuite()
console.log(`the conformance suite itself: ${source}`)
const official = (await suite?.specs()) ?? []

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
async function inWorld({ setting = {} }: Pick<Spec, 'setting'>, work: (world: World) => Promise<void>) {
  const world = new World(ground, `mcs-${randomUUID().slice(0, 8)}`, tools, PATIENT)
  try {
    await world.furnish(setting)
    await work(world)
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
        await report.note(one, () => inWorld(one, one.check)).catch(() => {})
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    const silent = SPECS.filter(({ passesOnSilence }) => passesOnSilence === true)
    expect(report.outcomes('passed'), report.print()).toEqual(silent.map(({ title }) => title))
    expect(report.outcomes('failed')).toHaveLength(SPECS.length - silent.length)
  })
})

describe('what those that pass there ask with', () => {
  test('reaches a service that is there to be reached', async () => {
    await inWorld({ setting: { exported: false } }, (world) =>
      world.says(world.first, talk(world, 'cluster.local', 42), 'pod ip', 10),
    )
  })

  test('finds a name in the cluster that has the service, and none in the other', async () => {
    await inWorld({ setting: { exported: false } }, async (world) => {
      const command = lookUp(world.nameIn('cluster.local'), 'A')
      await world.says(world.first, command, /^Name:/m)
      // The answer is what fails the command: its exit status tells, and its words are asked for all the same.
      await world.says(world.second, `${command} || true`, 'NXDOMAIN')
    })
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
    const about = { written: new Date().toISOString(), suite: source }
    console.log(`${report.print()}\n${report.keep(about)}\nthe suite itself: ${source}`)
  })

  test.concurrent.each(SPECS.map((spec) => [spec.title, spec] as const))(
    '%s',
    { timeout: SPEC_MS },
    async (_, spec) => {
      await report.note(spec, () => inWorld(spec, spec.check))
    },
  )
})

if (suite !== undefined)
  describe('the conformance suite itself', () => {
    let outcomes: readonly OfficialOutcome[] = []

    beforeAll(async () => {
      const contexts = ground.sites.map(({ id }) => id)
      outcomes = await suite.outcomes(join(FOLDER, 'suite'), ground.kubeconfig, contexts)
      const lines = outcomes.map(({ state, title, labels, why }) => `${state}  ${title} ${labels}  ${why}`)
      console.log(lines.join('\n'))
    }, SUITE_MS)

    test.each(official.map(({ title }) => title))('%s', (title) => {
      const found = outcomes.find((one) => one.title === title)
      expect(found, found?.why).toMatchObject({ state: 'passed' })
    })
  })
