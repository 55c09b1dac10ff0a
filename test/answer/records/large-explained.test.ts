import { describe, expect, test, vi } from 'vitest'
import { type Cut, cutsOf } from '../../../src/answer/records/index.ts'
import { explainInSteps, type Inspected, renderLines } from '../../../src/app/admin/inspect.ts'
import { MOST_CUT, MOST_OF_NAME, MOST_RECORDS } from '../../../src/app/admin/listed.ts'
import { printRecord, printType, type RR, TYPE } from '../../../src/values/dns/index.ts'
import { Ready } from '../../../src/world/inventory/index.ts'
import { responder, TCP } from '../../server/replies/responder.ts'
import { large, podHostname } from '../../support/large.ts'
import { recordsOfZone } from '../../support/render.ts'
import { whenLong } from '../../support/runs.ts'
import { identityOf } from '../../support/values.ts'
import { type Made, made } from '../../support/world.ts'

const SVC = 'db.default.svc.clusterset.local'

const inspected = ({ world }: Made): Inspected => ({
  snapshot: world,
  map: [],
  identity: identityOf(),
})

const headless = (endpoints: number, ports: number, perSlice: number): Made =>
  made({
    clusters: { east: { 'db.json': large({ name: 'db', clusterIP: null, endpoints, ports, perSlice }) } },
  })

/** The same in slices of which each has ports of its own numbers, and pods that share so many host names. */
function apart(endpoints: number, ports: number, hosts: number): Made {
  const list = JSON.parse(large({ name: 'db', clusterIP: null, endpoints, ports, perSlice: 50 }))
  let at = 0
  for (const [slice, object] of list.items.entries()) {
    for (const endpoint of object.endpoints ?? []) endpoint.hostname = podHostname(8, at++ % hosts)
    if (object.kind === 'EndpointSlice') for (const port of object.ports) port.port += slice % 3
  }
  return made({ clusters: { east: { 'db.json': JSON.stringify(list) } } })
}

/** What is read of endpoints in each step. */
function readsOf(steps: Iterator<unknown>, most = Number.POSITIVE_INFINITY): readonly number[] {
  const spies = [vi.spyOn(Ready.prototype, 'hostname'), vi.spyOn(Ready.prototype, 'listOf')]
  const reads: number[] = []
  for (let done = false; done !== true && reads.length < most; ) {
    done = steps.next().done === true
    reads.push(spies.reduce((sum, { mock }) => sum + mock.calls.length, 0))
    for (const spy of spies) spy.mockClear()
  }
  for (const spy of spies) spy.mockRestore()
  return reads
}

const cutsIn = ({ world }: Made): readonly Cut[] => {
  const entry = world.entries.get('default/db')
  const found = entry === undefined ? [] : [...cutsOf(entry, world, world.clusterset.local)]
  return found.filter((one) => one !== undefined)
}

const rendered = ({ world }: Made): readonly RR[] =>
  [...world.zones.values()].flatMap((zone) => recordsOfZone(world, zone, world.clusterset.local))

describe('an explanation of a large service', () => {
  test.each([[1000, 1000, 10], ...whenLong<[number, number, number]>([5000, 100, 100], [50_000, 1, 1000])])(
    'of %i endpoints and %i ports reads few of them at a time',
    (endpoints, ports, perSlice) => {
      const from = inspected(headless(endpoints, ports, perSlice))
      const reads = readsOf(explainInSteps(from, { name: 'default/db' }))
      // Two of each of a thousand endpoints, and none of their records.
      expect(Math.max(...reads)).toBeLessThanOrEqual(2000)
      expect(reads.reduce((a, b) => a + b, 0)).toBeLessThan(10_000_000)
    },
    60_000,
  )

  test('lists no more than a person reads, and says so', () => {
    const explaining = explainInSteps(inspected(headless(5000, 100, 100)), { name: 'default/db' })
    let step = explaining.next()
    while (step.done !== true) step = explaining.next()
    const { records, moreRecords, cut, moreCut } = step.value
    expect([records.length, moreRecords]).toEqual([2 * MOST_RECORDS, true])
    expect([cut.length, moreCut]).toEqual([MOST_CUT, true])
    expect(cut).toContainEqual({ name: SVC, type: 'SRV', records: 500_000, answered: expect.any(Number) })
    expect(records.filter((line) => line.startsWith(`${SVC}. 5 IN SRV `))).toHaveLength(MOST_OF_NAME)
  })
})

test('a zone is rendered a record at a time, however many a name has', () => {
  const lines = renderLines(inspected(headless(1000, 1000, 10)), { zone: 'clusterset.local' })
  const reads = readsOf(lines[Symbol.iterator](), 20_000)
  expect(reads).toHaveLength(20_000)
  expect(Math.max(...reads)).toBeLessThanOrEqual(4)
})

describe.each([
  ['alike', () => headless(1500, 3, 100)],
  ['of other numbers by slice', () => apart(1500, 3, 1500)],
  ['that share host names', () => apart(2500, 3, 700)],
])('of endpoints %s', (_, make) => {
  test('records are counted as they are rendered, and a reply holds as many as is said', () => {
    const world = make()
    const byName = Map.groupBy(rendered(world), ({ owner, data }) => `${owner} ${printType(data.type)}`)
    const cuts = cutsIn(world)
    expect(cuts.length).toBeGreaterThan(3)
    for (const { name, type, records, answered } of cuts) {
      expect(byName.get(`${name} ${type}`)?.length, `${type} of ${name}`).toBe(records)
      const reply = responder({}, world).ask({ name, type: TYPE[type], edns: {} }, TCP)
      expect(reply.answers.length, `${type} of ${name}`).toBe(answered)
    }
  })
})

test.each([1, 7, 99, 100, 101, 102])('SRV of %i endpoints is rendered as it is answered', (endpoints) => {
  const world = apart(endpoints, 2, 40)
  const name = `_p1._tcp.${SVC}`
  const all = rendered(world).filter(({ owner, data }) => owner === name && data.type === TYPE.SRV)
  const reply = responder({}, world).ask({ name, type: TYPE.SRV, edns: {} }, TCP)
  expect(all.map((rr) => printRecord(rr)).toSorted()).toEqual(reply.answers.toSorted())
})
