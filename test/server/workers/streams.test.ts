import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { clientRulesOf } from '../../../src/app/config/index.ts'
import { TCP } from '../../../src/server/transport/index.ts'
import type { AnsweringOptions } from '../../../src/server/workers/index.ts'
import { StreamSupervisor } from '../../../src/server/workers/stream-supervisor.ts'
import type { WorkerWaits } from '../../../src/server/workers/waits.ts'
import { parsePrefix } from '../../../src/values/dns/index.ts'
import { withFreshness } from '../../../src/world/zone/index.ts'
import { type Beats, beatsByHand } from '../../support/beats.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { exchangeTcp } from '../../support/exchange.ts'
import { page } from '../../support/pages.ts'
import { someOf } from '../../support/runs.ts'
import { canBind, TcpClient, until } from '../../support/sockets.ts'
import { identityOf } from '../../support/values.ts'
import { WAYS } from '../../support/ways.ts'
import { NOW } from '../../support/world.ts'
import { program, small, startOptions } from './supervised.ts'

const HOST = '127.0.0.1'

const WEB = 'web.default.svc.clusterset.local'

const running: StreamSupervisor[] = []
const clients: TcpClient[] = []
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

async function start(
  which: 'faulty' | 'real' = 'real',
  over: Partial<AnsweringOptions> = {},
  waits: Partial<WorkerWaits> = {},
) {
  const [warnings, crashes]: [string[], Error[]] = [[], []]
  const told = {
    warning: (text: string) => void warnings.push(text),
    crashed: (reason: Error) => void crashes.push(reason),
  }
  const stream = await StreamSupervisor.start(program(which), startOptions({ ...told, ...over }), {
    pauseMs: [1, 5],
    ...waits,
  })
  running.push(stream)
  const port = await stream.makeStream(TCP)(HOST).open(0)
  const connect = async () => {
    const client = await TcpClient.connect({ host: HOST, port })
    clients.push(client)
    return client
  }
  const ask = async (name: string, type = 'A') => {
    const client = await connect()
    try {
      return parseReply(await client.ask(buildQuery({ name, type, edns: {} })))
    } finally {
      client.socket.destroy()
    }
  }
  /** Asks until somebody answers. */
  const answered = async (name: string) => {
    let answers: readonly string[] | undefined
    await until(async () => {
      answers = await ask(name).then(
        (reply) => reply.answers,
        () => undefined,
      )
      return answers !== undefined
    }, 'an answer')
    return answers
  }
  const provoke = async (fault: string, turn?: Beats['turn']) => {
    const before = stream.crashes()
    const client = await connect()
    client.send(buildQuery({ name: `${fault}.example`, type: 'A' }))
    await until(() => {
      turn?.(before)
      return stream.crashes() === before + 1
    }, 'the crash')
  }
  return { stream, port, connect, ask, answered, provoke, warnings, crashes }
}

describe('the thread of streams, lost', () => {
  test.each([
    ['throws where nobody catches', 'throw'],
    ['exits', 'exit'],
  ])('because it %s is replaced by one that listens on the same ports', async (_, fault) => {
    const one = await start('faulty')
    const health = await one.stream.openHealth({ host: HOST, port: 0 })
    one.stream.stand({ ready: false, state: 'draining', answers: true })
    expect(await one.answered(WEB)).toHaveLength(1)
    await one.provoke(fault)
    expect(await one.answered(WEB)).toHaveLength(1)
    await until(
      () =>
        page(`${HOST}:${health}`, '/readyz').then(
          ({ text }) => text === '[-] draining\n',
          () => false,
        ),
      'the probe to be told what main said before',
    )
    expect(one.warnings).toEqual([])
  })

  test('because it does what has no end is ended and replaced', async () => {
    const { every, turn } = beatsByHand()
    const one = await start('faulty', {}, { every, missedBeats: 20 })
    await one.provoke('hang', turn)
    expect(one.crashes[0]?.message).toBe('it did not answer 20 times in a row')
    expect(await one.answered(WEB)).toHaveLength(1)
  })

  test('is replaced by one that has the world and the clients of now', async () => {
    const one = await start('faulty')
    one.stream.follow(withFreshness(small.world, 'east', { kind: 'down', heard: NOW }, NOW))
    one.stream.reconfigure({ identity: identityOf('other', '2'), clients: startOptions().clients })
    await one.provoke('exit')
    await one.answered(WEB)
    expect((await one.ask('east.web.default.global')).edns?.ede?.[0]?.code).toBe(3)
    const chaos = await exchangeTcp(
      one.port,
      HOST,
      buildQuery({ name: 'id.server', type: 'TXT', class: 3 }),
      false,
    )
    expect(chaos.map((message) => parseReply(message).answers)).toEqual([[expect.stringContaining('other')]])
  })

  test('leaves its counts, and the connections that are open are those of the new one', async () => {
    const one = await start('faulty')
    const idle = await one.connect()
    await one.answered(WEB)
    await until(async () => {
      await one.stream.refresh()
      return one.stream.streams().connections === 1
    }, 'one connection')
    await one.provoke('throw')
    await idle.ended()
    await one.answered(WEB)
    await until(async () => {
      await one.stream.refresh()
      return one.stream.streams().connections === 0
    }, 'no connection')
    const queries = one.stream
      .sheets()
      .flatMap(({ requests }) => requests)
      .reduce((sum, { value }) => sum + value, 0)
    expect(queries).toBe(3)
  })

  test('has a port back that somebody else took, once it is free', async () => {
    const one = await start('faulty', {}, { pauseMs: [100, 200] })
    await one.provoke('exit')
    const thief = createServer().listen(one.port, HOST)
    await once(thief, 'listening')
    await until(() => one.warnings.length > 0, 'a warning')
    expect(one.warnings[0]).toContain(`cannot listen on ${HOST}:${one.port} (tcp): the port is taken`)
    thief.close()
    expect(await one.answered(WEB)).toHaveLength(1)
  })
})

