import { expect, test } from 'vitest'
import { picture } from '../../../bench/speed/picture.ts'
import { type Results, results } from '../../../bench/speed/results.ts'
import { insert, plain, report } from '../../../bench/speed/tables.ts'
import { isMet, type Verdict, verdictsOf } from '../../../bench/speed/verdicts.ts'

const rounds = (...micros: readonly number[]) => ({
  rounds: micros.map((one) => ({ micros: one, qps: 1e6 / one, lost: 0, octets: 68 })),
})

const points = (p99: number) => [{ load: 2000, lost: 0, p50: p99 / 4, p99, late: false }]

const FOUND: Results = {
  date: '2026-11-22',
  machine: 'a CPU, 2 cores, Linux 6.18',
  cores: 2,
  pinned: true,
  short: false,
  seconds: 2,
  world: { services: 10_000, endpoints: 10, headless: 50, headlessEndpoints: 50, largeEndpoints: 0 },
  versions: { Meridian: 'Node v24', NSD: '4.6.1' },
  missing: { 'C loop': 'apt-get install gcc' },
  cases: [
    {
      mix: 'A',
      transport: 'udp',
      edns: false,
      servers: {
        Meridian: rounds(6, 9, 6),
        NSD: rounds(5, 6, 8),
        Knot: rounds(4, 9, 9),
        CoreDNS: rounds(20, 20, 20),
      },
    },
    {
      mix: 'SRV',
      transport: 'tcp',
      edns: true,
      servers: { Meridian: rounds(8, 8, 8), CoreDNS: { unlike: 'NXDOMAIN, 0 records' } },
    },
  ],
  latency: {
    curves: { Meridian: points(100), CoreDNS: points(400) },
    lossless: 4000,
    half: { Meridian: points(100), CoreDNS: points(400) },
  },
  workers: { shares: [0.55], one: rounds(6).rounds, two: rounds(9).rounds, throughput: [] },
  memory: { Meridian: 100 * 2 ** 20, CoreDNS: 80 * 2 ** 20 },
}

const verdict = (what: string): Verdict => {
  const found = verdictsOf(FOUND).find((one) => one.what.includes(what))
  if (found === undefined) throw new Error(`no verdict on ${what}`)
  return found
}

test('a ratio is of one round, over the peer with the lower median', () => {
  expect(verdict('A udp: Meridian / better of NSD and Knot').figure).toMatchObject({
    median: 1.2,
    low: 0.75,
    high: 1.5,
  })
})

test('a target is met when the interval reaches it', () => {
  expect(isMet(verdict('A udp: Meridian / better of NSD and Knot'))).toBe(true)
  expect(isMet(verdict('A udp: Meridian / CoreDNS'))).toBe(false)
  expect(isMet(verdict('p99 latency'))).toBe(true)
  expect(isMet(verdict('resident memory'))).toBe(false)
  expect(isMet(verdict('CPU per query / one worker’s'))).toBe(false)
})

test('what was not measured says why and is neither met nor missed', () => {
  const srv = verdict('SRV tcp edns: Meridian / CoreDNS')
  expect(srv.figure).toBe('CoreDNS answers NXDOMAIN, 0 records')
  expect(isMet(srv)).toBeUndefined()
  expect(verdict('A udp: Meridian / C loop').figure).toBe('C loop did not run')
  expect(verdict('queries a second / one worker’s').figure).toBe('not measured: 2 cores')
})

test('the report has every figure, what a peer answers instead, and who did not run', () => {
  const text = report(FOUND)
  expect(text).toContain('| A udp | 6.00 | 6.00 | 9.00 | 20.00 | – | – | – |')
  expect(text).toContain('| SRV tcp edns | 8.00 | – | – | NXDOMAIN, 0 records |')
  expect(text).toContain('C loop did not run (apt-get install gcc).')
  expect(text).toContain('| 1.250 | 1.250–1.250 | at most 1 | **missed** |')
  expect(text).toContain('| CoreDNS | 100 | 400 | 0 |')
  expect(text).toContain('| A udp | 68 | 68 | 68 | 68 | – | – | – |')
})

test('on a terminal the columns of a table stand below each other', () => {
  const printed = plain('### Memory\n\n|  | a | b |\n| --- | --- | --- |\n| MiB | 100 | **missed** |')
  expect(printed).toBe('MEMORY\n\n       a       b\nMiB  100  missed')
})

test('the picture has a bar for each server that was measured without EDNS, and two lines for each curve', () => {
  const svg = picture(FOUND)
  expect(
    svg.match(/<rect [^>]*height="10" rx="2" fill="[^"]*"\/>\n<text[^>]*class="small">\d/g),
  ).toHaveLength(4)
  expect(svg.match(/<polyline/g)).toHaveLength(4)
  expect(svg).not.toContain('NaN')
})

test('raw results make the same report and picture again', () => {
  const again = results.parse(JSON.parse(JSON.stringify(FOUND)))
  expect(report(again)).toBe(report(FOUND))
  expect(picture(again)).toBe(picture(FOUND))
})

test('the report takes the place of the one before, and leaves the page around it alone', () => {
  const page = insert('', 'old')
  const written = insert(`# Speed\n\n${page}## After\n`, 'new')
  expect(written).toBe(`# Speed\n\n${page.replace('old', 'new')}## After\n`)
})
