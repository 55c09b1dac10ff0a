/** A thousand exports as the controller writes them to real API servers, and how little it writes once they stand. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, eventually } from './ground/index.ts'
import {
  type Clusters,
  configOf,
  labelOf,
  MCS,
  metric,
  SLICES,
  SOON_MS,
  service,
  specOf,
  startClusters,
  writesTo,
} from './support/controller.ts'
import { fieldOf, type Live, Stopwatch, say, seconds, startLive } from './support/index.ts'

const MANY = 1000
/** Three API servers and their etcds share the machine's cores: about 20,000 writes. */
const CONVERGED_MS = 400_000

let clusters: Clusters
let meridian: Live

beforeAll(async () => {
  clusters = await startClusters()
  meridian = await startLive(configOf(clusters))
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail(40))
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

/** Every one of the many has an import with an address, and the slice of its cluster. */
async function expectWhole(cluster: Cluster): Promise<void> {
  const imports = await cluster.admin.list(MCS, 'ServiceImport', 'shop')
  const whole = imports.filter((one) => {
    const ips = fieldOf(specOf(one), 'ips')
    return one.metadata.name.startsWith('many-') && Array.isArray(ips) && ips.length === 1
  })
  expect(whole).toHaveLength(MANY)
  const slices = await cluster.admin.list(SLICES, 'EndpointSlice', 'shop')
  const label = 'multicluster.kubernetes.io/service-name'
  expect(slices.filter(({ metadata }) => labelOf(metadata, label)?.startsWith('many-'))).toHaveLength(MANY)
}

describe('a thousand exports across three clusters', () => {
  const converge = async () => {
    const [, west] = clusters
    const many = Array.from({ length: MANY }, (_, i) => i)
    const ownOf = (net: number) => many.filter((i) => i % 3 === net)
    await Promise.all(
      clusters.map((cluster, net) =>
        cluster.apply(ownOf(net).flatMap((i) => service(`many-${i}`, net + 1, 512 + i))),
      ),
    )
    await west.kill()
    await west.restart()
    const stopwatch = new Stopwatch()
    // Listing a thousand objects again and again would take the API servers' time for writes.
    await eventually('nothing waits', CONVERGED_MS, async () => {
      expect(await metric(meridian, 'controller_leader')).toBe(3)
      const wanted = await metric(meridian, 'controller_objects_wanted', 'EndpointSlice')
      expect(wanted).toBeGreaterThanOrEqual(3 * MANY)
      expect(await metric(meridian, 'controller_queue_depth')).toBe(0)
    })
    for (const cluster of clusters)
      await eventually(`${cluster.id} is as it should be`, SOON_MS, () => expectWhole(cluster))
    const spent = `${seconds(meridian.cpuMs())} of Meridian's processor time`
    say(`${MANY} exports: as it should be everywhere ${seconds(stopwatch.ms)} after the last, by ${spent}`)
  }

  test(
    'reach the desired state, though an API server dies in the middle of the writes',
    converge,
    3 * CONVERGED_MS,
  )

  test('a second pass writes nothing at all', async () => {
    const before = await Promise.all(clusters.map(writesTo))
    expect(Math.min(...before)).toBeGreaterThan(MANY)
    await meridian.end()
    await meridian.start()
    await meridian.ready()
    await eventually('it leads, and has looked at everything', 60_000, async () => {
      expect(await metric(meridian, 'controller_leader')).toBe(3)
      expect(await metric(meridian, 'controller_objects_wanted', 'ServiceImport')).toBeGreaterThanOrEqual(
        3 * MANY,
      )
      expect(await metric(meridian, 'controller_queue_depth')).toBe(0)
    })
    expect(await Promise.all(clusters.map(writesTo))).toEqual(before)
    expect(await metric(meridian, 'controller_writes_total')).toBe(0)
  }, 120_000)
})
