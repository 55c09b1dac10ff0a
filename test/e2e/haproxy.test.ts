import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually, type Server } from './ground/index.ts'
import {
  blockOf,
  type Found,
  type Haproxy,
  MERIDIAN,
  type Place,
  startHaproxy,
  startMeridian,
  startPlace,
  startWorld,
  WORLD,
  whyNoRecipes,
} from './recipes/index.ts'

const FOUND_MS = 30_000

let place: Place
let meridian: Server
let haproxy: Haproxy | undefined

beforeAll(async () => {
  const lacking = whyNoRecipes({ haproxy: 'haproxy' })
  if (lacking !== undefined) throw new Error(lacking)
  place = await startPlace('haproxy')
  meridian = await startMeridian(place, startWorld().config, MERIDIAN)
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(haproxy?.server.logTail())
  await haproxy?.server.kill()
  haproxy = undefined
})

afterAll(async () => {
  await meridian?.kill()
  place?.close()
})

const page = (): string => blockOf('docs/install/resolvers/haproxy.md', '/etc/haproxy/haproxy.cfg')

const template = (backend: string, name: string): string =>
  `backend ${backend}\n  server-template ${backend} 400 ${name} resolvers meridian init-addr none\n`

/** A large service, by its SRV records and by its addresses. */
const LARGE = [
  template('srv', '_http._tcp.most.large.svc.clusterset.local'),
  template('a', 'most.large.svc.clusterset.local:80'),
].join('')

/** Once it has as many servers as are wanted. */
async function servers(backend: string, wanted: number): Promise<readonly Found[]> {
  return eventually(`HAProxy has ${wanted} servers of ${backend}`, FOUND_MS, async () => {
    const found = (await haproxy?.found(backend)) ?? []
    if (found.length !== wanted) throw new Error(`it has ${found.length}`)
    return found
  })
}

test('as the page has it, a Headless service is a server for each pod', async () => {
  haproxy = await startHaproxy(place, page())
  const found = await servers('db', 5)
  expect(found.map(({ address, port }) => `${address}:${port}`).sort()).toEqual([
    '10.1.1.19:5432',
    '10.1.2.20:5432',
    '10.1.3.21:5432',
    '10.2.1.18:5432',
    '10.2.2.19:5432',
  ])
})

test('as the page has it, shares and the last resort are those of its lines', async () => {
  haproxy = await startHaproxy(place, page())
  const found = await servers('web', 3)
  expect(Object.fromEntries(found.map(({ name, weight }) => [name, weight]))).toEqual({
    east: 70,
    west: 30,
    central: 1,
  })
  expect(found.find(({ name }) => name === 'east')?.address).toBe('10.101.195.130')
})

test('as the page has it, all 300 pods of a large service are found, by SRV and by A', async () => {
  haproxy = await startHaproxy(place, `${page()}\n${LARGE}`)
  const found = await servers('srv', WORLD.most)
  expect(new Set(found.map(({ address }) => address)).size).toBe(WORLD.most)
  await servers('a', WORLD.most)
})

test('over UDP, without tcp@, most of them are not found', async () => {
  haproxy = await startHaproxy(place, `${changed(page(), 'tcp@', '')}\n${LARGE}`)
  await truncated('truncated')
  const found = [await haproxy.found('srv'), await haproxy.found('a')]
  expect(found.filter((all) => all.length > 20)).toEqual([])
})

test('without accepted_payload_size, a reply of more than 8,192 octets is none, over TCP too', async () => {
  haproxy = await startHaproxy(place, `${changed(page(), 'size 65535', 'size 8192')}\n${LARGE}`)
  await truncated('too_big')
  expect(await haproxy.found('srv')).toEqual([])
})

test('priorities of SRV are ignored: all clusters of the global zone have one weight', async () => {
  haproxy = await startHaproxy(place, `${page()}\n${template('all', '_http._tcp.web.default.global')}`)
  const found = await servers('all', 3)
  expect(new Set(found.map(({ weight }) => weight)).size).toBe(1)
})

function changed(text: string, from: string, to: string): string {
  expect(text).toContain(from)
  return text.replace(from, to)
}

/** Until it has counted such replies, and heard some that it takes. */
const truncated = (counter: string): Promise<void> =>
  eventually(`HAProxy counts ${counter}`, FOUND_MS, async () => {
    const count = await haproxy?.counted(counter)
    if (count === undefined || count < 2) throw new Error(`${count}`)
    if ((await haproxy?.found('db'))?.length !== 5) throw new Error('it has found no service yet')
  })
