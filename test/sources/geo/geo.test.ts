import { rename, truncate, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Places, scopeAround, standpointOf } from '../../../src/answer/routing/index.ts'
import { LARGEST } from '../../../src/sources/geo/file.ts'
import { type GeoEvents, GeoPlaces, largestFor, readGeo } from '../../../src/sources/geo/index.ts'
import { type Address, mask, type Prefix, parseAddress, parsePrefix } from '../../../src/values/dns/index.ts'
import { type GeoRules, parseGeoPlace, type Viewpoint } from '../../../src/words/clusterset/index.ts'
import { city, type MmdbOptions, mmdb } from '../../support/mmdb.ts'
import { runs } from '../../support/runs.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

function ip(text: string): Address {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`${text} is no address`)
  return address
}

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text)
  if (parsed === undefined) throw new Error(`${text} is no prefix`)
  return parsed
}

const at = (cluster: string): Viewpoint => ({ cluster, locality: null })

const LOCAL = at('here')

const rulesOf = (map: Readonly<Record<string, string>>): GeoRules => {
  const names = [...new Set(Object.values(map))]
  return {
    map: new Map(Object.entries(map).map(([place, name]) => [place, 1 + names.indexOf(name)])),
    nearest: [],
    viewpoints: [LOCAL, ...names.map(at)],
  }
}

const EUROPE = rulesOf({ EU: 'eu', 'EU/DE': 'de', '*': 'else' })

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

const file = (): string => directory.at('geo.mmdb')

async function put(octets: Uint8Array): Promise<void> {
  await writeFile(`${file()}~`, octets)
  await rename(`${file()}~`, file())
}

/** Where a database places some addresses. */
async function placed(octets: Uint8Array, rules = EUROPE): Promise<(address: string) => string> {
  await put(octets)
  const { table } = await readGeo(file(), rules)
  const places: Places = { local: LOCAL, map: [], geo: table }
  return (address) => standpointOf(ip(address), places).cluster
}

const RECORDS = {
  '81.2.69.0/24': city('EU/GB'),
  '81.3.0.0/16': city('EU/DE'),
  '81.3.7.0/24': city('NA/US'),
  '2001:db8::/32': city('EU/DE/BE'),
}

