/** How the official conformance suite comes to be here, or why it does not. What it finds is in conformance.test.ts. */

import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { goCommand, goEnvironment, newDirectory } from './ground/index.ts'
import { fakeProxy } from './support/mcs/fake-proxy.ts'
import { findSuite, reasonOf, SUITE, suiteProgram } from './support/mcs/index.ts'

afterEach(() => vi.unstubAllEnvs())

const [MODULE = '', COMMIT = ''] = SUITE.split('@')

/** Of a module that has a test which says so. */
const FILES = {
  'go.mod': `module ${MODULE}\n\ngo 1.23.0\n`,
  'suite.go': 'package conformance\n',
  'suite_test.go':
    'package conformance\n\nimport "testing"\n\nfunc TestIt(t *testing.T) { t.Log("it has run") }\n',
}

/** Nothing that Go or we have kept. */
function stubEnvironment(proxy: string): void {
  vi.stubEnv('MERIDIAN_MCS_SUITE', undefined)
  vi.stubEnv('MERIDIAN_E2E_CACHE', newDirectory('cache'))
  vi.stubEnv('GOMODCACHE', newDirectory('modules'))
  vi.stubEnv('GOPROXY', proxy)
  vi.stubEnv('GONOSUMDB', MODULE)
}

async function refusing() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response
      .writeHead(403, { 'content-type': 'text/plain' })
      .end(`not from http://${request.headers.host}/, says proxy.internal\nat all`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise((resolve) => server.close(resolve))
  return { asked, url: `http://127.0.0.1:${port}`, close }
}

describe('the conformance suite as a Go module', () => {
  test('is built once, and then taken from the cache', async () => {
    stubEnvironment(fakeProxy(newDirectory('proxy'), MODULE, COMMIT, FILES))
    const built = await suiteProgram()
    expect(built).toEqual({ program: expect.stringMatching(/\/mcs-suite-[\da-f]{12}$/) })
    const program = 'program' in built ? built.program : ''
    expect(execFileSync(program, ['-test.v'], { encoding: 'utf8' })).toContain('it has run')
    execFileSync(goCommand(), ['clean', '-modcache'], { env: goEnvironment() })
    vi.stubEnv('GOPROXY', 'off')
    expect(await suiteProgram()).toEqual(built)
  })

  test('is not run where a proxy refuses it, and the reason is Go’s, in one line and without hosts', async () => {
    const proxy = await refusing()
    stubEnvironment(`${proxy.url},direct`)
    const { suite, source } = await findSuite()
    await proxy.close()
    expect(suite).toBeUndefined()
    expect(source).toMatch(
      /^not run: .*\(.*reading …: 403 Forbidden server response: not from …, says … at all\)/,
    )
    expect(source).not.toMatch(/127\.0\.0\.1|:\/\/|\n|internal/)
    expect(proxy.asked).toEqual([`/${MODULE}/@v/${COMMIT}.info`])
  })

  test('is not looked for in repositories', async () => {
    stubEnvironment('direct')
    const found = await suiteProgram()
    expect(found).toEqual({ reason: expect.stringContaining('GOPROXY=off') })
  })

  test('is not run where it cannot be built', async () => {
    const broken = { ...FILES, 'suite.go': 'package conformance\n\nvar x int = "no number"\n' }
    stubEnvironment(fakeProxy(newDirectory('proxy'), MODULE, COMMIT, broken))
    const found = await suiteProgram()
    execFileSync(goCommand(), ['clean', '-modcache'], { env: goEnvironment() })
    expect(found).toEqual({ reason: expect.stringContaining('cannot use "no number"') })
  })
})

describe('the reason', () => {
  test.each([
    [
      `go: ${SUITE}: reading https://proxy.example/x/@v/${COMMIT}.info: 403 Forbidden\n\tserver response: no\n`,
      'reading …: 403 Forbidden server response: no',
    ],
    [
      'go: downloading k8s.io/api v0.32.5\ngo: Get "https://proxy.example/a.mod": dial tcp: lookup proxy.example on 127.0.0.53:53: no such host\n',
      'Get "…": dial tcp: lookup … on …: no such host',
    ],
    [
      'go: dial tcp [2001:db8::1]:443: connect: connection refused; see go.mod\n',
      'dial tcp …: connect: connection refused; see go.mod',
    ],
  ])('of %j is %j', (stderr, reason) => {
    expect(reasonOf(Object.assign(new Error('Command failed'), { stderr }))).toBe(reason)
  })

  test('of what took too long says so', () => {
    expect(reasonOf(new DOMException('The operation was aborted', 'AbortError'))).toBe('Go took too long')
  })
})
