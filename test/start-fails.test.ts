import { afterEach, expect, test, vi } from 'vitest'
import type { Stage } from '../src/app/parts/index.ts'
import { someOf } from './support/runs.ts'
import { temporary } from './support/temporary.ts'

/** Which opening is to fail, and what was opened and closed. */
const staged: { fails: string; opened: string[]; closed: string[] } = vi.hoisted(() => ({
  fails: '',
  opened: [],
  closed: [],
}))

const refused = (what: string): Error => new Error(`${what}: no`)

/** The same opening, which fails where it is to. */
const failing =
  <Args extends readonly unknown[], T>(what: string, open: (...args: Args) => Promise<T>) =>
  async (...args: Args): Promise<T> => {
    if (staged.fails === what) throw refused(what)
    return await open(...args)
  }

vi.mock('../src/app/parts/index.ts', async (original) => {
  const parts = await original<typeof import('../src/app/parts/index.ts')>()
  class Told extends parts.Stage {
    override add<T>(what: string, part: T, close: (part: T) => unknown): T {
      staged.opened.push(what)
      return super.add(what, part, (one) => {
        staged.closed.push(what)
        return close(one)
      })
    }
  }
  const stage = (stack: AsyncDisposableStack, log: ConstructorParameters<typeof Stage>[1]) =>
    stack.use(new Told(9000, log))
  const closingIn: typeof parts.closingIn = (stack, log) => {
    const [last, second, first] = [stage(stack, log), stage(stack, log), stage(stack, log)]
    return { first, second, last }
  }
  return { ...parts, closingIn }
})

vi.mock('../src/sources/state/index.ts', async (original) => {
  const state = await original<typeof import('../src/sources/state/index.ts')>()
  return { ...state, openStore: failing('state.dir', state.openStore) }
})

vi.mock('../src/server/workers/index.ts', async (original) => {
  const workers = await original<typeof import('../src/server/workers/index.ts')>()
  const startAnswering: typeof workers.startAnswering = async (options) => {
    const answering = await workers.startAnswering(options)
    return { ...answering, openHealth: failing('probes', answering.openHealth) }
  }
  return { ...workers, startAnswering: failing('threads', startAnswering) }
})

vi.mock('../src/app/admin/index.ts', async (original) => {
  const admin = await original<typeof import('../src/app/admin/index.ts')>()
  return { ...admin, startAdmin: failing('admin', admin.startAdmin) }
})

vi.mock('../src/server/transport/index.ts', async (original) => {
  const transport = await original<typeof import('../src/server/transport/index.ts')>()
  return { ...transport, listen: failing('sockets', transport.listen) }
})

vi.mock('../src/app/flow/index.ts', async (original) => {
  const flow = await original<typeof import('../src/app/flow/index.ts')>()
  class Members extends flow.Members {
    override async assign(...all: Parameters<InstanceType<typeof flow.Members>['assign']>) {
      await super.assign(...all)
      if (staged.fails === 'watching') {
        // Only when it begins: at the end there is nobody left.
        staged.fails = ''
        throw refused('watching')
      }
    }
  }
  return { ...flow, Members, resolveHostNames: failing('host names', flow.resolveHostNames) }
})

const { parseConfig } = await import('../src/app/config/index.ts')
const { startMeridian } = await import('../src/meridian.ts')
const { createLog } = await import('../src/words/observe/index.ts')
const { exported, meridianYaml } = await import('./support/manifests.ts')
const { until } = await import('./support/sockets.ts')

afterEach(() => {
  vi.restoreAllMocks()
  Object.assign(staged, { fails: '', opened: [], closed: [] })
})

const STATE = ['state.dir']
const DERIVED = ['flow', 'clusters', 'pulse']
const ANSWERED = ['threads', 'controller', 'clients', 'registries']

