import { expect, test } from 'vitest'
import { bytesOf, bytesOfObject } from '../../../src/sources/changes/index.ts'
import { SERVICE } from '../../../src/words/kube/index.ts'
import { objectsOf } from '../../support/objects.ts'

const balanced = (ingress: readonly object[]) => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    status: { loadBalancer: { ingress } },
  }
  const [object] = objectsOf(JSON.stringify({ items: [service] }))
  if (object === undefined || !SERVICE.is(object)) throw new Error('no Service')
  return object
}

test("a load balancer's host name counts for who wants it, resolves it and answers from it: an address for itself", () => {
  const beside = (ingress: readonly object[]) => {
    const object = balanced(ingress)
    return bytesOfObject(object) - bytesOf(object)
  }
  const names = (n: number) => Array.from({ length: n }, (_, i) => ({ hostname: `lb-${i}.example.com` }))
  expect(beside([])).toBe(0)
  expect(beside([{ ip: '198.51.100.7' }])).toBe(0)
  expect([1, 2, 80].map((n) => beside(names(n)))).toEqual([1024, 2048, 80 * 1024])
  expect(beside([...names(1), { ip: '198.51.100.7' }])).toBe(1024)
})

/** What an estimate has of the keys of an object, besides what is in it. */
const ofKeys = (keys: readonly string[]): number =>
  bytesOf(Object.fromEntries(keys.map((key) => [key, 0]))) - 48 - 8 * keys.length

test.each([
  [63, false],
  [64, false],
  [65, true],
  [640, true],
])('keys of an object with %i fields are counted, as a map’s are: %s', (count, isCounted) => {
  const keys = Array.from({ length: count }, (_, i) => `f${1000 + i}`)
  expect(ofKeys(keys)).toBe(isCounted ? count * (24 + 5) : 0)
})

test.each([
  [24, false],
  [25, true],
  [240, true],
])('a key of %i characters is counted: %s', (length, isCounted) => {
  expect(ofKeys(['a'.repeat(length)])).toBe(isCounted ? 24 + length : 0)
})
