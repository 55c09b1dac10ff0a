import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ask,
  COREDNS,
  LARGE,
  namesOf,
  printedBlock,
  Replica,
  SPLIT,
  WEIGHTS,
  withLoadbalance,
  writeClusterset,
} from './chain/index.ts'
import { type CoreDns, startCoreDns } from './ground/index.ts'

/** Chance alone exceeds it once in 100,000 runs. */
const CHI_SQUARE_BOUND = 19.5

let config: string
let replica: Replica

beforeAll(async () => {
  config = writeClusterset()
  replica = await Replica.start(config)
})

afterAll(() => replica.stop())

const VARIANTS = COREDNS.flatMap(([version, said]) => [
  { title: `CoreDNS ${version} with the printed block`, version, said, change: (block: string) => block },
  { title: `CoreDNS ${version} with loadbalance`, version, said, change: withLoadbalance },
])

describe.each(VARIANTS)('$title', ({ title, version, said, change }) => {
  let coreDns: CoreDns

  beforeAll(async () => {
    coreDns = await startCoreDns(change(await printedBlock(config, [replica.port], said)), version)
  })

  afterAll(() => coreDns.close())

  const addresses = async (name: string): Promise<readonly string[]> => {
    const { rcode, answers } = await ask(coreDns.port, 'udp', { name, type: 'A', edns: {} })
    if (rcode !== 'NOERROR') throw new Error(`${name}: ${rcode}`)
    return answers.map((one) => one.split(' ').at(-1) ?? '')
  }

  test(`${SPLIT.count} names that are weighted 70 to 30 are answered 70 to 30, each by one cluster`, async () => {
    const drawn = { 'cluster-east': 0, 'cluster-west': 0 }
    for (const name of namesOf(SPLIT)) {
      const found = await addresses(name)
      const clusters = new Set(
        found.map((one) => (one.startsWith('10.101.') ? 'cluster-east' : 'cluster-west')),
      )
      expect([clusters.size, name]).toEqual([1, name])
      for (const one of clusters) drawn[one]++
    }
    const chiSquare = chiSquareOf(drawn)
    console.log(
      `${title}: ${drawn['cluster-east']} to ${drawn['cluster-west']} of ${SPLIT.count}, chi-square ${chiSquare.toFixed(2)} (bound ${CHI_SQUARE_BOUND})`,
    )
    expect(chiSquare).toBeLessThan(CHI_SQUARE_BOUND)
  })

  test('whatever shuffles a headless answer, it has every pod', async () => {
    const name = `${LARGE.name}.svc.clusterset.local`
    const { answers } = await ask(coreDns.port, 'tcp', { name, type: 'A' })
    expect(new Set(answers).size).toBe(LARGE.pods)
  })

  test('the priorities of SRV records are not shuffled away', async () => {
    const { answers } = await ask(coreDns.port, 'udp', { name: '_http._tcp.web.default.global', type: 'SRV' })
    const inOrder = answers.map((one) => one.replace(/^.* SRV (\d+) \d+ \d+ ([^.]+).*$/, '$1 $2')).sort()
    expect(inOrder).toEqual(['0 cluster-east', '1 cluster-central', '2 cluster-west'])
  })
})

function chiSquareOf(drawn: Readonly<Record<keyof typeof WEIGHTS, number>>): number {
  const expected = (cluster: keyof typeof WEIGHTS) => (SPLIT.count * WEIGHTS[cluster]) / 100
  const part = (cluster: keyof typeof WEIGHTS) =>
    (drawn[cluster] - expected(cluster)) ** 2 / expected(cluster)
  return part('cluster-east') + part('cluster-west')
}
