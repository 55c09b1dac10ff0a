import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../src/app/config/index.ts'

const read = (value: unknown) =>
  parseConfig(JSON.stringify(value), '/etc/meridian/meridian.yaml', { hostname: 'pod-7', home: '/home/me' })

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same with the keys of all mappings in another order; lists stay as they are. */
function shuffled(value: unknown, key: (name: string) => number): unknown {
  if (Array.isArray(value)) return value.map((part) => shuffled(part, key))
  if (!isMapping(value)) return value
  const keys = Object.keys(value).sort((a, b) => key(a) - key(b))
  return Object.fromEntries(keys.map((name) => [name, shuffled(value[name], key)]))
}

const localities = ['*', 'us-east-1/*', 'us-east-1/a', 'us-east-1/b/*', 'us-west-1', 'us-west-1/a/x']
const weights = fc.dictionary(fc.constantFrom('east', 'west', '1', '2'), fc.nat(9), { minKeys: 1 })
const distribute = fc
  .dictionary(fc.constantFrom(...localities), fc.integer({ min: 1, max: 9 }), { minKeys: 1 })
  .map((to) => [{ from: '*', to }])
const policy = fc.record({ weights: fc.option(weights), distribute: fc.option(distribute) })
const written = fc
  .record({
    distribute,
    services: fc.dictionary(fc.constantFrom('shop/cart', 'shop/web', '0/0', 'a/b'), policy),
  })
  .map((routing) => ({
    clusters: ['east', 'west', '1', '2'].map((id) => ({ id, source: { manifests: id } })),
    routing,
  }))

/** By what a text hashes to with a seed: an order that no writer would choose. */
const by = (seed: number) => (name: string) =>
  [...name].reduce((hash, one) => (Math.imul(hash, 31) + one.charCodeAt(0)) | 0, seed) ^ seed

describe('the order of a mapping’s keys means nothing', () => {
  test('in routing', () => {
    fc.assert(
      fc.property(written, fc.integer(), (one, seed) => {
        expect(read(shuffled(one, by(seed)))).toEqual(read(one))
      }),
    )
  })

  test.each(['docs/reference/configuration.md', 'fixtures/demo/meridian.yaml'])('in all of %s', (file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    const whole = /\.md$/.test(file) ? (text.split('```yaml\n').at(-1)?.split('```')[0] ?? '') : text
    const one: unknown = parse(whole)
    for (const seed of [1, 2, 3, 4, 5]) expect(read(shuffled(one, by(seed)))).toEqual(read(one))
  })
})
