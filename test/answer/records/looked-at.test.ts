import { describe, expect, test } from 'vitest'
import { LISTED, LOOKED_AT, renderService, wholeLevel } from '../../../src/answer/records/index.ts'
import { fairPart } from '../../../src/answer/records/looked-at.ts'
import { type Explained, explainName } from '../../../src/app/admin/index.ts'
import { MOST_OF_NAME, MOST_RECORDS } from '../../../src/app/admin/listed.ts'
import { printExplained } from '../../../src/app/cli/print-explained.ts'
import { printRecord, TYPE } from '../../../src/values/dns/index.ts'
import { MOST_ENDPOINTS } from '../../../src/world/inventory/index.ts'
import { responder, TCP } from '../../server/replies/responder.ts'
import { exported } from '../../support/manifests.ts'
import { present } from '../../support/render.ts'
import { identityOf } from '../../support/values.ts'
import { type Made, made } from '../../support/world.ts'

const pods = (count: number, net = 1): readonly string[] =>
  Array.from({ length: count }, (_, i) => `10.${net}.${i >> 8}.${i & 255}`)

const db = (clusterIP: string, ...counts: readonly number[]): Made =>
  made({
    clusters: Object.fromEntries(
      counts.map((count, i) => [
        `c${i}`,
        { 'db.json': exported({ name: 'db', clusterIP, pods: pods(count, i + 1) }) },
      ]),
    ),
  })

const explained = ({ world }: Made): Explained =>
  explainName({ snapshot: world, map: [], identity: identityOf() }, { name: 'default/db' })

const others = (count: number): Made => ({ ...db('10.100.0.1', 1, count) })

describe('the addresses that an explanation lists of a cluster', () => {
  test.each([1, LISTED - 1, LISTED, LISTED + 1, 10 * LISTED])(
    'are bounded: Headless, %i endpoints',
    (count) => {
      const made = db('None', count)
      const [cluster] = explained(made).clusters
      expect(cluster?.addresses).toHaveLength(Math.min(count, LISTED))
      expect(cluster?.moreAddresses).toBe(Math.max(0, count - LISTED))
      const text = printExplained(explained(made), false)
      if (count <= LISTED) expect(text).not.toMatch(/reached at .* more/)
      else expect(text).toContain(` and ${count - LISTED} more\n`)
    },
  )

  test.each([LISTED, LISTED + 1])('are bounded: another cluster’s by endpoints, %i', (count) => {
    const far = explained(others(count)).clusters.find(({ cluster }) => cluster === 'c1')
    expect(far?.addresses).toHaveLength(LISTED)
    expect(far?.moreAddresses).toBe(count - LISTED)
  })

  test.each([LOOKED_AT - 1, LOOKED_AT, LOOKED_AT + 1, 4 * LOOKED_AT])(
    'and all else are true of %i endpoints, of which no more are looked at',
    (count) => {
      const { clusters, cut, moreRecords } = explained(db('None', count))
      const seen = Math.min(count, MOST_ENDPOINTS)
      expect(clusters[0]).toMatchObject({ ready: count, moreAddresses: seen - LISTED, share: 1 })
      expect(moreRecords).toBe(true)
      const whole = cut.filter(({ name, type }) => type === 'A' && name === 'db.default.svc.clusterset.local')
      expect(whole).toEqual([
        {
          name: 'db.default.svc.clusterset.local',
          type: 'A',
          records: seen,
          answered: expect.any(Number),
        },
      ])
    },
  )

  test('leave a small cluster beside a large one whole, and shares as they are of what answers hold', () => {
    const { clusters } = explained(db('None', 30, 3 * LOOKED_AT))
    const told = clusters.map(({ cluster, ready, addresses, share }) => [
      cluster,
      ready,
      addresses.length,
      share,
    ])
    expect(told).toEqual([
      ['c0', 30, 30, 30 / MOST_ENDPOINTS],
      ['c1', 3 * LOOKED_AT, LISTED, (MOST_ENDPOINTS - 30) / MOST_ENDPOINTS],
    ])
  })
})

describe('the records that an explanation lists', () => {
  test.each([1, MOST_OF_NAME / 2, MOST_OF_NAME - 1])('are all there are of %i endpoints', (count) => {
    const { world } = db('None', count)
    const entry = world.entries.get('default/db')
    const zones = [...world.zones.values()].filter(({ kind }) => kind === 'clusterset' || kind === 'global')
    const context = wholeLevel(world, world.clusterset.local)
    const all = zones.flatMap((zone) =>
      entry === undefined ? [] : present(renderService(entry, zone, context)),
    )
    const { records, moreRecords } = explained(db('None', count))
    expect(records).toEqual(all.map((rr) => printRecord(rr)))
    expect(moreRecords).toBe(false)
  })

  test.each([MOST_OF_NAME, MOST_OF_NAME + 1, 10 * MOST_OF_NAME])(
    'are bounded by name: %i endpoints',
    (count) => {
      const { records, moreRecords } = explained(db('None', count))
      const ofName = records.filter((line) => /^db\.default\.svc\.clusterset\.local\. 5 IN A /.test(line))
      expect(ofName).toHaveLength(MOST_OF_NAME)
      expect(records.length).toBeLessThanOrEqual(2 * MOST_RECORDS)
      expect(moreRecords).toBe(count > MOST_OF_NAME)
      const text = printExplained(explained(db('None', count)), false)
      expect(text.includes('and more: `meridian render` prints all of a zone')).toBe(moreRecords)
    },
  )
})

describe('a fair part', () => {
  test.each([
    [[], 10, Number.POSITIVE_INFINITY],
    [[10], 10, Number.POSITIVE_INFINITY],
    [[11], 10, 10],
    [[1, 100], 10, 9],
    [[5, 5], 10, Number.POSITIVE_INFINITY],
    [[5, 6], 10, 5],
    [[4, 4, 4], 10, 4],
    [Array.from({ length: 100 }, () => 3), 10, 1],
  ])('of %j, together %i, is %d', (counts, most, part) => {
    expect(fairPart(counts, most)).toBe(part)
  })
})

describe('the records of _explain', () => {
  const clusters = (count: number) =>
    made({
      clusters: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `c${i}`,
          i === 0 ? { 'db.json': exported({ name: 'db', clusterIP: 'None', pods: pods(1) }) } : {},
        ]),
      ),
    })
  const told = (count: number) =>
    responder({}, clusters(count)).ask(
      { name: 'db.default._explain.clusterset.local', type: TYPE.TXT, edns: {} },
      TCP,
    ).answers

  test('tell of every cluster, or in the last one how many there are more', () => {
    expect(told(100)).toHaveLength(100)
    let most = 300
    for (const step of [64, 32, 16, 8, 4, 2, 1]) if (!isCut(told(most + step))) most += step
    expect(told(most)).toHaveLength(most)
    for (const count of [most + 1, 3 * most]) {
      const answers = told(count)
      const last = JSON.stringify(answers.at(-1))
      expect(last).toContain(`${count - (answers.length - 1)} clusters more: use \`meridian explain\``)
      expect(answers.length).toBeGreaterThan(most - 10)
    }
  })

  const isCut = (answers: readonly unknown[]) => JSON.stringify(answers.at(-1)).includes('clusters more')
})
