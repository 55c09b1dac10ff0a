import { expect, test } from 'vitest'
import { unlike } from '../../../bench/speed/ask.ts'
import { CASES, caseName, MIXES, queriesOf } from '../../../bench/speed/mixes.ts'
import { servicesOf, worldOf, zoneFile } from '../../../bench/speed/world.ts'

const world = worldOf(300)

const caseOf = (name: string) => {
  const found = CASES.find((one) => caseName(one) === name)
  if (found === undefined) throw new Error(`no case ${name}`)
  return found
}

test('every mix is asked over UDP and TCP, plain and with EDNS', () => {
  expect(CASES).toHaveLength(4 * MIXES.length)
  expect(new Set(CASES.map(caseName)).size).toBe(CASES.length)
})

test('every mix asks in dnsperf’s form, for every service, the same in every run', () => {
  for (const mix of MIXES.filter(({ fresh }) => !fresh)) {
    const lines = queriesOf(mix, world, 600)
    expect(lines.filter((line) => !/^[a-z0-9_.-]+ (A|AAAA|SRV)$/.test(line))).toEqual([])
    expect(lines).toEqual(queriesOf(mix, world, 600))
    const names = { headless: world.headless, large: 1 }[mix.name] ?? world.services
    expect(new Set(lines).size).toBe(names)
  }
})

test('a fresh name is never given twice', () => {
  const fresh = MIXES.filter((mix) => mix.fresh)
  const lines = fresh.flatMap((mix) => [...queriesOf(mix, world, 5000), ...queriesOf(mix, world, 5000)])
  expect(lines.length).toBeGreaterThan(0)
  expect(new Set(lines).size).toBe(lines.length)
})

test('the master file has what the queries ask for', () => {
  const lines = zoneFile(world).split('\n')
  expect(lines).toContain('svc-299.team-2.svc A 10.128.1.43')
  expect(lines).toContain('_http._tcp.svc-299.team-2.svc SRV 0 100 80 svc-299.team-2.svc')
  expect(lines.filter((line) => line.startsWith('db-7.data.svc A '))).toHaveLength(50)
  expect(lines.filter((line) => line.startsWith('large.data.svc A '))).toHaveLength(1000)
})

test('no two endpoints or services share an address', () => {
  const all = servicesOf(worldOf(10_000)).flatMap(({ address, endpoints }) =>
    [address ?? [], endpoints].flat(),
  )
  expect(new Set(all).size).toBe(all.length)
  expect(all).toHaveLength(10_000 * 11 + 50 * 50 + 1000)
})

test('a reply is compared by its RCODE and its number of records', () => {
  const reply = { rcode: 'NOERROR', records: 1, truncated: false, octets: 68 }
  expect(unlike(caseOf('A udp'), world, reply)).toBeUndefined()
  expect(unlike(caseOf('A udp'), world, { ...reply, records: 0 })).toBe('NOERROR, 0 records')
  expect(unlike(caseOf('NXDOMAIN udp'), world, reply)).toBe('NOERROR, 1 records')
})

test('only what does not fit may be truncated', () => {
  const reply = { rcode: 'NOERROR', records: 28, truncated: true, octets: 512 }
  expect(unlike(caseOf('headless udp'), world, reply)).toBeUndefined()
  expect(unlike(caseOf('headless udp edns'), world, reply)).toBe('NOERROR, 28 records, truncated')
  expect(unlike(caseOf('large udp edns'), world, reply)).toBeUndefined()
  expect(unlike(caseOf('large tcp edns'), world, reply)).toBe('NOERROR, 28 records, truncated')
  expect(unlike(caseOf('A udp'), world, { ...reply, records: 1 })).toContain('truncated')
})