describe('a database', () => {
  const layouts: readonly MmdbOptions[] = [24, 28, 32].flatMap((size) => [
    { recordSize: size as 24 | 28 | 32 },
    { recordSize: size as 24 | 28 | 32, aliased: true },
  ])
  test.each(layouts)('of IPv6 has both families, whatever its layout: %o', async (options) => {
    const of = await placed(mmdb(RECORDS, options))
    expect(
      ['81.2.69.142', '81.2.70.1', '81.3.1.1', '81.3.7.1', '2001:db8::1', '2001:db9::1'].map(of),
    ).toEqual(['eu', 'here', 'de', 'else', 'de', 'here'])
  })

  test('of IPv4 alone says nothing of IPv6, but for addresses of IPv4 that are written so', async () => {
    const of = await placed(mmdb({ '81.2.69.0/24': city('EU/GB') }, { ipVersion: 4 }))
    expect(['81.2.69.142', '::ffff:81.2.69.142', '2001:db8::1'].map(of)).toEqual(['eu', 'eu', 'here'])
  })

  test('may have one record for all of IPv4, around private networks', async () => {
    const of = await placed(mmdb({ '0.0.0.0/1': city('EU/GB'), '128.0.0.0/1': city('EU/DE') }))
    expect(
      ['8.8.8.8', '10.1.2.3', '11.0.0.0', '172.16.0.1', '172.32.0.1', '192.168.1.1', '100.64.0.1'].map(of),
    ).toEqual(['eu', 'here', 'eu', 'here', 'de', 'here', 'here'])
  })

  test('without a country has the one that an address is registered in', async () => {
    const of = await placed(
      mmdb({ '81.2.69.0/24': { continent: { code: 'EU' }, registered_country: { iso_code: 'DE' } } }),
    )
    expect(of('81.2.69.1')).toBe('de')
  })

  test('of another kind is refused, and says which', async () => {
    await put(mmdb({ '81.2.69.0/24': { autonomous_system_number: 64_500 } }, { type: 'GeoLite2-ASN' }))
    await expect(readGeo(file(), EUROPE)).rejects.toThrow(
      'its type is GeoLite2-ASN: no record of it has continents and countries',
    )
    await put(mmdb({ '81.2.69.0/24': city('EU/DE') }, { type: 'GeoLite2-Country' }))
    await expect(readGeo(file(), { ...EUROPE, map: null })).rejects.toThrow('no record of it has coordinates')
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(), /no MaxMind DB/],
    ['text', new TextEncoder().encode('<html>not found</html>'), /no MaxMind DB/],
    ['its beginning alone', mmdb(RECORDS).subarray(0, 300), /no MaxMind DB/],
    ['its end alone', mmdb(RECORDS).subarray(300), /longer than the file/],
    [
      'of version 3',
      mmdb(RECORDS, { metadata: { binary_format_major_version: 3 } }),
      /another version than 2/,
    ],
    ['with records of 20 bits', mmdb(RECORDS, { metadata: { record_size: 20 } }), /its tree cannot be/],
    ['of IPv5', mmdb(RECORDS, { metadata: { ip_version: 5 } }), /its tree cannot be/],
    ['without a tree', mmdb(RECORDS, { metadata: { node_count: 0 } }), /longer than the file/],
    ['with a tree beyond it', mmdb(RECORDS, { metadata: { node_count: 1_000_000 } }), /longer than the file/],
  ])('that is %s is refused', async (_, octets, why) => {
    await put(octets)
    await expect(readGeo(file(), EUROPE)).rejects.toThrow(why)
  })

  test.each([
    [128 * 1024, true],
    [128 * 1024 + 1, false],
    [10 * 128 * 1024, false],
  ])('says of itself what it is in the last %i octets: %s', async (last, isRead) => {
    const octets = mmdb(RECORDS)
    const marker = Buffer.from(octets).lastIndexOf('MaxMind.com') - 3
    const padded = new Uint8Array(marker + last)
    padded.set(octets)
    await put(padded)
    const reading = readGeo(file(), EUROPE)
    if (isRead) await expect(reading).resolves.toMatchObject({ type: 'Test-City' })
    else await expect(reading).rejects.toThrow('it is no MaxMind DB')
  })

  test.each([255, 256, 2550])('has texts of 255 octets at most: %i', async (length) => {
    await put(mmdb(RECORDS, { metadata: { database_type: 'T'.repeat(length) } }))
    await expect(readGeo(file(), EUROPE)).resolves.toMatchObject({
      type: length > 255 ? '' : 'T'.repeat(length),
    })
  })

  test('of one octet more than are read is refused', async () => {
    const octets = mmdb(RECORDS)
    await put(octets)
    await expect(readGeo(file(), EUROPE, octets.length)).resolves.toMatchObject({ type: 'Test-City' })
    await expect(readGeo(file(), EUROPE, octets.length - 1)).rejects.toThrow(
      "are the most, a quarter of this process's memory",
    )
    await expect(readGeo(directory.path, EUROPE)).rejects.toThrow(/EISDIR|no regular file/)
    await expect(readGeo(directory.at('none'), EUROPE)).rejects.toThrow('ENOENT')
  })

  test('may have a quarter of the memory that there is, and half a gigabyte at most', () => {
    expect([512, 2048, 2049, 20_480].map((mib) => largestFor(mib * 2 ** 20) / 2 ** 20)).toEqual([
      128, 512, 512, 512,
    ])
  })

  test('is refused with the bound that decides', async () => {
    await put(new Uint8Array())
    for (const [most, why] of [
      [LARGEST, 'the most, however much memory there is'],
      [LARGEST - 1, "the most, a quarter of this process's memory"],
    ] as const) {
      await truncate(file(), most + 1)
      await expect(readGeo(file(), EUROPE, most)).rejects.toThrow(`${most} are ${why}`)
    }
  })

  /** Of a record with so many values more, all of which are looked at, whether the database is read. */
  const isRead = async (values: number): Promise<boolean> => {
    const more = Object.fromEntries(Array.from({ length: values }, (_, i) => [`x${i}`, '']))
    await put(mmdb({ '81.2.69.0/24': { ...more, continent: { code: 'EU' } } }))
    const why = await readGeo(file(), EUROPE).then(
      () => '',
      (error: Error) => error.message,
    )
    expect(why).toMatch(/^$|^a record in it takes more than 20000 looks to read/)
    return why === ''
  }

  test('whose records have ten times as many values as those of cities is read, and refused with one beyond what it may have', async () => {
    let [most, beyond] = [100, 10_000]
    while (beyond - most > 1) {
      const middle = (most + beyond) >> 1
      if (await isRead(middle)) most = middle
      else beyond = middle
    }
    expect([await isRead(most), await isRead(beyond), await isRead(10 * beyond)]).toEqual([
      true,
      false,
      false,
    ])
    // Four walks over the whole of it, each with three looks for a value and its name.
    expect(most).toBeGreaterThan(1000)
  })

  test('with any octets changed is refused, or read to the end', async () => {
    const octets = mmdb(RECORDS, { aliased: true })
    const change = fc.tuple(fc.nat(octets.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const broken = Uint8Array.from(octets)
        for (const [i, octet] of changes) broken[i] = octet
        await writeFile(file(), broken)
        const read = await readGeo(file(), EUROPE).catch((error: Error) => error)
        if (read instanceof Error) expect(read.name).toBe('Error')
        else expect(read.table.v4.starts[0]).toBe(0)
      }),
      { numRuns: runs(300) },
    )
  })

  test('whose tree leads back into itself is refused', async () => {
    const octets = mmdb({ '128.0.0.0/2': city('EU/DE') }, { ipVersion: 4, recordSize: 24 })
    // Both sides of the second node lead to the first.
    octets.fill(0, 6, 12)
    await put(octets)
    await expect(readGeo(file(), EUROPE)).rejects.toThrow('its tree leads to one node twice')
  })
})

