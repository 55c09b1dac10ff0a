import { describe, expect, test } from 'vitest'
import { type Prefix, parseAddress, parsePrefix } from '../../../src/values/dns/index.ts'
import type { AddressRules, OwnRange } from '../../../src/words/clusterset/index.ts'
import { straysAmong } from '../../../src/world/inventory/index.ts'
import { balancerProblem, endpointProblem } from '../../../src/world/inventory/outside.ts'

const address = (text: string): string => parseAddress(text) ?? `no address: ${text}`
const prefixes = (...texts: string[]) => texts.flatMap((text) => parsePrefix(text) ?? [])

const cluster = (over: { network?: string; podCIDRs?: string[]; loadBalancerCIDRs?: string[] } = {}) => ({
  id: 'west',
  network: over.network ?? null,
  podCIDRs: prefixes(...(over.podCIDRs ?? [])),
  loadBalancerCIDRs: prefixes(...(over.loadBalancerCIDRs ?? [])),
})

const claims = (...texts: string[]): readonly OwnRange[] =>
  prefixes(...texts).map((prefix) => ({ id: 'east', network: 'a', prefix }))

const rules = (over: Partial<AddressRules> = {}): AddressRules => ({
  mode: 'observe',
  nat64: [],
  ranges: [],
  ...over,
})

describe('an endpoint', () => {
  test.each([
    [['10.2.0.0/16'], '10.2.0.0', undefined],
    [['10.2.0.0/16'], '10.2.255.255', undefined],
    [['10.2.0.0/16'], '10.3.0.0', true],
    [['10.2.0.0/16'], '2606:4700::1', false],
    [['fd00::/16'], '10.2.0.1', false],
    [['fd00::/16'], 'fd01::1', true],
    [['10.2.0.0/16', '64:ff9b::/96'], '64:ff9b::a02:1', undefined],
    [['10.2.0.0/16', '64:ff9b::/96'], '64:ff9b::a03:1', false],
    [['10.2.0.0/16', '64:ff9b::a03:0/112'], '64:ff9b::a03:1', undefined],
    [[], '10.3.0.0', undefined],
  ])('of podCIDRs %j at %s: objection settled %s', (podCIDRs, text, settled) => {
    expect(endpointProblem(address(text), cluster({ podCIDRs }), rules())?.settled).toBe(settled)
  })

  test('at what another cluster declares is not its own on that network alone', () => {
    const others = rules({ ranges: claims('10.1.0.0/16') })
    const at = (network: string) => endpointProblem(address('10.1.0.1'), cluster({ network }), others)
    expect([at('a')?.settled, at('b')]).toEqual([false, undefined])
    expect(endpointProblem(address('10.1.0.1'), cluster(), others)).toBeUndefined()
  })
})

test.each([1, 5000])('endpoints are looked up among %i declared CIDRs, and held against none', (size) => {
  let looks = 0
  const counted = ({ base, length }: Prefix): Prefix => ({
    get base() {
      looks++
      return base
    },
    length,
  })
  const texts = Array.from({ length: size }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
  const podCIDRs = prefixes(...texts).map(counted)
  const declared = { ...cluster(), podCIDRs }
  for (let i = 0; i < 5000; i++) {
    const near = texts[i % size]?.replace('.0/24', '.7') ?? ''
    expect(endpointProblem(address(near), declared, rules())).toBeUndefined()
    expect(endpointProblem(address(`172.16.${i >> 8}.${i & 255}`), declared, rules())?.settled).toBe(true)
    expect(endpointProblem(address(`fd00::${i.toString(16)}`), declared, rules())?.settled).toBe(false)
  }
  expect(looks).toBeLessThanOrEqual(4 * size)
})

describe('a load balancer', () => {
  test.each(['10.1.0.0', '10.1.255.255', '64:ff9b::a01:7', '2002:a01:7::1', '10.9.9.9', 'fd01::1'])(
    'at %s, which others declare, is not its own',
    (text) => {
      const others = rules({ ranges: claims('10.1.0.0/16', '10.9.9.9/32', 'fd01::/64') })
      expect(balancerProblem(address(text), cluster(), others)?.settled).toBe(false)
    },
  )

  test.each(['10.0.255.255', '10.2.0.0', '10.9.9.8', 'fd01:0:0:1::1', '8.8.8.8'])('at %s is', (text) => {
    const others = rules({ ranges: claims('10.1.0.0/16', '10.9.9.9/32', 'fd01::/64') })
    expect(balancerProblem(address(text), cluster(), others)).toBeUndefined()
  })

  test('is its own where its cluster declares it, whatever others say', () => {
    const own = cluster({ loadBalancerCIDRs: ['10.1.0.0/16'] })
    const others = rules({ ranges: claims('10.1.0.0/16'), mode: 'enforce' })
    expect(straysAmong([address('10.1.0.1'), address('8.8.8.8')], own, others)).toEqual([
      {
        reason: "a load balancer outside the cluster's loadBalancerCIDRs",
        refused: true,
        count: 1,
        example: '8.8.8.8',
      },
    ])
  })

  test('is looked up among ten thousand ranges as among one', () => {
    const texts = Array.from({ length: 10_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
    const others = rules({ ranges: claims(...texts) })
    expect(balancerProblem(address('10.39.15.200'), cluster(), others)).toBeDefined()
    expect(balancerProblem(address('10.39.16.0'), cluster(), others)).toBeUndefined()
  })
})
