import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type AddressLookup,
  type Confirmed,
  type Party,
  type Resolved,
  type Resolver,
  startResolver,
  type Unresolved,
} from '../../../src/sources/resolver/index.ts'
import type { Address } from '../../../src/values/dns/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import { whenLong } from '../../support/runs.ts'
import { dnsError, octets, ScriptedLookup } from './upstream.ts'

const LB = 'lb.example.com'
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

let dns = new ScriptedLookup()
let maps: Resolved[] = []
let failures: string[] = []
let unresolved: Unresolved = Table.empty()
let resolver: Resolver | undefined

function start(
  lookup: AddressLookup = dns.lookup,
  known: readonly Confirmed[] = [],
  partiesOf?: (hostname: string) => readonly (string | Party)[],
): Resolver {
  resolver = startResolver({
    ...(partiesOf === undefined
      ? {}
      : {
          partiesOf: (hostname) =>
            partiesOf(hostname).map((one) => (typeof one === 'string' ? { name: one, part: '' } : one)),
        }),
    known,
    upstreams: [],
    isOwn: (name) => name === 'clusterset.local' || name.endsWith('.clusterset.local'),
    changed: (resolved, why) => {
      if (resolved !== maps.at(-1)) maps.push(resolved)
      unresolved = why
    },
    failed: (hostname, reason) => failures.push(`${hostname}: ${reason}`),
    lookup,
  })
  return resolver
}

/** Long enough for answers to be told, too short for a second look-up. */
const settle = () => vi.advanceTimersByTimeAsync(100)

const latest = (): readonly (readonly [string, readonly Address[]])[] =>
  [...(maps.at(-1) ?? [])].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))

/** How often a name was looked up. */
const looks = (hostname: string): number => dns.asked.filter((asked) => asked === `${hostname} 4`).length

beforeEach(() => {
  vi.useFakeTimers()
  dns = new ScriptedLookup()
  maps = []
  unresolved = Table.empty()
  failures = []
})

afterEach(() => {
  resolver?.stop()
  vi.useRealTimers()
})

describe('a name that is wanted', () => {
  test('is asked for at once, in both families, and told with its addresses sorted', async () => {
    dns.names.set(LB, { addresses: ['192.0.2.9', '2001:db8::1', '192.0.2.1'] })
    start().want(new Set([LB]))
    expect(dns.asked).toEqual([`${LB} 4`, `${LB} 6`])
    await settle()
    expect(latest()).toEqual([[LB, octets('192.0.2.1', '192.0.2.9', '2001:db8::1')]])
    expect(failures).toEqual([])
  })

  test.each([['192.0.2.1'], ['2001:db8::1']])('is fine with addresses of one family: %s', async (address) => {
    dns.names.set(LB, { addresses: [address] })
    start().want(new Set([LB]))
    await settle()
    expect(latest()).toEqual([[LB, octets(address)]])
    expect(failures).toEqual([])
  })

  test('is not asked for again before its time when it is wanted once more', async () => {
    dns.names.set(LB, { addresses: ['192.0.2.1'] })
    start().want(new Set([LB]))
    await settle()
    resolver?.want(new Set([LB]))
    await settle()
    expect(looks(LB)).toBe(1)
  })

  test('is forgotten when it is wanted no more, with its addresses, its next look-up and the one under way', async () => {
    dns.names.set(LB, { addresses: ['192.0.2.1'] })
    start().want(new Set([LB]))
    await settle()
    resolver?.want(new Set(['other.example.com']))
    resolver?.want(new Set())
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(latest()).toEqual([])
    expect(looks(LB)).toBe(1)
    expect(failures).toEqual([])
  })

  test('loses addresses that nobody can be reached at, and says so when none is left', async () => {
    dns.names.set(LB, { addresses: ['127.0.0.1', '192.0.2.1', '::', 'ff02::1'] })
    dns.names.set('home.example.com', { addresses: ['169.254.1.1', '::1'] })
    start().want(new Set([LB, 'home.example.com']))
    await settle()
    expect(latest()).toEqual([[LB, octets('192.0.2.1')]])
    expect(failures).toEqual([
      'home.example.com: A: only addresses such as 169.254.1.1 (link-local); AAAA: only addresses such as ::1 (loopback)',
    ])
  })

  test('inside our own zones is never asked for, and reported once', async () => {
    const own = 'web.default.svc.clusterset.local'
    start().want(new Set([own, LB]))
    resolver?.want(new Set([own]))
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(dns.asked.filter((asked) => asked.startsWith(own))).toEqual([])
    expect(failures).toHaveLength(1)
    expect(failures[0]).toContain(`${own}: lies in a zone that is answered here`)
  })
})

