import { describe, expect, test } from 'vitest'
import { heldFrom, narrow } from '../../../src/sources/apiserver/narrow.ts'
import { objectIdOf, SERVICE } from '../../../src/words/kube/index.ts'

const PLACES = [{}, { namespace: null }, { namespace: '' }, { namespace: 'shop' }]

describe('the key of what an API server sends is the one of the object that is made of it', () => {
  test.each(PLACES)('readable, with %j', (place) => {
    const narrowed = narrow(
      { metadata: { name: 'cart', ...place }, spec: { ports: [{ port: 80 }] } },
      SERVICE,
    )
    const held = heldFrom(narrowed, undefined)
    expect(held && objectIdOf(held).key).toBe(narrowed.key)
  })

  test.each(PLACES)('unreadable, with %j', (place) => {
    const narrowed = narrow({ metadata: { name: 'cart', ...place }, spec: { type: 'Odd' } }, SERVICE)
    const held = heldFrom(narrowed, undefined)
    expect(held && objectIdOf(held).key).toBe(narrowed.key)
  })
})
