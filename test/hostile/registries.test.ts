import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { secret } from '../app/registry/finding.ts'
import { kubeconfig } from '../sources/apiserver/cluster.ts'
import { FakeApiServer } from '../sources/apiserver/fake.ts'
import { exported } from '../support/manifests.ts'
import { type Command, command, listening, MERIDIAN } from '../support/server.ts'
import { until } from '../support/sockets.ts'
import { type Temporary, temporary } from '../support/temporary.ts'

// Whoever may write one object of a registry writes what is long to parse, again and again. The main thread reads it:
// with the chart's heap it bears that, and changes of a cluster that has nothing to do with it are answered throughout.

const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=8']
const LONG = 60_000
const OCTETS = 900 * 1024

let end: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const one of end.reverse()) await one()
  end = []
})

/** Cluster `good` of manifests, and a registry at this API server. */
async function serving(registry: FakeApiServer) {
  const directory: Temporary = await temporary()
  end.push(() => directory.close())
  const change = (n: number): Promise<void> =>
    directory.write(
      'good/web.json',
      exported({ name: 'web', clusterIP: `10.101.0.${n}`, pods: ['10.1.0.1'] }),
    )
  await change(1)
  await directory.write('registry.kubeconfig', kubeconfig(registry.url))
  const config = {
    dns: { listen: ['127.0.0.1:0'] },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: 'good' },
    clusters: [{ id: 'good', network: 'flat', source: { manifests: './good' } }],
    registries: [{ secrets: { namespace: 'meridian' }, kubeconfig: { path: './registry.kubeconfig' } }],
  }
  await directory.write('meridian.yaml', JSON.stringify(config))
  const server: Command = command([
    ...HEAP,
    MERIDIAN,
    'serve',
    '--config',
    join(directory.path, 'meridian.yaml'),
  ])
  end.push(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })
  return { server, change, ...(await listening(server, LONG)) }
}

const flow = (n: number): string => `[${n}${',[]'.repeat(OCTETS / 3)}]`
const list = (n: number): string => `- ${n}\n${'- a\n'.repeat(OCTETS / 4)}`

describe('an object of a registry', { timeout: 240_000 }, () => {
  test.each([
    ['labels', 'in brackets', flow],
    ['labels', 'in lines', list],
    ['kubeconfig', 'in brackets', flow],
  ])('whose field %s has 900 KiB of YAML %s', async (field, _how, text) => {
    const registry = await FakeApiServer.open()
    end.push(() => registry.kill())
    const write = (n: number): void => registry.put(secret('bad', { data: { [field]: text(n) } }))
    write(0)
    const { server, change, ask, get } = await serving(registry)
    const web = 'web.default.svc.clusterset.local'
    for (let n = 1; n < 6; n++) {
      write(n)
      await change(n)
      await until(
        async () => JSON.stringify((await ask(web)).answers).includes(`10.101.0.${n}`),
        `change ${n} of the good cluster`,
        LONG,
      )
    }
    expect((await get('/readyz?verbose')).text).toMatch(
      new RegExp(`Secret meridian/bad: ${field}: is too long`),
    )
    expect((await get('/metrics')).text).toContain('meridian_clusters_left_out 1')
    expect(server.child.exitCode).toBeNull()
  })
})