/** By what cannot be opened: what is open by then, and what of it closes first, second and last. */
const CANNOT: readonly (readonly [what: string, opened: readonly string[], closed: readonly string[]])[] = [
  ['state.dir', [], []],
  ['threads', [...STATE, ...DERIVED], ['flow', 'clusters', 'pulse', 'state.dir']],
  [
    'probes',
    [...STATE, ...DERIVED, ...ANSWERED],
    ['registries', 'flow', 'clients', 'controller', 'clusters', 'threads', 'pulse', 'state.dir'],
  ],
  [
    'admin',
    [...STATE, ...DERIVED, ...ANSWERED],
    ['registries', 'flow', 'clients', 'controller', 'clusters', 'threads', 'pulse', 'state.dir'],
  ],
  [
    'sockets',
    [...STATE, ...DERIVED, ...ANSWERED, 'admin'],
    ['registries', 'flow', 'clients', 'controller', 'clusters', 'admin', 'threads', 'pulse', 'state.dir'],
  ],
  [
    'host names',
    [...STATE, ...DERIVED, ...ANSWERED, 'admin', 'sockets'],
    [
      'registries',
      'flow',
      'sockets',
      'clients',
      'controller',
      'clusters',
      'admin',
      'threads',
      'pulse',
      'state.dir',
    ],
  ],
  [
    'watching',
    [...STATE, ...DERIVED, ...ANSWERED, 'admin', 'sockets', 'host names', 'startup.timeout'],
    [
      ...['startup.timeout', 'host names', 'registries', 'flow'],
      ...['sockets', 'clients', 'controller', 'clusters'],
      ...['admin', 'threads', 'pulse', 'state.dir'],
    ],
  ],
]

test.each(someOf(CANNOT, 3))(
  'where %s cannot be opened, what was opened before closes in reverse and nothing is left',
  async (what, opened, closed) => {
    const directory = await temporary()
    const web = exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })
    await directory.write('east/web.yaml', web)
    const text = meridianYaml({
      clusters: { east: { 'web.yaml': web } },
      config: {
        health: { listen: '127.0.0.1:0' },
        state: { dir: './state' },
        registries: [{ secrets: { namespace: 'meridian' } }],
      },
    })
    const config = parseConfig(text, directory.at('meridian.yaml'))
    const before = resources()
    const timers = timersOfMeridian()
    staged.fails = what
    await expect(startMeridian(config, '1.2.3', createLog('silent'))).rejects.toThrow(`${what}: no`)
    expect(staged.opened).toEqual(opened)
    expect(staged.closed).toEqual(closed)
    await until(() => timers().length === 0, `the end of ${timers().join()}`)
    await until(() => resources() === before, `the end of ${resources()}, where there was ${before}`)
    await directory.close()
  },
)

test('what is stopped closes as what could not be started, and once', async () => {
  const directory = await temporary()
  await directory.write('east/web.yaml', exported({ name: 'web', clusterIP: '10.101.0.1', pods: [] }))
  const text = meridianYaml({ clusters: { east: {} }, config: { state: { dir: './state' } } })
  const before = resources()
  const timers = timersOfMeridian()
  const config = parseConfig(text, directory.at('meridian.yaml'))
  const { stop } = await startMeridian(config, '1.2.3', createLog('silent'))
  const [one, other] = [stop(), stop()]
  await Promise.all([one, other])
  expect(one).toBe(other)
  expect(staged.closed.toSorted()).toEqual(staged.opened.toSorted())
  expect(staged.closed.slice(-4)).toEqual(['admin', 'threads', 'pulse', 'state.dir'])
  await until(() => timers().length === 0, `the end of ${timers().join()}`)
  await until(() => resources() === before, `the end of ${resources()}, where there was ${before}`)
  await directory.close()
})

/** Sockets, threads and watched files; timers are looked at by themselves. */
const resources = (): string =>
  process
    .getActiveResourcesInfo()
    .filter((one) => /TCP|UDP|Port|Worker|FSEvent/.test(one))
    .toSorted()
    .join()

/** Those of Meridian's own code that were set since and are neither cleared nor over, by where they were set. */
function timersOfMeridian(): () => readonly string[] {
  const set: { readonly timer: NodeJS.Timeout; readonly where: string }[] = []
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const original = globalThis[name]
    vi.spyOn(globalThis, name).mockImplementation(((...args: Parameters<typeof setTimeout>) => {
      const timer = original(...args)
      const where = new Error('set').stack?.split('\n').find((line) => line.includes('/src/'))
      if (where !== undefined) set.push({ timer, where: where.trim() })
      return timer
    }) as never)
  }
  return () => set.flatMap(({ timer, where }) => (Reflect.get(timer, '_destroyed') === true ? [] : [where]))
}
