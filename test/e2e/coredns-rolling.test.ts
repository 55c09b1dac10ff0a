import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  COREDNS,
  LOAD,
  namesOf,
  Prober,
  printedBlock,
  Replica,
  ROLLING,
  Service,
  writeClusterset,
} from './chain/index.ts'
import { type CoreDnsVersion, eventually, startCoreDns } from './ground/index.ts'

let config: string
const replicas: Replica[] = []

beforeAll(async () => {
  config = writeClusterset()
  replicas.push(...(await Promise.all([1, 2].map(() => Replica.start(config, ROLLING.drain)))))
})

afterAll(() => Promise.all(replicas.map((one) => one.stop())))

test.each(COREDNS)(
  'CoreDNS %s: two replicas behind a Service are restarted one after the other, and no query fails',
  async (version, said) => {
    const service = await Service.start(replicas)
    try {
      await probeWhileRestarting('two replicas behind a Service', [service.port], version, said)
    } finally {
      service.close()
    }
  },
)

/** An older CoreDNS hands on the SERVFAIL of a replica that is not ready yet: it needs the Service, or its like. */
test.each(COREDNS.filter(([version]) => version === 'current'))(
  'CoreDNS %s: two replicas that the block lists are restarted one after the other, and no query fails',
  async (version, said) => {
    const ports = replicas.map(({ port }) => port)
    await probeWhileRestarting('two replicas in the block', ports, version, said)
  },
)

async function probeWhileRestarting(
  title: string,
  ports: readonly number[],
  version: CoreDnsVersion,
  said: string,
): Promise<void> {
  const coreDns = await startCoreDns(await printedBlock(config, ports, said), version)
  const prober = new Prober(coreDns.port, namesOf(LOAD))
  try {
    await restartOneByOne(prober)
  } finally {
    console.log(`CoreDNS ${version}, ${title}: ${await prober.stop()}`)
    await coreDns.close()
  }
  expect(prober.failed, [coreDns.server, ...replicas].map((one) => one.logTail()).join('\n')).toEqual([])
}

/** As a Deployment does it: the next one goes when the last one is ready. */
async function restartOneByOne(prober: Prober): Promise<void> {
  await untilProbed(prober)
  for (const replica of replicas) {
    expect(await replica.stop()).toBe(0)
    await replica.start()
    await untilProbed(prober)
  }
}

/**
 * Resolves when the prober has asked on, and CoreDNS the replicas: its cache would hide what they do. Not each of
 * them: a CoreDNS that forwards to a Service stays with the replica that its sockets lead to (`max_age`).
 */
async function untilProbed(prober: Prober): Promise<void> {
  const [asked, answered] = [prober.asked, await answeredByAll()]
  await eventually('the prober goes on', 20_000, async () => {
    expect(prober.asked - asked).toBeGreaterThan(100)
    expect((await answeredByAll()) - answered).toBeGreaterThan(50)
  })
}

async function answeredByAll(): Promise<number> {
  const counts = await Promise.all(
    replicas.map((one) => one.answered({ zone: 'clusterset.local', rcode: 'NOERROR' })),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
