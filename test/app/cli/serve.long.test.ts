import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { listening, MERIDIAN, meridian } from '../../support/server.ts'
import { canBind } from '../../support/sockets.ts'
import { SPEC, serving } from './serving.ts'

const { directory, start } = serving()

test('a signal before the clusters were read stops it all the same', async () => {
  const { path } = await directory({ ...SPEC, clusters: { ...SPEC.clusters, nowhere: {} } })
  const started = start([MERIDIAN, 'serve', '--drain', '0s'], path)
  await listening(started)
  started.child.kill('SIGINT')
  expect(await started.ended).toBe(0)
})

describe('what it does not start with', () => {
  test('a bug of ours: status 1, never a success without a server', async () => {
    const { path } = await directory()
    const broken =
      "import net from 'node:net'; net.Server.prototype.listen = () => { throw new TypeError('out of order') }"
    const started = start(['--import', `data:text/javascript,${broken}`, MERIDIAN, 'serve'], path)
    expect(await started.ended).toBe(1)
    expect(started.err).toContain('TypeError: out of order')
  })

  test('a port that is taken: status 1, one line, and nothing left listening', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    const other = createServer().listen(0, '127.0.0.1')
    await Promise.all([once(holder, 'listening'), once(other, 'listening')])
    const [taken, free] = [holder, other].map((one) => {
      const address = one.address()
      return typeof address === 'object' ? (address?.port ?? 0) : 0
    })
    other.close()
    await once(other, 'close')
    const { path } = await directory()
    const dns = await meridian(
      ['serve', '--dns-listen', `127.0.0.1:${taken}`, '--admin-listen', `127.0.0.1:${free}`],
      path,
    )
    expect([dns.status, dns.err]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(`^meridian: cannot listen on 127\\.0\\.0\\.1:${taken} .*the port is taken.*\n$`),
      ),
    ])
    expect(await canBind('127.0.0.1', free ?? 0)).toBe(true)
    holder.close()
  })
})