describe('a change', () => {
  test.each([
    [0, 5],
    [20, 20],
    [86_400, 60],
  ])('is found once the TTL is over: %i s is taken as %i s', async (ttl, seconds) => {
    dns.names.set(LB, { ttl, addresses: ['192.0.2.1'] })
    start().want(new Set([LB]))
    await vi.advanceTimersByTimeAsync(seconds * SECOND - 1)
    expect(looks(LB)).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(looks(LB)).toBe(2)
  })

  test('is none while the upstream only rotates the same addresses', async () => {
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1', '192.0.2.2', '2001:db8::1'] })
    start().want(new Set([LB]))
    await settle()
    dns.names.set(LB, { ttl: 7, addresses: ['2001:db8::1', '192.0.2.2', '192.0.2.1', '192.0.2.2'] })
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(looks(LB)).toBeGreaterThan(5)
    expect(maps).toHaveLength(1)
  })

  test('leaves the addresses of other names as they are, by identity', async () => {
    dns.names.set(LB, { ttl: 60, addresses: ['192.0.2.1'] })
    dns.names.set('gw.example.com', { ttl: 5, addresses: ['198.51.100.1'] })
    start().want(new Set([LB, 'gw.example.com']))
    await settle()
    dns.names.set('gw.example.com', { ttl: 5, addresses: ['198.51.100.2'] })
    await vi.advanceTimersByTimeAsync(6 * SECOND)
    expect(maps).toHaveLength(2)
    expect(maps[1]?.get(LB)).toBe(maps[0]?.get(LB))
    expect(maps[1]?.get('gw.example.com')).toEqual(octets('198.51.100.2'))
  })

  test('of many names at once is told in one map', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `lb-${i}.example.com`)
    for (const name of names) dns.names.set(name, { addresses: ['192.0.2.1'] })
    start().want(new Set(names))
    await settle()
    expect(maps).toHaveLength(1)
    expect(maps[0]?.size).toBe(500)
  })

  test('that is undone before it is told is none', async () => {
    dns.names.set(LB, { addresses: ['192.0.2.1'] })
    start().want(new Set([LB]))
    await settle()
    resolver?.want(new Set())
    resolver?.want(new Set([LB]))
    await settle()
    expect(maps).toHaveLength(1)
  })
})

