import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { WorkerPool } from '../../../src/server/workers/worker-pool.ts'
import type { CountSheet } from '../../../src/words/observe/index.ts'
import { withFreshness } from '../../../src/world/zone/index.ts'
import { type Beats, beatsByHand } from '../../support/beats.ts'
import { someOf, whenLong } from '../../support/runs.ts'
import { canBind, until } from '../../support/sockets.ts'
import { WAYS } from '../../support/ways.ts'
import { NOW } from '../../support/world.ts'
import { HOST, type Keeping, keeping, small, startOptions } from './supervised.ts'

const WEB = 'web.default.svc.clusterset.local'
/** Long enough for the fault; nobody answers it. */
const UNANSWERED_MS = 100

const running: WorkerPool[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

const startBy =
  (udp: 'batches' | 'dgram') =>
  async (...[which, over, waits]: Parameters<typeof keeping>): Promise<Keeping> => {
    const one = await keeping(which, { udp, ...over }, waits)
    running.push(one.answering)
    return one
  }

async function provoke({ ask, answering }: Keeping, fault: string, turn?: Beats['turn']): Promise<void> {
  const before = answering.crashes()
  await ask(`${fault}.example`, 'A', UNANSWERED_MS).catch(() => undefined)
  await until(() => {
    turn?.(before)
    return answering.crashes() === before + 1
  }, 'the crash')
}

/** Asks until somebody answers. */
async function answered({ ask }: Keeping, name: string): Promise<readonly string[]> {
  let answers: readonly string[] = []
  await until(async () => {
    const reply = await ask(name, 'A', UNANSWERED_MS).catch(() => undefined)
    answers = reply?.answers ?? []
    return reply !== undefined
  }, 'an answer')
  return answers
}

const queries = (sheets: readonly CountSheet[]): number =>
  sheets.flatMap(({ requests }) => requests).reduce((sum, { value }) => sum + value, 0)

describe.each(someOf(WAYS, 2))('a thread that answers by %s and is lost', (udp) => {
  const start = startBy(udp)

  test.each([
    ['throws where nobody catches', 'throw', /^thrown on purpose$/],
    ['exits', 'exit', /^it exited with status 3$/],
  ])('because it %s is replaced by one that answers on the same port', async (_, fault, reason) => {
    const one = await start('faulty')
    expect(await answered(one, WEB)).toHaveLength(1)
    await provoke(one, fault)
    expect(one.crashes.map(({ message }) => message)).toEqual([expect.stringMatching(reason)])
    expect(await answered(one, WEB)).toHaveLength(1)
    expect(one.warnings).toEqual([])
  })

  test('because it answers no more than an endless loop does is ended and replaced', async () => {
    const { every, turn } = beatsByHand()
    const one = await start('faulty', {}, { every, missedBeats: 20 })
    await provoke(one, 'hang', turn)
    expect(one.crashes[0]?.message).toBe('it did not answer 20 times in a row')
    expect(await answered(one, WEB)).toHaveLength(1)
  })

  test('follows on: what changes afterwards is answered', async () => {
    const one = await start('faulty')
    await provoke(one, 'exit')
    one.answering.follow(withFreshness(small.world, 'east', { kind: 'down', heard: NOW }, NOW))
    await until(async () => {
      const reply = await one.ask(`east.web.default.global`, 'A', UNANSWERED_MS).catch(() => undefined)
      return reply?.edns?.ede?.[0]?.code === 3
    }, 'an answer that dates the cluster')
  })

  test('leaves its counts: they never go back, and its last query counts', async () => {
    const one = await start('faulty')
    for (let i = 0; i < 5; i++) await one.ask(WEB)
    await provoke(one, 'throw')
    expect(queries(one.answering.sheets())).toBe(6)
    await answered(one, WEB)
    await one.answering.refresh()
    expect(queries(one.answering.sheets())).toBeGreaterThanOrEqual(7)
    await provoke(one, 'throw')
    expect(queries(one.answering.sheets())).toBeGreaterThanOrEqual(8)
    expect(one.answering.sheets().length).toBeLessThanOrEqual(2)
  })
})

describe.each(whenLong(...WAYS))('a thread that answers by %s and was lost', (udp) => {
  const start = startBy(udp)

  test('is replaced by one that has the world of now, not that of its beginning', async () => {
    const one = await start('faulty')
    one.answering.follow(withFreshness(small.world, 'east', { kind: 'down', heard: NOW }, NOW))
    await provoke(one, 'throw')
    await until(async () => {
      const reply = await one.ask(`east.web.default.global`, 'A', UNANSWERED_MS).catch(() => undefined)
      return reply?.edns?.ede?.[0]?.text === 'east last heard from 2026-11-22T14:05:00Z'
    }, 'an answer that dates the cluster')
  })

  test(`${udp === 'batches' ? 'leaves the port to nobody, since main has it' : 'leaves its port'}, until another thread is there`, async () => {
    const one = await start('faulty', {}, { pauseMs: [200, 200] })
    await provoke(one, 'throw')
    expect(await canBind(HOST, one.port)).toBe(udp === 'dgram')
    expect(await answered(one, WEB)).toHaveLength(1)
  })

  test('is not missed once it was stopped, and a port that was closed is not opened again', async () => {
    const one = await start('faulty')
    const other = one.answering.makeUdp(HOST, [])
    const port = await other.open(0)
    await other.close(0)
    await provoke(one, 'throw')
    await answered(one, WEB)
    expect(await canBind(HOST, port)).toBe(true)
    await one.answering.stop()
    expect(one.answering.crashes()).toBe(1)
    expect(await canBind(HOST, one.port)).toBe(true)
  })
})

test('a thread that opens its own sockets and is lost leaves a port that somebody else takes is warned of and had again once it is free', async () => {
  const one = await startBy('dgram')('faulty', {}, { pauseMs: [100, 200] })
  await provoke(one, 'exit')
  const thief = createSocket('udp4').bind(one.port, HOST)
  await once(thief, 'listening')
  await until(() => one.warnings.length > 0, 'a warning')
  expect(one.warnings[0]).toMatch(
    new RegExp(`^cannot listen on 127\\.0\\.0\\.43:${one.port} \\(udp\\): the port is taken`),
  )
  thief.close()
  expect(await answered(one, WEB)).toHaveLength(1)
})

test('a thread that says nothing at the start is an error that says so', async () => {
  const silent = new URL('data:text/javascript,setInterval(() => 1, 1000)')
  await expect(WorkerPool.start(silent, startOptions(), { startMs: 100 })).rejects.toThrow(
    'the answering thread did not start: it did not start within 100 ms',
  )
})

test('a thread that does not come up at the start is an error that says why', async () => {
  const missing = new URL('./no-such-thread.ts', import.meta.url)
  const crashes: Error[] = []
  const options = startOptions({ crashed: (reason) => void crashes.push(reason) })
  await expect(WorkerPool.start(missing, options)).rejects.toThrow(
    /^the answering thread did not start: .*no-such-thread/,
  )
  expect(crashes).toHaveLength(1)
})
