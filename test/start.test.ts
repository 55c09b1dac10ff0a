import { afterEach, expect, test, vi } from 'vitest'
import { page } from './support/pages.ts'

/** What a start waits for between two parts, each with a look at all pages before it. */
const early: { address: string; looks: string[] } = vi.hoisted(() => ({ address: '', looks: [] }))

const PAGES = [
  '/healthz',
  '/readyz',
  '/readyz?verbose',
  '/metrics',
  '/render',
  '/ask?name=a',
  '/explain?name=a',
]

/** Before the admin address is open nobody asks. */
async function look(when: string): Promise<void> {
  for (const path of early.address === '' ? [] : PAGES) {
    const { status, text } = await page(early.address, path)
    early.looks.push(`${when}: ${path} ${status}${path === '/readyz?verbose' ? ` ${text}` : ''}`)
  }
}

vi.mock('../src/app/admin/index.ts', async (original) => {
  const admin = await original<typeof import('../src/app/admin/index.ts')>()
  const startAdmin: typeof admin.startAdmin = async (options) => {
    const server = await admin.startAdmin(options)
    early.address = server.address
    await look('before the admin server is anybody’s')
    return server
  }
  return { ...admin, startAdmin }
})

vi.mock('../src/server/transport/index.ts', async (original) => {
  const transport = await original<typeof import('../src/server/transport/index.ts')>()
  const listen: typeof transport.listen = async (...all) => {
    await look('before DNS listens')
    const listeners = await transport.listen(...all)
    await look('when DNS listens')
    return listeners
  }
  return { ...transport, listen }
})

vi.mock('../src/app/flow/index.ts', async (original) => {
  const flow = await original<typeof import('../src/app/flow/index.ts')>()
  class Members extends flow.Members {
    override async assign(...all: Parameters<InstanceType<typeof flow.Members>['assign']>) {
      await look('before the clusters are watched')
      await super.assign(...all)
      await look('when the clusters are watched')
    }
  }
  return { ...flow, Members }
})

const { exported } = await import('./support/manifests.ts')
const { startServer } = await import('./support/server.ts')

afterEach(() => {
  early.address = ''
  early.looks = []
})

const EAST = { 'web.yaml': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) }

test.each([
  ['clusters alone', {}],
  ['a registry that nobody answers', { registries: [{ secrets: { namespace: 'meridian' } }] }],
  ['a directory for what outlives it', { state: { dir: './sources/state' } }],
])('at no moment of a start is a page a bug: with %s', async (_what, config) => {
  const { meridian, directory } = await startServer({ clusters: { east: EAST }, config })
  await meridian.stop()
  await directory.close()
  expect(early.looks.length).toBeGreaterThan(4 * PAGES.length)
  expect(early.looks.filter((line) => / 5\d\d$/.test(line) && !line.includes('/readyz'))).toEqual([])
  expect(early.looks.filter((line) => line.includes(' 500'))).toEqual([])
  const isRead = early.looks.some((line) => line.includes('[-] registries: not read yet'))
  expect(isRead).toBe('registries' in config)
})