/** A database is to have some record that counts. */
const ALWAYS = '223.0.0.0/24'

const PRIVATE = ['100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16']

describe('a scope', () => {
  const networks = [
    '81.2.69.0/24',
    '81.2.0.0/16',
    '81.2.68.0/23',
    '81.0.0.0/8',
    '82.0.0.0/7',
    '10.0.0.0/8',
    '96.0.0.0/3',
  ]
  const records = fc
    .array(fc.tuple(fc.constantFrom(...networks), fc.constantFrom('EU/GB', 'EU/DE', 'NA/US')), {
      maxLength: 5,
    })
    .map((all) => Object.fromEntries(all.map(([network, place]) => [network, city(place)])))
  const map = fc
    .array(fc.tuple(fc.constantFrom(...networks), fc.constantFrom('eu', 'x')), { maxLength: 2 })
    .map((all) => all.map(([network, name]) => ({ prefix: prefix(network), viewpoint: at(name) })))

  test('holds everybody who stands together, and nobody else could be added', async () => {
    let checked = 0
    const hosts = networks.flatMap((one) => [
      one.replace(/\/.*/, ''),
      '81.2.69.142',
      '97.1.2.3',
      '203.0.113.9',
    ])
    await fc.assert(
      fc.asyncProperty(records, map, fc.constantFrom(...hosts), async (records, map, host) => {
        await writeFile(file(), mmdb({ ...records, [ALWAYS]: city('EU/GB') }))
        const { table } = await readGeo(file(), EUROPE)
        const places: Places = { local: LOCAL, map, geo: table }
        const address = ip(host)
        const scope = scopeAround(address, places)
        // Whatever begins or ends anywhere does so at one of these.
        const all = [...networks, ...PRIVATE, ALWAYS].flatMap((one) => edgesOf(one))
        const isAlike = (other: Address) => standpointOf(other, places) === standpointOf(address, places)
        const within = (length: number) => all.filter((one) => mask(one, length) === mask(address, length))
        expect([...within(scope), mask(address, scope)].every(isAlike)).toBe(true)
        if (scope > 0) expect([...within(scope - 1), mask(address, scope - 1)].every(isAlike)).toBe(false)
        checked++
      }),
      { numRuns: 300 },
    )
    expect(checked).toBeGreaterThan(200)
  })
})

