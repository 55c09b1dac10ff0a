import { expect, test } from 'vitest'
import { buildQuery, parseReply } from '../../support/client.ts'
import { listening } from '../../support/server.ts'
import { TcpClient, until } from '../../support/sockets.ts'
import { DEMO, TOO_LOW, tooFew, withFewFiles } from './few-files.ts'

const { limited, run, leastOf } = withFewFiles()

const SERVE = ['serve', ...DEMO, '--dns-listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0']
const BRIEFLY = [...SERVE, '--drain', '0s']

test('a server with too few files says so in one line; with just enough it reads and answers', async () => {
  const least = await leastOf(BRIEFLY)
  for (const files of [24, 32, 48, least - 1].filter((files) => files < least)) {
    const { status, out, err } = await run(files, BRIEFLY)
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect([TOO_LOW, tooFew(files, least)]).toContain(err)
  }
  const started = limited(least, BRIEFLY)
  const { ready, get, port, ask } = await listening(started)
  await ready()
  await until(() => started.err.match(/"state":"live"/g)?.length === 3, 'clusters that are read')
  // More than are let in at a time: the longest idle goes.
  const clients: TcpClient[] = []
  for (let i = 0; i < 12; i++) clients.push(await TcpClient.connect({ host: '127.0.0.1', port }))
  const query = buildQuery({ name: 'web.default.svc.clusterset.local', type: 'A', edns: {} })
  const reply = parseReply(await (clients.at(-1) ?? expect.unreachable()).ask(query))
  expect(reply.answers.length).toBeGreaterThan(0)
  expect((await ask('web.default.svc.clusterset.local')).answers).toEqual(reply.answers)
  expect((await get('/metrics')).status).toBe(200)
  for (const { socket } of clients) socket.destroy()
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(0)
  expect(started.err).not.toMatch(/EMFILE|too many open files/)
})

test.each([['check'], ['render', '--offline'], ['explain', 'default/web', '--offline']])(
  'meridian %s needs few files, and with fewer says what to do',
  async (...words) => {
    const args = [...words, ...DEMO]
    const least = await leastOf(args)
    expect(least).toBeLessThan(32)
    expect(await run(least - 1, args)).toEqual({ status: 1, out: '', err: tooFew(least - 1, least) })
    const enough = await run(least, args)
    expect(enough).toMatchObject({ status: 0, err: '' })
    expect(enough.out).not.toMatch(/open files/)
  },
)
