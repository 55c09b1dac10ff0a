import { expect, test } from 'vitest'
import { lookupOnce } from '../../src/apiserver/names.ts'

const found = (hostname: string, options: object): Promise<unknown> =>
  new Promise((resolve) => {
    lookupOnce(hostname, options, (error, address, family) => resolve(error?.code ?? [address, family]))
  })

test('all who want a name at a time are told what one look-up found, each with its own options', async () => {
  const [one, same, all] = await Promise.all([
    found('127.0.0.1', {}),
    found('127.0.0.1', {}),
    found('127.0.0.1', { all: true }),
  ])
  expect(one).toEqual(['127.0.0.1', 4])
  expect(same).toEqual(one)
  expect(all).toEqual([[{ address: '127.0.0.1', family: 4 }], undefined])
  expect(await found('127.0.0.1', {})).toEqual(one)
})

test('a name that is none is told so, and may be asked for again', async () => {
  expect(await found('no such name', {})).toMatch(/^E/)
  expect(await found('no such name', {})).toMatch(/^E/)
})