const edgesOf = (network: string): readonly Address[] => {
  const { base, length } = prefix(network)
  const number = [...base].reduce((sum, octet) => sum * 256 + octet.charCodeAt(0), 0)
  return [number - 1, number, number + 2 ** (32 - length) - 1, number + 2 ** (32 - length)].flatMap(
    (one) => parseAddress([24, 16, 8, 0].map((by) => Math.floor(one / 2 ** by) % 256).join('.')) ?? [],
  )
}

describe('the database in force', () => {
  interface Told {
    readonly read: string[]
    readonly refused: string[]
    tables: number
  }

  const watched = (told: Told): GeoPlaces => {
    const events: GeoEvents = {
      took: () => {
        told.tables++
      },
      read: (_, { type }) => told.read.push(type),
      refused: (_, why) => told.refused.push(why),
    }
    return new GeoPlaces(events, 20)
  }

  test('stays until another one is right', async () => {
    const told: Told = { read: [], refused: [], tables: 0 }
    const places = watched(told)
    try {
      await put(mmdb(RECORDS, { type: 'first' }))
      await places.assign({ database: file(), rules: EUROPE })
      const { table } = places
      expect([told.read, places.status?.refused]).toEqual([['first'], null])
      await truncate(file(), 200)
      await places.look()
      await places.look()
      expect(places.table).toBe(table)
      expect(told.refused).toEqual(['it is no MaxMind DB, or only the beginning of one'])
      expect(places.status?.refused).toBe(told.refused[0])
      await put(mmdb(RECORDS, { type: 'second', builtAt: 1_800_000_000 }))
      await places.look()
      expect(places.status).toMatchObject({
        refused: null,
        reading: { type: 'second', builtAt: 1_800_000_000 },
      })
    } finally {
      await places.stop()
    }
  })

  test('is another as soon as the file is', async () => {
    const told: Told = { read: [], refused: [], tables: 0 }
    const second = Promise.withResolvers<void>()
    const events: GeoEvents = {
      took: () => undefined,
      read: (_, { type }) => {
        told.read.push(type)
        if (type === 'second') second.resolve()
      },
      refused: () => undefined,
    }
    const places = new GeoPlaces(events, 20)
    try {
      await put(mmdb(RECORDS, { type: 'first' }))
      await places.assign({ database: file(), rules: EUROPE })
      await put(mmdb({ ...RECORDS, '9.9.9.0/24': city('EU/FR') }, { type: 'second' }))
      await second.promise
      expect(told.read).toContain('second')
    } finally {
      await places.stop()
    }
  })

  test('is looked at once more, however often it changes while it is read', async () => {
    const told: Told = { read: [], refused: [], tables: 0 }
    const places = watched(told)
    try {
      await put(mmdb(RECORDS))
      const first = places.assign({ database: file(), rules: EUROPE })
      const looks = Array.from({ length: 100 }, () => places.look())
      await Promise.all([first, ...looks])
      expect(told.read.length).toBeLessThanOrEqual(3)
    } finally {
      await places.stop()
    }
  })

  test('is none where there is no file yet, and none once nobody asks for one', async () => {
    const told: Told = { read: [], refused: [], tables: 0 }
    const places = watched(told)
    try {
      expect(places.status).toBeNull()
      await places.assign({ database: file(), rules: EUROPE })
      expect(places.status).toMatchObject({ reading: null, refused: expect.stringContaining('ENOENT') })
      await put(mmdb(RECORDS))
      await places.look()
      expect(places.table).not.toBeNull()
      await places.assign(null)
      expect([places.table, places.status]).toEqual([null, null])
      expect(told.tables).toBe(2)
    } finally {
      await places.stop()
    }
  })
})

test.each([
  ['*', '*'],
  ['EU', 'EU'],
  ['EU/*', 'EU'],
  ['EU/DE/BE', 'EU/DE/BE'],
  ['DE', undefined],
  ['eu', undefined],
  ['EU/DEU', undefined],
  ['EU/DE/BERL', undefined],
  ['EU/DE/BE/X', undefined],
  ['*/DE', undefined],
])('the place %s of a map is %s', (text, place) => {
  expect(parseGeoPlace(text)).toBe(place)
})
