import { afterEach, describe, expect, test } from 'vitest'
import { leastFiles } from '../../../src/app/cli/least-files.ts'
import { expectFiles } from '../../../src/app/cli/open-files.ts'
import { parseConfig } from '../../../src/app/config/index.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { someOf } from '../../support/runs.ts'
import { CHECKOUT, type Command, command, listening, MERIDIAN } from '../../support/server.ts'
import { TcpClient, until } from '../../support/sockets.ts'

const commands: Command[] = []
afterEach(() => {
  for (const { child } of commands.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
})

function limited(files: number, args: readonly string[]): Command {
  const started = command([MERIDIAN, ...args], CHECKOUT, { NODE_EXTRA_CA_CERTS: '' }, files)
  commands.push(started)
  return started
}

const REMEDY = 'raise it (ulimit -n; LimitNOFILE= of a systemd unit; the ulimits of the container runtime)'
const TOO_LOW = `meridian: the limit of open files is too low to start: ${REMEDY}\n`
const tooFew = (limit: number, least: number) =>
  `meridian: the limit of open files is ${limit}, and this takes ${least} at the least: ${REMEDY}\n`
const TOO_FEW = /this takes (\d+) at the least/

const DEMO = ['--config', 'fixtures/demo/meridian.yaml']
const SERVE = ['serve', ...DEMO, '--dns-listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0']
const BRIEFLY = [...SERVE, '--drain', '0s']

async function run(files: number, args: readonly string[]) {
  const started = limited(files, args)
  return { status: await started.ended, out: started.out, err: started.err }
}

/** What the command says it takes, where it has enough to say so; before, that there are too few. */
async function leastOf(args: readonly string[]): Promise<number> {
  for (let [low, high] = [20, 40]; low < high; ) {
    const files = (low + high) >> 1
    const { status, out, err } = await run(files, args)
    const [, least] = TOO_FEW.exec(err) ?? []
    if (least === undefined) {
      if (status === 0) high = files
      else low = files + 1
      continue
    }
    expect({ status, out, err }).toEqual({ status: 1, out: '', err: tooFew(files, Number(least)) })
    return Number(least)
  }
  throw new Error('with no limit it says that it is too low')
}

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

test.each(someOf([['check'], ['render', '--offline'], ['explain', 'default/web', '--offline']], 3))(
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

describe('what a configuration takes', () => {
  const of = (yaml: string) => leastFiles(parseConfig(yaml, 'meridian.yaml'))
  const fleet = (count: number, rest = '') =>
    of(
      `local: { cluster: c-0 }\ndns: { workers: 1 }\nclusters:\n${Array.from({ length: count }, (_, i) => `- { id: c-${i}, source: { kubeconfig: { path: ./c } } }\n`).join('')}${rest}`,
    )

  test('each cluster with an API server takes its watches, each thread its own', () => {
    expect(fleet(11) - fleet(10)).toBe(4)
    expect(fleet(101) - fleet(100)).toBe(3)
    const workers = (count: number) =>
      of(
        `local: { cluster: a }\ndns: { workers: ${count} }\nclusters:\n- { id: a, source: { kubeconfig: { path: ./a } } }\n`,
      )
    expect(workers(2) - workers(1)).toBe(10)
  })

  test.each([2, 3, 20])(
    'of %i addresses each has a socket of main’s and of each thread’s for UDP, and one for TCP',
    (count) => {
      const on = (addresses: number) =>
        of(
          `local: { cluster: a }\ndns: { workers: 2, listen: [${Array.from({ length: addresses }, (_, i) => `"127.0.0.${i + 1}:53"`).join()}] }\nclusters:\n- { id: a, source: { kubeconfig: { path: ./a } } }\n`,
        )
      expect(on(count) - on(1)).toBe((count - 1) * (1 + 2 + 1))
    },
  )

  test.each([0, 1, 4, 63, 640])('of %i more as many as that are enough, one less are not', (more) => {
    expect(() => expectFiles(more, { limit: more + 20, used: 20 })).not.toThrow()
    expect(() => expectFiles(more, { limit: more + 19, used: 20 })).toThrow(/open files is/)
    expect(() => expectFiles(more, { limit: Number.POSITIVE_INFINITY, used: 0 })).not.toThrow()
  })
})
