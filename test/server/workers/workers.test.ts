import { readdirSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ListenError } from '../../../src/server/transport/index.ts'
import { localAddresses } from '../../../src/server/transport/local-address.ts'
import { queuesOf } from '../../../src/server/workers/queues.ts'
import { workersOf } from '../../../src/server/workers/way.ts'
import type { CountSheet } from '../../../src/words/observe/index.ts'
import { withFreshness } from '../../../src/world/zone/index.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { askUdp, until } from '../../support/sockets.ts'
import { WAYS } from '../../support/ways.ts'
import { NOW } from '../../support/world.ts'
import { HOST, type Keeping, keeping, small } from './supervised.ts'

const WEB = 'web.default.svc.clusterset.local'
const QUERY = buildQuery({ name: WEB, type: 'A' })

const running: { readonly stop: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

async function start(...args: Parameters<typeof keeping>) {
  const one = await keeping(...args)
  running.push(one.answering)
  return one
}

/** Threads for all tests of a `describe`, in their order. */
function forAll(over: Parameters<typeof keeping>[1]): () => Keeping {
  let one: Keeping
  beforeAll(async () => {
    one = await keeping('real', over)
  })
  afterAll(() => one.answering.stop())
  return () => one
}

const queries = ({ requests }: CountSheet): number => requests.reduce((sum, { value }) => sum + value, 0)

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [5, 4],
  [64, 4],
])('on %d CPUs the threads that answer are %d', (cpus, workers) => {
  expect(workersOf(cpus)).toBe(workers)
})

test.each([
  // Addresses, threads, descriptors for sockets.
  [1, 1, 10_000, 16],
  [59, 1, 10_000, 16],
  [60, 1, 10_000, 16],
  [61, 1, 10_000, 8],
  [113, 1, 10_000, 8],
  [114, 1, 10_000, 4],
  [204, 1, 10_000, 4],
  [205, 1, 10_000, 2],
  [341, 1, 10_000, 2],
  [342, 1, 10_000, 1],
  [1024, 1, 10_000, 1],
  [10_240, 1, 10_000, 1],
  [1, 1, Number.POSITIVE_INFINITY, 16],
  [1, 4, 85, 16],
  [1, 4, 84, 8],
  [2, 4, 85, 4],
  [1, 1, 6, 2],
  [1, 1, 5, 1],
  [1, 1, 0, 1],
  [1, 1, -5, 1],
])(
  '%i addresses, of %i threads with %i descriptors, have %i queues each',
  (addresses, threads, files, queues) => {
    expect(queuesOf(addresses, threads, files)).toBe(queues)
  },
)

test('by dgram there is one thread, whatever is asked for', async () => {
  const { answering } = await start('real', { udp: 'dgram', workers: 3 })
  expect(answering.udp).toEqual({ way: 'dgram', workers: 1 })
})

// Not where the addon cannot be built: sanitized.long.test.ts holds what happens there.
if (WAYS.includes('batches')) {
  describe('threads that answer side by side', () => {
    const two = forAll({ udp: 'batches', workers: 2 })

    test('share the queries of one client, and each query counts once', async () => {
      const { answering, ask } = two()
      expect(answering.udp).toEqual({ way: 'batches', workers: 2 })
      let asked = 0
      await until(async () => {
        for (let i = 0; i < 10; i++, asked++) expect((await ask(WEB)).answers).toHaveLength(1)
        await answering.refresh()
        return answering.sheets().every((sheet) => queries(sheet) > 0)
      }, 'queries that both answered')
      expect(answering.sheets().reduce((sum, sheet) => sum + queries(sheet), 0)).toBe(asked)
    })

    test('go on answering, on the same port, when one of them is lost', async () => {
      const { answering, ask, port, crashes } = await start(
        'faulty',
        { udp: 'batches', workers: 2 },
        { pauseMs: [5000, 5000] },
      )
      await ask('throw.example', 'A', 100).catch(() => undefined)
      await until(() => crashes.length === 1, 'the crash')
      for (let i = 0; i < 5; i++) expect((await ask(WEB)).answers).toHaveLength(1)
      for (let i = 1; i < 17; i++) {
        const { octets } = await askUdp({ host: HOST, port }, QUERY, undefined, `127.0.0.${i}`)
        expect(parseReply(octets).answers).toHaveLength(1)
      }
      expect(answering.crashes()).toBe(1)
    })

    test('are all told of the queues of many addresses, until they are closed', async () => {
      const { answering } = await start('real', { udp: 'batches', workers: 2, addresses: 100 })
      const before = readdirSync('/proc/self/fd').length
      const places = Array.from({ length: 100 }, () => answering.makeUdp(HOST, []))
      const ports = await Promise.all(places.map((place) => place.open(0)))
      for (const port of ports) {
        const { octets } = await askUdp({ host: HOST, port }, QUERY)
        expect(parseReply(octets).answers).toHaveLength(1)
      }
      await Promise.all(places.map((place) => place.close()))
      expect(readdirSync('/proc/self/fd').length).toBe(before)
    })

    test('all follow the world: none is settled before the last', async () => {
      const { answering, ask } = two()
      answering.follow(withFreshness(small.world, 'east', { kind: 'down', heard: NOW }, NOW))
      await answering.refresh()
      for (let i = 0; i < 10; i++) expect((await ask('east.web.default.global')).edns?.ede?.[0]?.code).toBe(3)
      expect(answering.isSettled()).toBe(true)
    })
  })

  describe('in batches', () => {
    const one = forAll({ udp: 'batches' })

    test('no answer is older than what changed before the question came', async () => {
      const { answering, ask } = one()
      for (let i = 1; i <= 100; i++) {
        const heard = Date.UTC(2026, 0, 1, 0, 0, i)
        answering.follow(withFreshness(small.world, 'east', { kind: 'down', heard }, NOW))
        const [told] = (await ask('east.web.default.global')).edns?.ede ?? []
        expect(told?.text).toContain(new Date(heard).toISOString().slice(0, 19))
      }
    })

    test('one socket on a wildcard answers from whatever address was asked', async () => {
      const { answering } = one()
      const here = {
        '0.0.0.0': ['127.0.0.1', '127.0.0.51', '127.0.0.52'],
        '::': localAddresses(6).filter((one) => one === '::1'),
      }
      for (const [wildcard, hosts] of Object.entries(here)) {
        if (hosts.length === 0) continue
        const port = await answering.makeUdp(wildcard, []).open(0)
        for (const host of hosts) {
          const { octets, from } = await askUdp({ host, port }, QUERY)
          expect(from).toEqual({ host, port })
          expect(parseReply(octets).answers).toHaveLength(1)
        }
      }
    })

    test('an address beside a wildcard needs no socket, but has to be one of this host’s', async () => {
      const { answering } = one()
      const port = await answering.makeUdp('0.0.0.0', []).open(0)
      const beside = answering.makeUdp('127.0.0.53', [], true)
      expect(await beside.open(port)).toBe(port)
      await beside.close()
      const { from } = await askUdp({ host: '127.0.0.53', port }, QUERY)
      expect(from.host).toBe('127.0.0.53')
      await expect(answering.makeUdp('192.0.2.77', [], true).open(port)).rejects.toThrow(ListenError)
    })
  })
}