describe('while upstreams fail', () => {
  async function resolvedThenFailing(code = 'ESERVFAIL'): Promise<void> {
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1', '2001:db8::1'] })
    start().want(new Set([LB]))
    await settle()
    dns.names.set(LB, { code })
  }

  test('the last good addresses stay for an hour and no longer', async () => {
    await resolvedThenFailing()
    await vi.advanceTimersByTimeAsync(HOUR - SECOND)
    expect(latest()).toEqual([[LB, octets('192.0.2.1', '2001:db8::1')]])
    await vi.advanceTimersByTimeAsync(10 * SECOND)
    expect(latest()).toEqual([])
  })

  test.each([
    ['ENOTFOUND', 'no such name (NXDOMAIN)'],
    ['ENODATA', 'no address'],
  ])('not those of a name of which the DNS says twice that it has none: %s', async (code, reason) => {
    await resolvedThenFailing(code)
    await vi.advanceTimersByTimeAsync(6 * SECOND)
    expect(latest()).toEqual([[LB, octets('192.0.2.1', '2001:db8::1')]])
    expect([...unresolved]).toEqual([[LB, reason]])
    await vi.advanceTimersByTimeAsync(5 * SECOND)
    expect(latest()).toEqual([])
    expect([...unresolved]).toEqual([[LB, reason]])
    expect(failures).toEqual([`${LB}: ${reason}`, `${LB}: ${reason}, twice: its last addresses are given up`])
  })

  test('a name that flaps once keeps its addresses, and is denied anew another time', async () => {
    await resolvedThenFailing('ENOTFOUND')
    for (let round = 0; round < 3; round++) {
      dns.names.set(LB, { code: 'ENOTFOUND' })
      const asked = looks(LB)
      while (looks(LB) === asked) await vi.advanceTimersByTimeAsync(SECOND)
      dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1', '2001:db8::1'] })
      while (unresolved.size > 0 || looks(LB) < asked + 2) await vi.advanceTimersByTimeAsync(SECOND)
    }
    expect(maps).toHaveLength(1)
  })

  test('a failure beside a denial takes its weight, and one between two denials does not', async () => {
    let says: readonly [string, string] = ['', '']
    start(async (_hostname, family) => {
      const code = says[family === 4 ? 0 : 1]
      if (code !== '') throw dnsError(code)
      return [{ address: family === 4 ? '192.0.2.1' : '2001:db8::1', ttl: 5 }]
    }).want(new Set([LB]))
    await settle()
    says = ['ENOTFOUND', 'ESERVFAIL']
    await vi.advanceTimersByTimeAsync(HOUR - MINUTE)
    expect(latest()).toEqual([[LB, octets('192.0.2.1', '2001:db8::1')]])
    says = ['', '']
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    says = ['ENOTFOUND', 'ENODATA']
    while (unresolved.size === 0) await vi.advanceTimersByTimeAsync(SECOND)
    says = ['ETIMEOUT', 'ETIMEOUT']
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(latest()).toEqual([[LB, octets('192.0.2.1', '2001:db8::1')]])
    says = ['ENOTFOUND', 'ENODATA']
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    expect(latest()).toEqual([])
  })

  test('why a name has no addresses or keeps old ones is told as long as it is so, and no longer', async () => {
    await resolvedThenFailing()
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect([...unresolved]).toEqual([[LB, 'the upstream failed (SERVFAIL)']])
    expect(maps).toHaveLength(1)
    resolver?.want(new Set([LB, 'web.default.svc.clusterset.local']))
    await settle()
    expect([...unresolved].map(([name]) => name).toSorted()).toEqual([LB, 'web.default.svc.clusterset.local'])
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1', '2001:db8::1'] })
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    expect([...unresolved].map(([name]) => name)).toEqual(['web.default.svc.clusterset.local'])
    dns.names.set(LB, { code: 'ESERVFAIL' })
    await vi.advanceTimersByTimeAsync(MINUTE)
    resolver?.want(new Set())
    await settle()
    expect([...unresolved]).toEqual([])
    expect(latest()).toEqual([])
  })

  test('each reason is reported once, and that the addresses are given up', async () => {
    await resolvedThenFailing()
    await vi.advanceTimersByTimeAsync(MINUTE)
    dns.names.set(LB, { code: 'ETIMEOUT' })
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(failures).toEqual([
      `${LB}: the upstream failed (SERVFAIL)`,
      `${LB}: no answer in time`,
      `${LB}: not confirmed for an hour: its last addresses are given up`,
    ])
  })

  test('they are asked for a name that never resolved ever less often', async () => {
    dns.names.set(LB, { code: 'ETIMEOUT' })
    start().want(new Set([LB]))
    await settle()
    const times: number[] = []
    for (let second = 1; second <= 200; second++) {
      const before = looks(LB)
      await vi.advanceTimersByTimeAsync(SECOND)
      if (looks(LB) > before) times.push(second)
    }
    expect(times).toEqual([5, 15, 35, 75, 155])
  })

  test('a name that resolves again is back, and a later failure is reported anew', async () => {
    await resolvedThenFailing()
    await vi.advanceTimersByTimeAsync(2 * HOUR)
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.7'] })
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(latest()).toEqual([[LB, octets('192.0.2.7')]])
    failures = []
    dns.names.set(LB, { code: 'ESERVFAIL' })
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(failures).toEqual([`${LB}: the upstream failed (SERVFAIL)`])
  })

  test('for one family only, that family keeps its last good addresses for an hour', async () => {
    let broken = false
    start(async (hostname, family) => {
      if (family === 6 && broken) throw new Error('broken')
      return dns.lookup(hostname, family)
    }).want(new Set([LB]))
    dns.names.set(LB, { ttl: 30, addresses: ['192.0.2.1', '2001:db8::1'] })
    await vi.advanceTimersByTimeAsync(MINUTE)
    broken = true
    await vi.advanceTimersByTimeAsync(HOUR - MINUTE)
    expect(latest()).toEqual([[LB, octets('192.0.2.1', '2001:db8::1')]])
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    expect(latest()).toEqual([[LB, octets('192.0.2.1')]])
  })

  test('a family that the name has lost goes at once', async () => {
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1', '2001:db8::1'] })
    start().want(new Set([LB]))
    await settle()
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1'] })
    await vi.advanceTimersByTimeAsync(6 * SECOND)
    expect(latest()).toEqual([[LB, octets('192.0.2.1')]])
  })

  test('a look-up that never ends is given up after ten seconds', async () => {
    start(() => new Promise(() => {})).want(new Set([LB]))
    await vi.advanceTimersByTimeAsync(10 * SECOND)
    expect(failures).toEqual([`${LB}: no answer in time`])
  })
})

