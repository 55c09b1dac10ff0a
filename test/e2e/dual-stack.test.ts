/**
 * A Service of both families across two clusters that have both: real control planes, kube-proxy and CoreDNS, and
 * Pods that have an address of each.
 */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { build } from './ground/index.ts'
import {
  deployment,
  hasAddresses,
  type Implementation,
  type McsGround,
  type Member,
  PATIENT,
  service,
  sourceOf,
  specOf,
  startMcsGround,
  startMeridians,
  talk,
  World,
} from './support/mcs/index.ts'

const FAMILIES = ['IPv4', 'IPv6']
const ZONE = 'clusterset.local'
const SERVICE_NAME = 'kubernetes.io/service-name'

const SINGLE = { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] }
const PODS = 2
const TIMES = 5

let ground: McsGround
let implementation: Implementation
let world: World
let headless: World
let changing: World

beforeAll(async () => {
  ground = await startMcsGround({ dualStack: true })
  implementation = await startMeridians(ground)
  const tools = { kubectl: await build('kubectl'), kubeconfig: ground.kubeconfig }
  world = new World(ground, 'dual', tools, PATIENT)
  headless = new World(ground, 'dual-headless', tools, PATIENT)
  changing = new World(ground, 'dual-changing', tools, PATIENT)
  const pods = deployment(PODS, 'both')
  await Promise.all([
    world.furnish({ pods }),
    headless.furnish({ pods, service: { clusterIP: 'None' } }),
    changing.furnish({ pods, service: SINGLE }),
  ])
}, 600_000)

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(`${implementation?.logTail()}\n${ground?.logTail()}`)
})

afterAll(async () => {
  await implementation?.close()
  await ground?.close()
})

const PATTERNS = [
  expect.stringMatching(/^10\.10\d\.\d+\.\d+$/),
  expect.stringMatching(/^fd00:10:10\d::[\da-f:]+$/),
]

/** The import's, one of each family, or of the first alone. */
async function importedIps(member: Member, of = world, count = 2): Promise<string[]> {
  const found = await of.imported(member, (one) =>
    expect(specOf(one)['ips']).toEqual(PATTERNS.slice(0, count)),
  )
  return [specOf(found)['ips']].flat().map(String)
}

/** Of the Pods, as the cluster that has them says. */
const podAddresses = (of: World, family: string): Promise<string[]> =>
  of.soon(`the Pods are ready, ${family}`, async () => {
    const slices = (await of.first.ownSlices()).filter((one) => one.family === family)
    const ready = slices.flatMap(({ endpoints }) => endpoints).filter((one) => one.ready)
    const addresses = ready.flatMap((one) => one.addresses).sort()
    const pattern = expect.stringMatching(family === 'IPv4' ? /^10\.1\./ : /^fd00:10:1::/)
    expect(addresses).toEqual(Array.from({ length: PODS }, () => pattern))
    return addresses
  })

test('the import of every cluster has both families, and an address of each', async () => {
  for (const member of world.members) {
    expect(await importedIps(member)).toHaveLength(2)
    expect(await world.families(member)).toEqual(FAMILIES)
  }
})

test('slices of both address types carry the labels, and have the Pods’ addresses', async () => {
  for (const family of FAMILIES) {
    const pods = await podAddresses(world, family)
    for (const member of world.members) {
      const slice = await world.mcsSlice(member, family, ({ endpoints }) =>
        expect(endpoints.flatMap(({ addresses }) => addresses).sort()).toEqual(pods),
      )
      expect(sourceOf(slice)).toBe(world.first.id)
      expect(slice.labels[SERVICE_NAME]).toMatch(/^derived-/)
    }
  }
})

test('the derived Service that they name has both, and its addresses are the import’s', async () => {
  for (const member of world.members) {
    const clusterIPs = await importedIps(member)
    const names = await Promise.all(
      FAMILIES.map(async (family) => (await world.mcsSlice(member, family)).labels[SERVICE_NAME]),
    )
    expect(new Set(names).size).toBe(1)
    const derived = await member.get('v1', 'Service', names[0] ?? '')
    const expected = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: FAMILIES, clusterIPs }
    expect(derived?.['spec']).toMatchObject(expected)
  }
})

test('the name has an A and an AAAA record in Pods of every cluster', async () => {
  for (const member of world.members) {
    const ips = await importedIps(member)
    for (const [i, family] of FAMILIES.entries())
      await hasAddresses(world, member, world.nameIn(ZONE), family, ips.slice(i, i + 1))
  }
})

test('the name of a headless one has all its Pods’, of both', async () => {
  for (const member of headless.members) {
    expect(await headless.families(member)).toEqual(FAMILIES)
    for (const family of FAMILIES) {
      const pods = await podAddresses(headless, family)
      await hasAddresses(headless, member, headless.nameIn(ZONE), family, pods)
    }
  }
})

test.each([
  ['IPv4', 4],
  ['IPv6', 6],
] as const)('Pods of every cluster reach it by its name over %s', async (_, family) => {
  for (const member of world.members) await world.says(member, talk(world, ZONE, 42, family), 'pod ip', TIMES)
})

test('a Service that comes to be of both families has both everywhere, and one again when it has one', async () => {
  const { members, first } = changing
  const given = await Promise.all(members.map((one) => importedIps(one, changing, 1)))
  await first.create(service({}))
  for (const [i, member] of members.entries()) {
    const ips = await importedIps(member, changing)
    expect(ips[0]).toBe(given[i]?.[0])
    await changing.says(member, talk(changing, ZONE, 42, 6), 'pod ip')
  }
  await first.create(service(SINGLE))
  for (const [i, member] of members.entries()) {
    expect(await importedIps(member, changing, 1)).toEqual(given[i])
    const { labels } = await changing.mcsSlice(member, 'IPv4')
    await changing.soon(`the derived Service of ${member.id} has one address`, async () => {
      const derived = await member.get('v1', 'Service', labels[SERVICE_NAME] ?? '')
      expect(derived?.['spec']).toMatchObject({ ipFamilyPolicy: 'SingleStack', clusterIPs: given[i] })
    })
  }
})
