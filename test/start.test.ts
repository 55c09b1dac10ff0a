import { afterEach, expect, test, vi } from 'vitest'
import { page } from './support/pages.ts'
import { someOf } from './support/runs.ts'

/** What a start waits for between two parts, each with a look at all pages before it. */
const early: { address: string; probes: string; looks: string[] } = vi.hoisted(() => ({
  address: '',
  probes: '',
  looks: [],
}))

const PAGES = [
  '/healthz',
  '/readyz',
  '/readyz?verbose',
  '/metrics',
  '/render',
  '/ask?name=a',
  '/explain?name=a',
]

const PROBES = ['/healthz', '/readyz']

/** Before an address is open nobody asks there. */
async function look(when: string): Promise<void> {
  for (const path of early.probes === '' ? [] : PROBES) {
    const { status, text } = await page(early.probes, path)
    early.looks.push(`${when}: probe ${path} ${status} ${text}`)
  }
  for (const path of early.address === '' ? [] : PAGES) {
    const { status, text } = await page(early.address, path)
    early.looks.push(`${when}: ${path} ${status}${path.includes('z') ? ` ${text}` : ''}`)
  }
}

vi.mock('../src/server/workers/index.ts', async (original) => {
  const workers = await original<typeof import('../src/server/workers/index.ts')>()
  const startAnswering: typeof workers.startAnswering = async (options) => {
    const answering = await workers.startAnswering(options)
    return {
      ...answering,
      openHealth: async (at) => {
        const port = await answering.openHealth(at)
        early.probes = `${at.host}:${port}`
        await look('when probes are answered')
        return port
      },
    }
  }
  return { ...workers, startAnswering }
})

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
  early.probes = ''
  early.looks = []
})

const EAST = { 'web.yaml': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) }

test.each(
  someOf(
    [
      ['clusters alone', {}],
      ['a registry that nobody answers', { registries: [{ secrets: { namespace: 'meridian' } }] }],
      ['a directory for what outlives it', { state: { dir: './state' } }],
    ],
    3,
  ),
)('at no moment of a start is a page a bug: with %s', async (_what, config) => {
  const { meridian, directory } = await startServer({ clusters: { east: EAST }, config })
  await meridian.stop()
  await directory.close()
  expect(early.looks.length).toBeGreaterThan(4 * PAGES.length)
  expect(early.looks.filter((line) => / 5\d\d\b/.test(line) && !line.includes('/readyz'))).toEqual([])
  expect(early.looks.filter((line) => line.includes(' 500'))).toEqual([])
  const isRead = early.looks.some((line) => line.includes('[-] registries: not read yet'))
  expect(isRead).toBe('registries' in config)
})

test('until clusters are watched every page and probe says what is waited for, and that the server is well', async () => {
  const config = { health: { listen: '127.0.0.1:0' }, startup: { timeout: '10m' } }
  const { meridian, directory } = await startServer({ clusters: { east: EAST, west: {} }, config })
  await meridian.stop()
  await directory.close()
  const waits = '[-] waiting for the first view of every cluster\n'
  const told = early.looks.flatMap((line) =>
    / (probe )?\/(health|ready)z \d/.test(line) ? [line.replace(/^.*: /, '')] : [],
  )
  // Probes are told at each beat of main's.
  const right = ['probe /healthz 200 ok\n', 'probe /readyz 503 [-] starting\n', `probe /readyz 503 ${waits}`]
  const pages = ['/healthz 200 ok\n', `/readyz 503 ${waits}`]
  expect(told.filter((line) => !right.includes(line) && !pages.includes(line))).toEqual([])
  expect(told.slice(0, 2)).toEqual(['probe /healthz 200 ok\n', expect.stringContaining('probe /readyz 503')])
  expect(told).toEqual(expect.arrayContaining(pages))
  expect(early.looks.filter((line) => line.includes('/readyz?verbose')).join()).toContain(
    `${waits}[-] cluster east: never, never heard\n[-] cluster west`,
  )
})