const withAddon = WAYS.includes('batches') ? describe : () => undefined

withAddon('who connects while the thread of streams is replaced', { timeout: 120_000 }, () => {
  const WAYS_TO_GO = [
    ['threw where nobody catches', 'throw'],
    ['exited', 'exit'],
    ['did what has no end', 'hang'],
  ] as const
  test.each(someOf(WAYS_TO_GO, 3))(
    'because it %s waits for the next one, three times over, and is not refused',
    async (_, fault) => {
      const { every, turn } = beatsByHand()
      const one = await start('faulty', { udp: 'batches' }, { every, missedBeats: 20, pauseMs: [200, 800] })
      const health = await one.stream.openHealth({ host: HOST, port: 0 })
      for (let i = 0; i < 3; i++) {
        const guilty = await one.connect()
        guilty.send(buildQuery({ name: `${fault}.example`, type: 'A' }))
        await until(() => {
          turn(i)
          return one.stream.crashes() === i + 1
        }, 'the crash')
        // Nobody accepts now: the next thread is not there yet.
        const asked = Array.from({ length: 10 }, () => one.connect())
        const probed = page(`${HOST}:${health}`, '/readyz')
        const waiting = await Promise.all(asked)
        for (const client of waiting) client.send(buildQuery({ name: WEB, type: 'A' }))
        await until(() => waiting.every(({ replies }) => replies.length === 1), 'all replies')
        for (const { replies } of waiting)
          expect(parseReply(replies[0] ?? new Uint8Array()).answers).toHaveLength(1)
        expect(await probed).toMatchObject({ status: 200, text: 'ok\n' })
      }
      expect(one.warnings).toEqual([])
      await one.stream.stop()
      expect([await canBind(HOST, one.port), await canBind(HOST, health)]).toEqual([true, true])
    },
  )

  test('a port that somebody has is said, and one that was given up is free', async () => {
    const one = await start('real', { udp: 'batches' })
    const place = one.stream.makeStream(TCP)(HOST)
    const health = await one.stream.openHealth({ host: HOST, port: 0 })
    await expect(place.open(health)).rejects.toThrow(
      `cannot listen on ${HOST}:${health} (tcp): the port is taken; stop the program that has it ("ss -lntup" lists them) or choose another address or port in dns.listen`,
    )
    await expect(one.stream.openHealth({ host: HOST, port: one.port })).rejects.toThrow('in health.listen')
    const port = await place.open(0)
    await place.close()
    expect(await canBind(HOST, port)).toBe(true)
  })
})

test('a transfer is of one serial, while the world changes under it', async () => {
  const any = parsePrefix('0.0.0.0/0')
  if (any === undefined) throw new Error('no prefix')
  const clients = { ...clientRulesOf(small.config, small.world.clusterset.local), transferAllow: [any] }
  const one = await start('real', { clients })
  let { world } = small
  for (let i = 1; i <= 50; i++) {
    world = withFreshness(
      world,
      'east',
      { kind: i % 2 === 0 ? 'live' : 'down', heard: NOW + i },
      NOW + i * 1000,
    )
    one.stream.follow(world)
    const query = buildQuery({ name: 'clusterset.local', type: 'AXFR' })
    const records = (await exchangeTcp(one.port, HOST, query, true)).flatMap(
      (message) => parseReply(message).answers,
    )
    expect(records.length).toBeGreaterThan(2)
    expect(records[0]).toBe(records.at(-1))
  }
})

test('finishing, connections are answered and closed with FIN, and the port is free', async () => {
  const one = await start()
  const client = await one.connect()
  client.send(buildQuery({ name: WEB, type: 'A' }))
  await client.received(1)
  await one.stream.finish(1000)
  expect(await client.ended()).toBe('fin')
  await one.stream.stop()
  expect(await canBind(HOST, one.port)).toBe(true)
})
