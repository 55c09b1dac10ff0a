import { expect, test } from 'vitest'
import { openEitherFamily } from '../../../src/server/transport/index.ts'

const systemError = (code: string) => Object.assign(new Error(code), { code })

test.each([
  ['::', 'EAFNOSUPPORT', ['::', '0.0.0.0']],
  ['::', 'EADDRINUSE', ['::']],
  ['::1', 'EAFNOSUPPORT', ['::1']],
  ['0.0.0.0', 'EAFNOSUPPORT', ['0.0.0.0']],
])('where %s is refused by %s, what is tried is %j', async (host, code, hosts) => {
  const tried: string[] = []
  const opened = openEitherFamily({ host, port: 9153 }, (at) => {
    tried.push(at.host)
    return tried.length === 1 ? Promise.reject(systemError(code)) : Promise.resolve(at)
  })
  await (hosts.length === 1
    ? expect(opened).rejects.toThrow(code)
    : expect(opened).resolves.toEqual({ host: '0.0.0.0', port: 9153 }))
  expect(tried).toEqual(hosts)
})

test('an address that can be had is opened once', async () => {
  expect(await openEitherFamily({ host: '::', port: 1 }, (at) => Promise.resolve(at.host))).toBe('::')
})
