import { expect, test } from 'vitest'
import { WantedNames } from '../../src/resolver/index.ts'

test('a name is wanted for as long as some service uses it', () => {
  const wanted = new WantedNames()
  expect(wanted.exchange('default/web', [], ['a.example.com', 'b.example.com'])).toBe(true)
  expect(wanted.exchange('default/api', [], ['b.example.com'])).toBe(false)
  expect(wanted.exchange('default/web', ['a.example.com', 'b.example.com'], ['a.example.com'])).toBe(false)
  expect(wanted.names()).toEqual(new Set(['a.example.com', 'b.example.com']))
  expect(wanted.exchange('default/api', ['b.example.com'], [])).toBe(true)
  expect(wanted.names()).toEqual(new Set(['a.example.com']))
})

test('knows who uses a name, twice or once', () => {
  const wanted = new WantedNames()
  wanted.exchange('default/web', [], ['a.example.com', 'a.example.com'])
  wanted.exchange('default/api', [], ['a.example.com'])
  expect(wanted.users('a.example.com')).toEqual(new Set(['default/web', 'default/api']))
  wanted.exchange('default/web', ['a.example.com', 'a.example.com'], ['b.example.com'])
  expect(wanted.users('a.example.com')).toEqual(new Set(['default/api']))
  expect(wanted.users('nobody.example.com')).toEqual(new Set())
})
