import { afterEach, beforeEach, expect, test } from 'vitest'
import { credentialsFrom } from '../../../src/sources/apiserver/index.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { kubeconfig } from './cluster.ts'

// An API server behind another one is asked with that one's credentials, below a path.

let directory: Temporary

beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

const write = (token: string) => directory.write('front', kubeconfig('https://front:6443/base/', { token }))
const access = (path = '/members/east/proxy') => {
  const server = { kind: 'kubeconfig', path: directory.at('front') } as const
  return credentialsFrom({ kind: 'behind', server, path }, { freshMs: 60_000 })
}
const now = () => new AbortController().signal

test('what is asked comes after both paths, and what is shown is what the front is shown', async () => {
  await write('first-of-front')
  expect(await access().access(now())).toMatchObject({
    server: 'https://front:6443/base/members/east/proxy',
    headers: { authorization: 'Bearer first-of-front' },
  })
})

test('a refusal has the front’s credentials read anew', async () => {
  await write('first-of-front')
  const credentials = access()
  const first = await credentials.access(now())
  await write('second-of-front')
  expect(await credentials.access(now())).toBe(first)
  credentials.refuse(first)
  const second = await credentials.access(now())
  expect(second.headers).toMatchObject({ authorization: 'Bearer second-of-front' })
})

test('where the front’s cannot be had, that is said at its own place', async () => {
  await expect(access().access(now())).rejects.toThrow(/front/)
  expect(access().place).toContain('/members/east/proxy')
})
