import { createSocket } from 'node:dgram'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { clientRulesOf } from '../../../src/app/config/index.ts'
import { ListenError, udpHere } from '../../../src/server/transport/index.ts'
import { startAnswering } from '../../../src/server/workers/index.ts'
import { type World, withFreshness } from '../../../src/world/zone/index.ts'
import { beginning, clusterset, events, NOW, turn } from '../../properties/worlds.ts'
import { buildQuery, type ParsedReply, parseReply } from '../../support/client.ts'
import { listenHere } from '../../support/listen.ts'
import { someOf } from '../../support/runs.ts'
import { command } from '../../support/server.ts'
import { askUdp, canBind, echo, Heard, ROOMY, until } from '../../support/sockets.ts'
import { identityOf } from '../../support/values.ts'
import { WAYS } from '../../support/ways.ts'
import { made } from '../../support/world.ts'
import { responder, TWO_CLUSTERS } from '../replies/responder.ts'
import { HOST, type Keeping, keeping, small, startOptions } from './supervised.ts'

const WEB = 'web.default.svc.clusterset.local'

const running: { readonly stop: () => Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

const startBy =
  (udp: 'batches' | 'dgram') =>
  async (...[which, over, waits]: Parameters<typeof keeping>) => {
    const one = await keeping(which, { udp, ...over }, waits)
    running.push(one.answering)
    return one
  }

/** Questions whose answers chance does not order. */
const questionsOf = ({ entries, zones }: World) => [
  ...[...entries].flatMap(([key]) => {
    const [namespace, name] = key.split('/')
    return [
      { name: `${name}.${namespace}._explain.clusterset.local`, type: 'TXT' },
      { name: `${name}.${namespace}.global`, type: 'SRV' },
    ]
  }),
  ...[...zones.keys()].map((name) => ({ name, type: 'SOA' })),
]

/** Additional records come in any order. */
const unordered = (reply: ParsedReply) => ({ ...reply, additionals: reply.additionals.toSorted() })

describe.each(someOf(WAYS, 2))('what a thread answers by %s', (udp) => {
  const start = startBy(udp)

  test('is what main answers, while the world changes', async () => {
    const [members, first] = fc.sample(fc.tuple(clusterset, events()), { numRuns: 1, seed: 5 })[0] ?? []
    if (members === undefined || first === undefined) throw new Error('no sample')
    let flow = turn(beginning(members), first)
    const { config } = small
    const clients = clientRulesOf(config, members.local)
    const { ask, answering } = await start('real', {
      world: flow.world,
      clients,
      identity: identityOf(),
    })
    for (const [i, list] of fc.sample(events(), { numRuns: 8, seed: 6 }).entries()) {
      flow = turn(flow, list, NOW + (i + 1) * 1000)
      answering.follow(flow.world)
      await answering.refresh()
      const main = responder({ clients, identity: identityOf() }, { ...small, ...flow })
      for (const question of questionsOf(flow.world)) {
        const reply = await ask(question.name, question.type)
        expect(unordered(reply)).toEqual(unordered(main.ask({ ...question, edns: {} })))
      }
    }
    expect(flow.world.entries.size).toBeGreaterThan(3)
  })

  test('is the last of many worlds, however fast they come', async () => {
    const { ask, answering } = await start()
    let { world } = small
    for (let i = 1; i <= 1000; i++) {
      world = withFreshness(world, 'east', { kind: i % 2 ? 'down' : 'stale', heard: i * 1000 }, NOW)
      answering.follow(world)
    }
    await until(async () => {
      const reply = await ask('east.web.default.global')
      return reply.edns?.ede?.[0]?.text === 'east last heard from 1970-01-01T00:16:40Z'
    }, 'the last state')
  })

  test('is what the new rules say once it was told, with the scopes of places that are equal', async () => {
    const map = [
      { cidr: '10.0.0.0/9', cluster: 'west' },
      { cidr: '10.128.0.0/9', cluster: 'west' },
      { cidr: '10.1.0.0/16', cluster: 'east' },
    ]
    const { config, world } = made({ ...TWO_CLUSTERS, config: { clients: { trustClientSubnet: true, map } } })
    const settings = {
      clients: clientRulesOf(config, world.clusterset.local),
      identity: identityOf('renamed', '2'),
    }
    const { answering, port } = await start()
    answering.reconfigure(settings)
    await answering.refresh()
    const main = responder(settings)
    for (const subnet of ['10.1.2.0/24', '10.200.0.0/16', '10.0.0.0/24', '192.0.2.0/24', '10.1.0.0/16']) {
      const spec = { name: WEB, type: 'A', edns: { subnet, nsid: true } }
      const { octets } = await askUdp({ host: HOST, port }, buildQuery(spec))
      expect(parseReply(octets)).toEqual(main.ask(spec))
    }
  })
})

describe.each(someOf(WAYS, 2))('what a thread counts by %s', (udp) => {
  const start = startBy(udp)

  test('is fetched by refresh, and stands until the next one', async () => {
    const { ask, answering } = await start()
    for (let i = 0; i < 3; i++) await ask(WEB)
    await answering.refresh()
    await ask(WEB)
    expect(answering.sheets().map(({ requests }) => requests)).toEqual([
      [
        {
          labels: { zone: 'clusterset.local', type: 'A', rcode: 'NOERROR', transport: 'udp' },
          value: 3,
        },
      ],
    ])
    await answering.refresh()
    expect(answering.sheets()[0]?.requests[0]?.value).toBe(4)
    expect(answering.sheets()[0]?.duration.counts.reduce((a, b) => a + b)).toBe(4)
  })

  test('includes bugs, each kind of which is told once, and datagrams that were dropped', async () => {
    const broken = { ...small.world, zones: new Map([['clusterset.local', null]]) } as unknown as World
    const { ask, answering, bugs, port } = await start('real', { world: broken })
    for (let i = 0; i < 3; i++) expect((await ask(WEB)).rcode).toBe('SERVFAIL')
    const client = createSocket('udp4')
    client.send(Buffer.from([1, 2, 3]), port, HOST)
    await until(async () => {
      await answering.refresh()
      return answering.sheets()[0]?.dropped[0]?.value === 1
    }, 'the drop')
    client.close()
    expect(answering.sheets()[0]?.bugs).toEqual([{ labels: {}, value: 3 }])
    expect(bugs.map(({ message }) => message)).toEqual([expect.stringMatching(/^TypeError: /)])
    expect(bugs[0]?.stack).toContain('src/world/zone/')
  })
})

describe.each(someOf(WAYS, 2))('where a thread listens by %s', (udp) => {
  let one: Keeping
  beforeAll(async () => {
    one = await keeping('real', { udp })
  })
  afterAll(() => one.answering.stop())

  test('a port that is taken is the same error as on main', async () => {
    const { answering } = one
    const port = await answering.makeUdp('127.0.0.1', []).open(0)
    const refusalBy = async (make: typeof answering.makeUdp, host: string) => {
      const error = await make(host, [])
        .open(port)
        .catch((cause: unknown) => cause)
      if (!(error instanceof ListenError)) throw new Error(`a ListenError was expected, not ${error}`)
      // One socket on a wildcard cannot say at which address the port is taken.
      return { message: error.message.replace('0.0.0.0', '127.0.0.1'), code: error.code }
    }
    const here = udpHere({ udpSize: 1232, respond: echo, events: new Heard() })
    for (const host of ['127.0.0.1', '0.0.0.0', '192.0.2.77', '::ffff:300.1'])
      expect(await refusalBy(answering.makeUdp, host)).toEqual(await refusalBy(here, host))
  })

  test('UDP there and TCP here share a port, over wildcards too', async () => {
    const { answering } = one
    const options = { addresses: [{ host: '0.0.0.0', port: 0 }], udpSize: 1232, tcp: ROOMY }
    const listeners = await listenHere(options, echo, () => undefined, new Heard(), answering.makeUdp)
    const [udp, tcp] = listeners.bound
    expect(udp?.port).toBe(tcp?.port)
    const at = { host: '127.0.0.1', port: udp?.port ?? 0 }
    const query = buildQuery({ name: WEB, type: 'A' })
    expect(parseReply((await askUdp(at, query)).octets).answers).toHaveLength(1)
    await listeners.close({ drainMs: 50 })
    expect(await canBind('127.0.0.1', at.port)).toBe(true)
  })
})

describe.each(someOf(WAYS, 2))('a thread by %s that was stopped', (udp) => {
  const start = startBy(udp)

  test('has no port, takes nothing on, and may be stopped again', async () => {
    const { answering, port } = await start()
    await Promise.all([answering.stop(), answering.stop()])
    expect(await canBind(HOST, port)).toBe(true)
    answering.follow(withFreshness(small.world, 'east', { kind: 'down', heard: 1 }, NOW))
    answering.reconfigure(startOptions())
    await answering.refresh()
    await expect(answering.makeUdp(HOST, []).open(0)).rejects.toThrow(/no answering thread/)
    expect(answering.crashes()).toBe(0)
  })

  test('leaves nothing behind that keeps a process', async () => {
    const { ended, err } = await endedOf(command(['test/server/workers/comes-and-goes.ts', udp]))
    expect({ ended, err }).toEqual({ ended: 0, err: '' })
  })

  test('is the same through the public face', async () => {
    const answering = await startAnswering(startOptions({ udp }))
    running.push(answering)
    const port = await answering.makeUdp(HOST, []).open(0)
    const { octets } = await askUdp({ host: HOST, port }, buildQuery({ name: WEB, type: 'A' }))
    expect(parseReply(octets).answers).toHaveLength(1)
  })
})

async function endedOf(started: ReturnType<typeof command>) {
  const ended = await started.ended
  return { ended, err: started.err }
}
