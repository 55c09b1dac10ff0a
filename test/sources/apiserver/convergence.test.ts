import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventually } from '../../support/recorder.ts'
import { runs } from '../../support/runs.ts'
import { service, serviceExport } from '../../support/source-battery.ts'
import { KINDS, watching } from './cluster.ts'
import { FakeApiServer, isList, isWatch, refuse, reset } from './fake.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd')
const op = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('put' as const), name, port: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  fc.record({
    do: fc.constantFrom('break', 'export', 'kill', 'end', 'half', 'compact', 'error', 'reset', 'wait'),
    name,
  }),
)

/** Each letter does one thing to the server, and most of them are unkind. */
async function apply(
  server: FakeApiServer,
  step: { do: string; name: string; port?: number },
): Promise<void> {
  const each = (how: (watcher: { response: { end: (text?: string) => unknown } }) => unknown): void => {
    for (const watcher of [...server.watchers]) how(watcher)
  }
  switch (step.do) {
    case 'put':
      return server.put(service(step.name, step.port))
    case 'remove':
      return server.remove(service(step.name))
    case 'break':
      return server.put({ ...service(step.name), spec: { ports: 7 } })
    case 'export':
      return server.put(serviceExport(step.name))
    case 'end':
      return each(({ response }) => response.end())
    case 'half':
      return each(({ response }) => response.end('{"type":"DELETED","object":{'))
    case 'error':
      return each(({ response }) => response.end('{"type":"ERROR","object":{"code":410}}\n'))
    case 'compact':
      return server.compact()
    case 'reset':
      server.fault(isWatch('services'), reset)
      return server.fault(isList('services'), refuse(500))
    case 'kill':
      await server.kill()
      return server.listen()
    default:
      return new Promise((resolve) => setTimeout(resolve, 3))
  }
}

test('whatever happens on the way, what was told adds up to what the server holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { minLength: 1, maxLength: 40 }), async (steps) => {
      const server = await FakeApiServer.open()
      const { told, source } = watching(server)
      try {
        for (const step of steps) await apply(server, step)
        server.mend()
        for (const letter of ['a', 'b', 'c', 'd']) {
          if (letter < 'c') server.put(service(letter, 99))
          else server.remove(service(letter))
        }
        server.put(service('last'))
        await eventually(() => {
          const services = told.ids.filter((id) => id.startsWith('Service '))
          expect(services).toEqual(['a', 'b', 'last'].map((each) => `Service shop/${each}`))
          expect(told.objects.get('Service shop/a')).toMatchObject({ ports: [{ port: 99 }] })
        })
        const exported = new Set(steps.filter((step) => step.do === 'export').map((step) => step.name))
        await eventually(() =>
          expect(told.ids.filter((id) => id.startsWith('ServiceExport'))).toHaveLength(exported.size),
        )
        await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
        await eventually(() => expect(told.problem).toEqual([]))
        expect(server.watchers.size).toBeLessThanOrEqual(KINDS.length)
      } finally {
        await source.stop()
        await server.kill()
      }
    }),
    { numRuns: runs(40) },
  )
})