describe('bounds', () => {
  test('at most sixteen names are looked up at a time', async () => {
    let open = 0
    let most = 0
    start(async () => {
      most = Math.max(most, ++open)
      await new Promise((done) => setTimeout(done, 10))
      open -= 1
      return [{ address: '192.0.2.1', ttl: 60 }]
    }).want(new Set(Array.from({ length: 100 }, (_, i) => `lb-${i}.example.com`)))
    await vi.advanceTimersByTimeAsync(SECOND)
    expect(most).toBe(32)
    expect(latest()).toHaveLength(100)
  })

  test('ten thousand names are resolved, one more is reported until there is room for it', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `lb-${i}.example.com`)
    start().want(new Set([...many, LB]))
    expect(failures).toEqual([`${LB}: not resolved: there are more than 10000 host names`])
    dns.names.set(LB, { addresses: ['192.0.2.1'] })
    resolver?.want(new Set([...many.slice(1), LB]))
    await vi.advanceTimersByTimeAsync(SECOND)
    expect(latest()).toEqual([[LB, octets('192.0.2.1')]])
  })

  test('of one name, sixty-four addresses of a family are kept', async () => {
    dns.names.set(LB, { addresses: Array.from({ length: 200 }, (_, i) => `192.0.2.${i}`) })
    start().want(new Set([LB]))
    await settle()
    expect(latest()[0]?.[1]).toHaveLength(64)
  })
})

describe('names of one cluster', () => {
  test.each([[2, 64], [512, 64], [513, 63], ...whenLong([5120, 6], [10_000, 3])])(
    'of %i each has %i addresses of a family, unless it is another’s who has fewer',
    async (count, most) => {
      const west = Array.from({ length: count - 1 }, (_, i) => `lb-${i}.west.example.com`)
      const east = 'lb-0.east.example.com'
      const found = Array.from({ length: 200 }, (_, i) => ({ address: `192.0.2.${i}`, ttl: 60 }))
      const partiesOf = (hostname: string) =>
        hostname === east ? ['east', 'west'] : [hostname.split('.')[1] ?? '']
      start(async (_, family) => (family === 4 ? found : []), [], partiesOf).want(new Set([...west, east]))
      await vi.advanceTimersByTimeAsync(SECOND)
      const numbers = new Map(latest().map(([name, { length }]) => [name, length]))
      expect(numbers.get(east)).toBe(64)
      expect(west.filter((name) => numbers.get(name) !== most)).toEqual([])
    },
  )

  test.each([[1, 5], [1000, 5], [1001, 6], ...whenLong([10_000, 50])])(
    'of %i are looked up again after %i s',
    async (count, seconds) => {
      const all = Array.from({ length: count }, (_, i) => `lb-${i}.west.example.com`)
      let asked = 0
      start(async (_, family) => {
        asked += 1
        return family === 4 ? [{ address: '192.0.2.1', ttl: 0 }] : []
      }).want(new Set(all))
      await vi.advanceTimersByTimeAsync((seconds - 1) * SECOND)
      expect(asked).toBe(2 * count)
      await vi.advanceTimersByTimeAsync(2 * SECOND)
      expect(asked).toBe(4 * count)
    },
  )
})

