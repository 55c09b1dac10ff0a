import { truncate } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readToken } from '../../../src/sources/apiserver/credentials-files.ts'
import { credentialsFrom } from '../../../src/sources/apiserver/index.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { kubeconfig } from './cluster.ts'

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

const MIB = 2 ** 20

test.each([MIB, MIB + 1, 10 * MIB])('a token’s file of %i octets is read up to 1 MiB', async (octets) => {
  await directory.write('token', 'a-token'.padEnd(octets))
  const read = readToken(directory.at('token'))
  if (octets <= MIB) await expect(read).resolves.toBe('a-token')
  else await expect(read).rejects.toThrow('is too large to be one')
})

test.each([16 * MIB, 16 * MIB + 1, 160 * MIB])(
  'a kubeconfig of %i octets is read up to 16 MiB',
  async (octets) => {
    const text = kubeconfig('http://127.0.0.1:1')
    await directory.write('config', `${text}\n#`.padEnd(Math.min(octets, 16 * MIB), '#'))
    await truncate(directory.at('config'), octets)
    const read = credentialsFrom({ kind: 'kubeconfig', path: directory.at('config') }).access(
      new AbortController().signal,
    )
    if (octets <= 16 * MIB) await expect(read).resolves.toMatchObject({ server: expect.anything() })
    else await expect(read).rejects.toThrow('is too large to be one')
  },
)
