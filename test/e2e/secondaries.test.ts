import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { eventually, isFields, type Server } from './ground/index.ts'
import {
  ask,
  askMany,
  type Blocks,
  blockOf,
  MERIDIAN,
  type Place,
  SECONDARIES,
  type Secondary,
  startMeridian,
  startPlace,
  startWorld,
  WORLD,
  type World,
  whyNoRecipes,
} from './recipes/index.ts'

const PAGE = 'docs/operate/secondaries.md'

/** For a first transfer, or one look at the serial: the page says 5 s. */
const LOOK_MS = 60_000

/** What a zone file can say: all of these are the same in a copy. */
const SAME = [
  'clusterset.local NS',
  'dns-version.clusterset.local TXT',
  'web.default.svc.clusterset.local A',
  'api.shop.svc.clusterset.local AAAA',
  '_http._tcp.web.default.svc.clusterset.local SRV',
  'db-0.cluster-west.db.data.svc.clusterset.local A',
  'many.large.svc.clusterset.local A',
  '_http._tcp.most.large.svc.clusterset.local SRV',
  'web.default.global A',
  '_http._tcp.web.default.global SRV',
  '_grpc._tcp.cart.shop.global SRV',
  'nobody.default.svc.clusterset.local A',
  'web.default.svc.clusterset.local AAAA',
] as const

let place: Place
let world: World
let meridian: Server
const running: Server[] = []

beforeAll(async () => {
  const lacking = whyNoRecipes(Object.fromEntries(SECONDARIES.map((one) => [one.program, one.package])))
  if (lacking !== undefined) throw new Error(lacking)
  const configuration: unknown = parse(blockOf(PAGE, 'meridian.yaml'))
  if (!isFields(configuration)) throw new Error(`${PAGE}: its meridian.yaml has no keys`)
  place = await startPlace('secondaries')
  world = startWorld(configuration)
  meridian = await startMeridian(place, world.config, MERIDIAN)
  for (const one of SECONDARIES) running.push(await one.start(place, blocksOf(one)))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(running.map((one) => one.logTail()).join('\n'))
})

afterAll(async () => {
  await Promise.all([meridian, ...running].map((one) => one?.kill()))
  place?.close()
})

const blocksOf = ({ files }: Secondary): Blocks =>
  Object.fromEntries(files.map((file) => [file, blockOf(PAGE, file)]))

const transferred = (server: string): Promise<void> =>
  eventually(`${server} has both zones`, LOOK_MS, async () => {
    for (const zone of ['clusterset.local', 'global']) {
      const { status, records } = await ask(place, server, `${zone} SOA`)
      if (records.length === 0) throw new Error(`${zone}: ${status}`)
    }
  })

describe.each(SECONDARIES)('$title, as the page has it', ({ title, server }) => {
  beforeAll(() => transferred(server))

  test('answers what Meridian answers', async () => {
    expect(await askMany(place, server, SAME)).toEqual(await askMany(place, MERIDIAN, SAME))
    expect((await ask(place, server, 'most.large.svc.clusterset.local A')).records.length).toBe(WORLD.most)
  })

  test('notices a change within one look at the serial', async () => {
    const name = `of-${server.replaceAll('.', '-')}`
    world.add(name, '10.101.9.9')
    await eventually(`${title} has ${name}`, LOOK_MS, async () => {
      const { status, records } = await ask(place, server, `${name}.default.svc.clusterset.local A`)
      if (records.length !== 1) throw new Error(`${status}`)
    })
  })

  test('has all addresses of a service whose answers Meridian draws', async () => {
    const drawn = await ask(place, MERIDIAN, 'cart.shop.global A')
    const copied = await ask(place, server, 'cart.shop.global A')
    expect([1, 2]).toContain(drawn.records.length)
    expect(copied.records.length).toBe(3)
  })

  test('has no name where Meridian has one without a route', async () => {
    const question = 'legacy.shop.svc.clusterset.local A'
    expect(await ask(place, MERIDIAN, question)).toMatchObject({
      status: 'NOERROR',
      records: [],
      reason: expect.stringContaining('no route'),
    })
    expect(await ask(place, server, question)).toEqual({ status: 'NXDOMAIN', records: [], reason: null })
  })
})

test('BIND without max-records-per-type 0 has nothing of a zone with a large service', async () => {
  const bind = SECONDARIES.find(({ title }) => title === 'BIND')
  if (bind === undefined) throw new Error('no BIND')
  await running.pop()?.kill()
  const blocks = Object.entries(blocksOf(bind)).map(([file, text]) => [
    file,
    text.replace('max-records-per-type 0;\n', ''),
  ])
  const other = await bind.start(place, Object.fromEntries(blocks))
  running.push(other)
  await eventually('BIND says why', LOOK_MS, () => {
    if (!other.logTail(200).includes('too many records')) throw new Error('not yet')
  })
  expect(await ask(place, bind.server, 'web.default.svc.clusterset.local A')).toMatchObject({
    status: 'SERVFAIL',
  })
})