describe('one cluster', () => {
  const owned = (party: string, length: number) =>
    Array.from({ length }, (_, i) => `lb-${i}.${party}.example.com`)
  /** `lb-7.west.example.com` is west's. */
  const partiesOf = (hostname: string) => [hostname.split('.')[1] ?? '']
  const wants = (...names: readonly string[]) => start(dns.lookup, [], partiesOf).want(new Set(names))

  test.each([1, 15, 16, 17, ...whenLong(6000)])(
    'that has %i names of which nobody knows anything keeps no other one from its addresses',
    async (silent) => {
      const there = 'lb-0.east.example.com'
      for (const name of owned('west', silent)) dns.names.set(name, 'silence')
      dns.names.set(there, { ttl: 60, addresses: ['192.0.2.1'] })
      wants(...owned('west', silent), there)
      await vi.advanceTimersByTimeAsync(11 * SECOND)
      expect(latest()).toEqual([[there, octets('192.0.2.1')]])
      dns.names.set(there, { ttl: 60, addresses: ['192.0.2.2'] })
      await vi.advanceTimersByTimeAsync(71 * SECOND)
      expect(latest()).toEqual([[there, octets('192.0.2.2')]])
      await vi.advanceTimersByTimeAsync(HOUR)
      expect(latest()).toEqual([[there, octets('192.0.2.2')]])
    },
  )

  /** As many as may be looked up at once, one less and more, and ten times as many. */
  test.each([0, 15, 16, 17, 160, 1000])(
    'that has %i names that never resolve, new and old ones, keeps no new one of another waiting',
    async (silent) => {
      const first = owned('west', silent)
      for (const name of first) dns.names.set(name, 'silence')
      wants(...first)
      await vi.advanceTimersByTimeAsync(5 * MINUTE)
      const more = Array.from({ length: silent }, (_, i) => `more-${i}.west.example.com`)
      for (const name of more) dns.names.set(name, 'silence')
      resolver?.want(new Set([...first, ...more]))
      await settle()
      const there = owned('east', 20)
      for (const name of there) dns.names.set(name, { ttl: 60, addresses: ['192.0.2.1'] })
      resolver?.want(new Set([...first, ...more, ...there]))
      await settle()
      expect(latest()).toEqual(there.map((name) => [name, octets('192.0.2.1')]))
    },
  )

  test.each([1, 4, 5, 6, 31, 32, 33, 320])('is not kept waiting by %i others together', async (many) => {
    const silent = Array.from({ length: many }, (_, i) => owned(`other-${i}`, 20)).flat()
    for (const name of silent) dns.names.set(name, 'silence')
    wants(...silent)
    await settle()
    const open = dns.asked.length / 2
    expect(open).toBeLessThanOrEqual(many === 1 ? 16 : 32 + many)
    expect(open).toBeGreaterThanOrEqual(Math.max(16, many))
    const there = owned('east', 20)
    for (const name of there) dns.names.set(name, { ttl: 60, addresses: ['192.0.2.1'] })
    resolver?.want(new Set([...silent, ...there]))
    await settle()
    expect(latest()).toEqual(there.map((name) => [name, octets('192.0.2.1')]))
  })

  test('asks for its names that resolve before those that did not', async () => {
    const silent = owned('west', 700)
    for (const name of silent) dns.names.set(name, 'silence')
    dns.names.set('good.west.example.com', { ttl: 5, addresses: ['192.0.2.1'] })
    wants('good.west.example.com', ...silent)
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    const before = looks('good.west.example.com')
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(looks('good.west.example.com') - before).toBeGreaterThan(20)
  })

  test.each([[9_999, 1, 0], [9_999, 2, 1], [10_000, 1, 1], ...whenLong([100_000, 5_000, 95_000])])(
    'that has %i names leaves another the places of its %i',
    (west, east, refused) => {
      wants(...owned('west', west), ...owned('east', east))
      expect(failures).toHaveLength(refused)
      expect(failures.filter((text) => text.includes('.east.'))).toEqual([])
    },
  )

  test('keeps its places while it has no more than its part', () => {
    wants(...owned('west', 6_000), ...owned('east', 3_000))
    resolver?.want(new Set([...owned('south', 20_000), ...owned('west', 6_000), ...owned('east', 3_000)]))
    expect(failures.filter((text) => text.includes('.east.'))).toEqual([])
    expect(failures.filter((text) => text.includes('.west.'))).toHaveLength(2_500)
    expect(failures.filter((text) => text.includes('.south.'))).toHaveLength(16_500)
  })

  test('cannot take a place from a name by wanting it too', () => {
    resolver = start(dns.lookup, [], (name) => (name === LB ? ['west', 'east'] : ['west']))
    resolver.want(new Set([...owned('west', 20_000), LB]))
    expect(failures.filter((text) => text.startsWith(LB))).toEqual([])
  })
})

