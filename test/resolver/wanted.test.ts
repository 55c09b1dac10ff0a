import { expect, test } from 'vitest'
import { WantedNames } from '../../src/resolver/index.ts'

test('a name is wanted for as long as some service uses it', () => {
  const wanted = new WantedNames()
  expect(wanted.exchange([], ['a.example.com', 'b.example.com'])).toBe(true)
  expect(wanted.exchange([], ['b.example.com'])).toBe(false)
  expect(wanted.exchange(['a.example.com', 'b.example.com'], ['a.example.com'])).toBe(false)
  expect(wanted.names()).toEqual(new Set(['a.example.com', 'b.example.com']))
  expect(wanted.exchange(['b.example.com'], [])).toBe(true)
  expect(wanted.names()).toEqual(new Set(['a.example.com']))
})
