import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CommandFailure } from '../../../src/app/cli/failure.ts'
import { serve } from '../../../src/app/cli/serve.ts'
import { buildQuery, parseReply } from '../../support/client.ts'
import { exchangeTcp, exchangeUdp } from '../../support/exchange.ts'
import { CHECKOUT, listening, MERIDIAN, meridian } from '../../support/server.ts'
import { canBind, until } from '../../support/sockets.ts'
import { serving, WEB } from './serving.ts'

const { directory, start } = serving()

test('SIGTERM: /readyz says 503 while DNS still answers, then the ports close and it exits 0', async () => {
  const { path } = await directory()
  const started = start([MERIDIAN, 'serve', '--drain', '2s'], path)
  const { ask, get, port, ready } = await listening(started)
  await ready()
  started.child.kill('SIGTERM')
  await until(async () => (await get('/readyz')).status === 503, 'a server that drains')
  expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
  expect(await started.ended).toBe(0)
  expect(await canBind('127.0.0.1', port)).toBe(true)
  expect(started.err).toContain('"msg":"stopped"')
  expect(started.out).toBe('')
})

test('npm start prints three dig lines, and their names answer', async () => {
  const { scripts } = JSON.parse(readFileSync(`${CHECKOUT}/package.json`, 'utf8'))
  const [node, ...args] = String(scripts.start).split(' ')
  expect(node).toBe('node')
  const free = ['--dns-listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0', '--drain', '0s']
  const started = start([...args, ...free])
  const LINE = /^ {2}dig @(\S+) -p (\d+) (\+tcp )?(\S+)( [A-Z]+)?$/gm
  await until(
    () => [...started.out.matchAll(LINE)].length >= 3 || started.child.exitCode !== null,
    'three dig lines',
  )
  const lines = [...started.out.matchAll(LINE)]
  expect(lines).toHaveLength(3)
  for (const [line, , port, tcp, name = '', type = ' A'] of lines) {
    const query = buildQuery({ name, type: type.trim(), edns: {} })
    const octets =
      tcp === undefined
        ? await exchangeUdp(Number(port), '127.0.0.1', query)
        : (await exchangeTcp(Number(port), '127.0.0.1', query, false))[0]
    const reply = parseReply(octets ?? new Uint8Array())
    expect([line, reply.rcode, reply.answers.length > 0]).toEqual([line, 'NOERROR', true])
  }
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(0)
})

describe('what it does not start with', () => {
  test('a mistake in the configuration: status 2, and file, line, path and remedy', async () => {
    const { path, write } = await directory()
    await write('wrong.yaml', 'clusters:\n  - id: east\n    wieght: 3\n    source: {manifests: ./east}\n')
    expect(await meridian(['serve', '--config', 'wrong.yaml'], path)).toEqual({
      status: 2,
      out: '',
      err: 'meridian: wrong.yaml:3: clusters[0].wieght: unknown key "wieght"\n    did you mean weight?\n',
    })
  })

  const refusal = async (config: string, flags: Readonly<Record<string, string>> = {}) => {
    const outcome = await serve({ config, drain: 0 }, flags).catch((error: unknown) => error)
    expect(outcome).toBeInstanceOf(CommandFailure)
    return outcome
  }

  test('a flag that is wrong: status 2, and the flag', async () => {
    const { at } = await directory()
    expect(await refusal(at('meridian.yaml'), { dnsListen: '127.0.0.1:99999' })).toMatchObject({
      status: 2,
      message: expect.stringMatching(/^--dns-listen: dns\.listen\[0]: .*\n {4}/),
    })
  })

  test('no configuration: status 2, and how to name one', async () => {
    const { at } = await directory()
    expect(await refusal(at('nope.yaml'))).toMatchObject({
      status: 2,
      message: expect.stringContaining('--config FILE'),
    })
  })
})
