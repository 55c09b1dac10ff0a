import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { durationArgument } from '../../../src/app/cli/arguments.ts'
import { exported } from '../../support/manifests.ts'
import { someOf } from '../../support/runs.ts'
import { command, MERIDIAN, meridian, written } from '../../support/server.ts'

let directory: Awaited<ReturnType<typeof written>>
beforeAll(async () => {
  directory = await written({
    clusters: {
      east: { 'web.yaml': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
    },
  })
})
afterAll(() => directory.close())

const run = (args: readonly string[]) => meridian(args, directory.path)

describe('an argument that is empty, as a variable is that nobody set, is refused by its name:', () => {
  test.each(
    someOf(
      [
        [['ask', 'web.default.global', '--offline', '--from', ''], '--from'],
        [['explain', 'default/web', '--offline', '--from='], '--from'],
        [['render', '', '--offline'], '<zone>'],
        [['ask', '', '--offline'], '<name>'],
        [['lookup', 'web.default.global', '', '--server', '127.0.0.1:1'], '<name>'],
        [['check', '--config', ''], '--config'],
        [['render', '--diff', ''], '--diff'],
        [['join', 'west', '--ca-file', ''], '--ca-file'],
      ],
      4,
    ),
  )('%j', async (args, place) => {
    expect(await run(args)).toEqual({
      status: 2,
      out: '',
      err: `meridian: ${place} is empty\n    write what it is to be, or leave it out\n`,
    })
  })
})

/** What a variable holds that was meant to name a file. */
const CONTENTS = 'users:\n- user:\n    token: hunter22S3cret\n'

describe('what a file holds, in place of its name, is refused and not printed:', () => {
  test.each(
    someOf(
      [
        [['check', '--config', CONTENTS], '--config'],
        [['render', '--diff', CONTENTS], '--diff'],
        [['join', 'west', '--kubeconfig', CONTENTS], '--kubeconfig'],
        [['join', 'west', '--context', CONTENTS], '--context'],
        [['join', 'west', '--token-file', CONTENTS], '--token-file'],
        [['lookup', 'web.default.global', '--server', CONTENTS], '--server'],
        [['explain', CONTENTS, '--offline'], '<name>'],
        [['ask', 'web.default.global', '--offline', '--from', 'east\nwest'], '--from'],
      ],
      4,
    ),
  )('%j', async (args, place) => {
    const { status, out, err } = await run(args)
    expect([status, out]).toEqual([2, ''])
    expect(err).toMatch(
      new RegExp(`^meridian: ${place} has [23] lines in it\\n {4}write one line; of a file its`),
    )
    expect(err).not.toContain('S3cret')
  })

  test('KUBECONFIG', async () => {
    const args = [MERIDIAN, 'join', 'west', '--only', 'registry', '--token-file', 'x']
    const started = command(args, directory.path, { KUBECONFIG: CONTENTS })
    expect(await started.ended).toBe(2)
    expect(started.err).toBe(
      'meridian: KUBECONFIG holds what is in a kubeconfig\n    write it to a file, and name that\n',
    )
  })

  test('base64 may have lines', async () => {
    const { err } = await run(['join', 'west', '--server', 'https://x', '--ca-data', 'Q0\nE='])
    expect(err).toMatch(/^meridian: --ca-data holds no certificate\n/)
  })
})

describe('a secret in a wrong place is not printed:', () => {
  test.each(
    someOf(
      [
        [['join', 'west', '--server', 'https://x', '--only', 'registry', '--token-file', 'hunter22S3cret']],
        [['join', 'west', '--kubeconfig', 'eyJhbGciOiJSUzI1NiJ9.hunter22S3cret.x']],
        [['lookup', 'web.default.global', '--server', 'user:hunter22S3cret@127.0.0.1']],
        [['check', 'https://user:hunter22S3cret@127.0.0.1']],
        [['check', '--admin-listen', 'http://user:hunter22S3cret@127.0.0.1:9153']],
      ],
      4,
    ),
  )('%j', async (args) => {
    const { status, err } = await run(args)
    expect(status).toBe(2)
    expect(err).not.toContain('S3cret')
  })

  test('a kubeconfig in the configuration, in place of its path', async () => {
    const inline = `kubeconfig: |\n        ${CONTENTS.replaceAll('\n', '\n        ')}`
    await directory.write('inline.yaml', `clusters:\n  - id: a\n    source:\n      ${inline}\n`)
    const { status, err } = await run(['check', '--config', 'inline.yaml'])
    expect([status, err]).toEqual([
      2,
      expect.stringContaining(
        'inline.yaml:4: clusters[0].source.kubeconfig: a text of 3 lines is not a mapping',
      ),
    ])
    expect(err).not.toContain('S3cret')
  })
})

test('what tells a terminal what to do is told, not done', async () => {
  const { status, err } = await run(['explain', 'a\x1b[31mb\x9bm', '--offline'])
  expect([status, err]).toEqual([
    1,
    expect.stringMatching(/^meridian: a\\x1b\[31mb\\x9bm is not the name of/),
  ])
})

test.each([
  ['0s', 0],
  ['500ms', 500],
  ['90s', 90_000],
  ['1m', 60_000],
  ['24h', 86_400_000],
  ['1440m', 86_400_000],
])('a time to wait of %s is %d ms', (text, ms) => {
  expect(durationArgument(text)).toBe(ms)
})

test.each(['25h', '1441m', '86400001ms', '35792m', '99999999999999999999m'])(
  'a time to wait of %s is too long, and none at all to a timer',
  (text) => {
    expect(() => durationArgument(text)).toThrow('write 24h at most')
  },
)

test.each([
  [['serve', '--drain', '30000m'], '--drain'],
  [['lookup', 'web.default.global', '--server', '127.0.0.1:1', '--wait', '99999999m'], '--wait'],
])('%j is refused', async (args, option) => {
  const { status, err } = await run(args)
  expect([status, err]).toEqual([2, expect.stringMatching(new RegExp(`${option} .*write 24h at most`))])
})

test('nor what somebody else answers in the place of a Meridian', async () => {
  const asked = { question: 'q', viewpoint: '\x1b[5mv', rcode: 'X', authoritative: true }
  const page = JSON.stringify({
    ...asked,
    answers: ['\x1b]0;t\x07a'],
    authority: [],
    additional: [],
    errors: [],
  })
  const server = createServer((request, response) => {
    response.end(request.url?.startsWith('/ask') ? page : '; zone x. seen from y\nx. 5 IN SOA \x1b[31m\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const [answer, zone] = await Promise.all(
    [['ask', 'web.global'], ['render']].map((args) => run([...args, '--server', `127.0.0.1:${port}`])),
  )
  await new Promise((resolve) => server.close(resolve))
  expect(answer?.out).toContain('seen from \\x1b[5mv\n')
  expect(answer?.out).toContain('\\x1b]0;t\\x07a\n')
  expect(zone?.out).toBe('; zone x. seen from y\nx. 5 IN SOA \\x1b[31m\n')
})
