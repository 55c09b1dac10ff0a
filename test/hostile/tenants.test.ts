import { afterEach, describe, expect, test } from 'vitest'
import { parseConfig, planOf } from '../../src/app/config/index.ts'
import { Flow } from '../../src/app/flow/index.ts'
import { startMember } from '../../src/app/flow/member.ts'
import { type Care, type Change, NO_CARE, type SourceListener } from '../../src/sources/changes/index.ts'
import { printAddress } from '../../src/values/dns/index.ts'
import { KINDS, namespaceOf, parseObject, unpackList } from '../../src/words/kube/index.ts'
import { createLog } from '../../src/words/observe/index.ts'
import { exported, serviceEntry } from '../support/manifests.ts'
import { NOBODY } from '../support/members.ts'
import { until } from '../support/sockets.ts'

// A tenant of a cluster has many objects, or changes one without a pause on which many services depend: another tenant's
// services of the same cluster are derived beside them. What is counted is how many of the one's come before the other's.

const LONG = 120_000

/** A turn has five milliseconds, and a service takes one of them at least. */
const OF_A_TURN = 6

let end: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const one of end.reverse()) await one()
  end = []
})

/** One cluster at work, and how many services of `bad` were derived so far. */
function cluster() {
  let derived = 0
  const hold: Care['hold'] = (key, work) => {
    for (const to = performance.now() + 1; performance.now() < to; );
    if (namespaceOf(key) === 'bad') derived += 1
    return work()
  }
  const text =
    'clusters: [{id: east, network: flat, source: {manifests: east}}]\nlocal: {cluster: east}\nistio: {cluster: east}'
  const flow = new Flow(planOf(parseConfig(text, 'meridian.yaml')), NOBODY, Date.now(), { ...NO_CARE, hold })
  const listening = Promise.withResolvers<SourceListener>()
  const member = startMember({
    id: 'east',
    flow,
    store: null,
    log: createLog('error', { write: () => undefined }),
    programmed: () => undefined,
    thresholds: { downAfter: LONG, upAfter: 0, failAfter: null, slow: LONG, slowFor: LONG, isLocal: true },
    probe: null,
    open: () => ({
      credentials: null,
      start: (listener) => {
        listening.resolve(listener)
        return { stop: async () => undefined }
      },
    }),
  })
  end.push(member.stop)
  const kind = () => flow.world.clusterset.members.get('east')?.freshness.kind
  return { flow, kind, listening: listening.promise, derived: () => derived }
}

const putsOf = (...values: readonly unknown[]): readonly Change[] =>
  values.flatMap((value) => {
    const parsed = parseObject(value, KINDS)
    return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
  })

const good = (i: number, n: number): readonly Change[] =>
  putsOf(
    ...unpackList(
      JSON.parse(exported({ name: `good-${i}`, clusterIP: `10.101.${n}.${i}`, pods: ['10.1.0.1'] })),
    ),
  )

/** ServiceEntries of that many hosts each, whose endpoints are one machine. */
const entries = (count: number, hosts: number): readonly Change[] =>
  putsOf(
    ...Array.from({ length: count }, (_, i) => ({
      ...serviceEntry({ name: `e${i}`, namespace: 'bad', hosts: [] }),
      spec: {
        hosts: Array.from({ length: hosts }, (_, h) => `s${i}-${h}.bad.svc.clusterset.local`),
        ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
        resolution: 'STATIC',
        workloadSelector: { labels: { app: 'a' } },
      },
    })),
  )

const machine = (n: number): readonly Change[] =>
  putsOf({
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: { name: 'm', namespace: 'bad' },
    spec: { address: `10.9.${(n >> 8) & 255}.${n & 255}`, labels: { app: 'a' } },
  })

const FIVE = [0, 1, 2, 3, 4]

describe('a tenant', { timeout: 300_000 }, () => {
  test('whose objects make 3,000 services has no other’s wait for them in a first list, which ends with all', async () => {
    const { flow, kind, listening, derived } = cluster()
    const listener = await listening
    listener.changed([...entries(30, 100), ...machine(0), ...FIVE.flatMap((i) => good(i, 0))])
    listener.freshness({ kind: 'live', heard: Date.now() })
    const isThere = () => FIVE.every((i) => flow.world.entries.get(`default/good-${i}`) !== undefined)
    await until(async () => isThere(), 'those of the other tenant', LONG)
    expect(derived()).toBeLessThan(10 * OF_A_TURN)
    expect(kind()).toBe('never')
    await until(async () => kind() === 'live', 'the end of the list', LONG)
    expect(flow.world.entries.size).toBe(3005)
    expect(derived()).toBe(3000)
  })

  test('one of whose machines, which 3,000 services are on, changes without a pause has others’ changes derived at once', async () => {
    const { flow, kind, listening, derived } = cluster()
    const listener = await listening
    listener.changed([...entries(300, 10), ...machine(0), ...FIVE.flatMap((i) => good(i, 0))])
    listener.freshness({ kind: 'live', heard: Date.now() })
    await until(async () => kind() === 'live', 'the end of the list', LONG)
    let [n, goesOn] = [0, true]
    const change = (): void => {
      if (goesOn) listener.changed(machine(++n), () => setTimeout(change))
    }
    end.push(async () => {
      goesOn = false
    })
    change()
    await until(async () => n > 3, 'changes of the machine', LONG)
    for (const i of FIVE) {
      const [before, entry] = [derived(), flow.world.entries.get(`default/good-${i}`)]
      listener.changed(good(i, 1))
      await until(async () => flow.world.entries.get(`default/good-${i}`) !== entry, `change ${i}`, LONG)
      expect(derived() - before).toBeLessThan(20 * OF_A_TURN)
    }
    goesOn = false
    const before = derived()
    listener.changed(machine(0x1234))
    listener.freshness({ kind: 'stale', heard: Date.now() })
    await until(async () => kind() === 'stale', 'all that was said before', LONG)
    // Each once more at most for what was said before, and once for the last of it.
    expect(derived() - before).toBeLessThanOrEqual(6000)
    for (const key of ['bad/s0-0', 'bad/s299-9'])
      expect(
        flow.world.entries.get(key)?.external?.sites.flatMap(({ addresses }) => addresses.map(printAddress)),
      ).toEqual(['10.9.18.52'])
  })
})