describe('one namespace of a cluster', () => {
  const owned = (part: string, length: number) =>
    Array.from({ length }, (_, i) => `lb-${i}.${part}.west.example.com`)
  /** `lb-7.shop.west.example.com` is of the namespace shop of west. */
  const partiesOf = (hostname: string) => {
    const [, part = '', name = ''] = hostname.split('.')
    return [{ name, part }]
  }
  const wants = (...names: readonly string[]) => start(dns.lookup, [], partiesOf).want(new Set(names))
  const good = { ttl: 60, addresses: ['192.0.2.1'] }

  test.each([0, 1, 15, 16, 17, 160, 3000])(
    'that has %i names which nobody answers for, new and old ones, keeps no new one of another waiting',
    async (silent) => {
      const first = owned('bad', silent)
      for (const name of first) dns.names.set(name, 'silence')
      wants(...first)
      await settle()
      for (const at of [0, 1, 2]) {
        const there = `lb-${at}.shop.west.example.com`
        dns.names.set(there, good)
        resolver?.want(new Set([...first, there]))
        await settle()
        expect(latest()).toEqual([[there, octets('192.0.2.1')]])
        await vi.advanceTimersByTimeAsync(MINUTE)
      }
    },
  )

  test.each([1, 15, 16, 17, 31, 32, 33, 320])(
    'takes no places from other clusters, of %i that have silent ones',
    async (many) => {
      const silent = Array.from({ length: many }, (_, i) => owned(`ns-${i}`, 20)).flat()
      for (const name of silent) dns.names.set(name, 'silence')
      const there = ['lb-0.shop.east.example.com', 'lb-1.shop.east.example.com']
      for (const name of there) dns.names.set(name, good)
      wants(...silent)
      await settle()
      const open = dns.asked.length / 2
      expect(open).toBe(Math.min(32, 15 + many))
      resolver?.want(new Set([...silent, ...there]))
      await settle()
      expect(latest()).toEqual(there.map((name) => [name, octets('192.0.2.1')]))
    },
  )

  test.each([[9_999, 1, 0], [9_999, 2, 1], ...whenLong([100_000, 5_000, 95_000])])(
    'that has %i names leaves another the places of its %i',
    (bad, shop, refused) => {
      wants(...owned('bad', bad), ...owned('shop', shop))
      expect(failures).toHaveLength(refused)
      expect(failures.filter((text) => text.includes('.shop.'))).toEqual([])
    },
  )

  test.each([[1, 511, 64, 5], [1, 5_000, 64, 5], ...whenLong([1, 9_999, 64, 5])])(
    'whose %i name stands beside %i of another has %i addresses of it, and looks again after %i s',
    async (few, many, most, seconds) => {
      const found = Array.from({ length: 200 }, (_, i) => ({ address: `192.0.2.${i}`, ttl: 0 }))
      const mine = owned('shop', few)
      let asked = 0
      const lookup: AddressLookup = async (hostname, family) => {
        if (hostname === mine[0]) asked++
        return family === 4 ? found : []
      }
      start(lookup, [], partiesOf).want(new Set([...owned('bad', many), ...mine]))
      await vi.advanceTimersByTimeAsync((seconds - 1) * SECOND)
      expect([asked, latest().find(([name]) => name === mine[0])?.[1].length]).toEqual([2, most])
      await vi.advanceTimersByTimeAsync(2 * SECOND)
      expect(asked).toBe(4)
    },
  )
})

