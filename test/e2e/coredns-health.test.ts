import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, COREDNS, printedBlock, Replica, withForwardOption, writeClusterset } from './chain/index.ts'
import { type CoreDns, eventually, freePort, startCoreDns } from './ground/index.ts'

const WEB = { name: 'web.default.svc.clusterset.local', type: 'A' }
const NS_OF_ROOT = { zone: 'other', type: 'NS', rcode: 'REFUSED', transport: 'udp' }

let config: string
let replica: Replica

beforeAll(async () => {
  config = writeClusterset()
  replica = await Replica.start(config)
})

afterAll(() => replica.stop())

describe.each(COREDNS)('the health checks of CoreDNS %s', (version, said) => {
  let coreDns: CoreDns

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') console.error(`${coreDns.server.logTail()}\n${replica.logTail()}`)
    await coreDns.close()
  })

  const rcode = async (name = WEB.name) => (await ask(coreDns.port, 'udp', { ...WEB, name })).rcode

  test('REFUSED to `. NS` is health: an upstream that was down gets queries again', async () => {
    // So that CoreDNS believes its checks: by default it asks an upstream that is down all the same, if all are.
    const strict = withForwardOption(
      await printedBlock(config, [replica.port], said),
      'failfast_all_unhealthy_upstreams',
    )
    coreDns = await startCoreDns(strict, version)
    expect(await rcode()).toBe('NOERROR')

    await replica.kill()
    await eventually('CoreDNS takes Meridian for down', 20_000, async () => {
      const start = performance.now()
      expect(await rcode('web.default.global')).toBe('SERVFAIL')
      expect(performance.now() - start).toBeLessThan(200)
    })

    await replica.start()
    await eventually('CoreDNS takes Meridian for healthy', 20_000, async () => {
      expect(await rcode()).toBe('NOERROR')
    })
    expect(await replica.answered(NS_OF_ROOT)).toBeGreaterThan(0)
  })

  test('an upstream that nobody answers at costs no answer', async () => {
    const block = await printedBlock(config, [await freePort(), replica.port], said)
    coreDns = await startCoreDns(block, version)
    const names = Array.from({ length: 100 }, (_, i) => `s${i}.load.svc.clusterset.local`)
    const replies = await Promise.all(names.map((name) => rcode(name)))
    expect(new Set(replies)).toEqual(new Set(['NOERROR']))
  })
})
