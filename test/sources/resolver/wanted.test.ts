import { expect, test } from 'vitest'
import { WantedNames } from '../../../src/sources/resolver/index.ts'

const [A, B] = ['a.example.com', 'b.example.com'] as const
const of = (name: string, ...hostnames: string[]) =>
  hostnames.map((hostname) => ({ name, part: 'default', hostname }))
const parties = (...names: string[]) => names.map((name) => ({ name, part: 'default' }))

test('a name is wanted for as long as some service uses it', () => {
  const wanted = new WantedNames()
  expect(wanted.exchange('default/web', [], of('east', A, B))).toBe(true)
  expect(wanted.exchange('default/api', [], of('east', B))).toBe(false)
  expect(wanted.exchange('default/web', of('east', A, B), of('east', A))).toBe(false)
  expect(wanted.names()).toEqual(new Set([A, B]))
  expect(wanted.exchange('default/api', of('east', B), [])).toBe(true)
  expect(wanted.names()).toEqual(new Set([A]))
})

test('knows who uses a name, twice or once', () => {
  const wanted = new WantedNames()
  wanted.exchange('default/web', [], of('east', A, A))
  wanted.exchange('default/api', [], of('east', A))
  expect(wanted.users(A)).toEqual(new Set(['default/web', 'default/api']))
  wanted.exchange('default/web', of('east', A, A), of('east', B))
  expect(wanted.users(A)).toEqual(new Set(['default/api']))
  expect(wanted.users('nobody.example.com')).toEqual(new Set())
})

test('knows the clusters that are reached by a name', () => {
  const wanted = new WantedNames()
  wanted.exchange('default/web', [], [...of('east', A, A), ...of('west', A)])
  wanted.exchange('default/api', [], of('east', A))
  expect(wanted.partiesOf(A)).toEqual(parties('east', 'west'))
  wanted.exchange('default/web', [...of('east', A, A), ...of('west', A)], of('east', A))
  expect(wanted.partiesOf(A)).toEqual(parties('east'))
  wanted.exchange('default/api', of('east', A), [])
  expect(wanted.partiesOf(A)).toEqual(parties('east'))
  wanted.exchange('default/web', of('east', A), [])
  expect(wanted.partiesOf(A)).toEqual([])
})

test('knows the namespaces of a cluster that are reached by a name, each for as long as it is', () => {
  const wanted = new WantedNames()
  const inShop = { name: 'east', part: 'shop', hostname: A }
  wanted.exchange('default/web', [], of('east', A))
  wanted.exchange('shop/web', [], [inShop])
  expect(wanted.partiesOf(A)).toEqual([...parties('east'), { name: 'east', part: 'shop' }])
  wanted.exchange('default/web', of('east', A), [])
  expect(wanted.partiesOf(A)).toEqual([{ name: 'east', part: 'shop' }])
})