describe('after stop', () => {
  test('nothing is told and nothing asked, whatever was under way or is wanted then', async () => {
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1'] })
    start().want(new Set([LB]))
    resolver?.stop()
    resolver?.want(new Set(['other.example.com', 'own.clusterset.local']))
    await vi.advanceTimersByTimeAsync(2 * HOUR)
    expect(maps).toEqual([])
    expect(failures).toEqual([])
    expect(dns.asked).toHaveLength(2)
  })

  test('a resolver may be stopped from its own callbacks', async () => {
    dns.names.set(LB, { ttl: 5, addresses: ['192.0.2.1'] })
    const stopping = startResolver({
      upstreams: [],
      isOwn: () => false,
      changed: () => stopping.stop(),
      failed: (hostname) => failures.push(hostname),
      lookup: dns.lookup,
    })
    stopping.want(new Set([LB]))
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(looks(LB)).toBe(1)
  })
})

describe('what another process knew of a name', () => {
  const known = (age: number): readonly Confirmed[] => [
    { hostname: LB, addresses: octets('192.0.2.1'), age },
    { hostname: LB, addresses: octets('2001:db8::1'), age },
  ]

  test('is told at once, stays while upstreams fail, and ends an hour after it was confirmed', async () => {
    dns.names.set(LB, { code: 'ESERVFAIL' })
    start(dns.lookup, known(HOUR - MINUTE)).want(new Set([LB]))
    await vi.advanceTimersByTimeAsync(1)
    expect(latest()).toEqual([[LB, octets('192.0.2.1', '2001:db8::1')]])
    await vi.advanceTimersByTimeAsync(50 * SECOND)
    expect(latest()).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(15 * SECOND)
    expect(latest()).toEqual([])
  })

  test.each([
    [HOUR - 1, 1],
    [HOUR, 0],
    [HOUR + 1, 0],
    [10 * HOUR, 0],
  ])('confirmed %i ms ago: %i names have addresses at once', async (age, names) => {
    start(() => new Promise(() => {}), known(age)).want(new Set([LB]))
    await vi.advanceTimersByTimeAsync(0)
    expect(latest()).toHaveLength(names)
  })

  test('gives way to what the DNS says', async () => {
    dns.names.set(LB, { addresses: ['192.0.2.2'] })
    start(dns.lookup, known(0)).want(new Set([LB]))
    await settle()
    expect(latest()).toEqual([[LB, octets('192.0.2.2')]])
  })

  test('is handed on, at its age, wanted or not, until it is too old', async () => {
    dns.names.set(LB, { addresses: ['192.0.2.2'] })
    const other = { hostname: 'other.example.com', addresses: octets('192.0.2.7'), age: MINUTE }
    start(dns.lookup, [...known(0), other]).want(new Set([LB]))
    await vi.advanceTimersByTimeAsync(SECOND)
    const handed = resolver?.known() ?? []
    expect(handed.map(({ hostname, addresses }) => [hostname, addresses])).toEqual([
      ['other.example.com', octets('192.0.2.7')],
      [LB, octets('192.0.2.2')],
    ])
    expect(handed[0]?.age).toBe(MINUTE + SECOND)
    await vi.advanceTimersByTimeAsync(HOUR)
    expect(resolver?.known().map(({ hostname }) => hostname)).toEqual([LB])
  })

  test.each([[9_999, 9_999], [10_000, 10_000], [10_001, 10_000], ...whenLong([100_000, 10_000])])(
    'of %i names is kept and handed on for %i, first of those that are wanted',
    async (count, handed) => {
      const names = Array.from({ length: count }, (_, i) => `lb-${i}.example.com`)
      start(
        dns.lookup,
        names.map((hostname) => ({ hostname, addresses: octets('192.0.2.7'), age: 0 })),
      )
      expect(resolver?.known()).toHaveLength(handed)
      dns.names.set(LB, { addresses: ['192.0.2.2'] })
      resolver?.want(new Set([LB]))
      await settle()
      expect(resolver?.known()).toHaveLength(Math.min(handed + 1, 10_000))
      expect(resolver?.known().at(-1)?.hostname).toBe(LB)
    },
  )
})
