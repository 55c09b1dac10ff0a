import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanupText, diffText } from '../../../src/app/cli/controller/index.ts'
import { meridian } from '../../support/server.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { service } from './clusterset.ts'
import { commanded } from './commanded.ts'
import { type LiveServer, startLiveServer } from './live.ts'

const SPOILT = `apiVersion: v1
kind: Secret
metadata: {name: west, namespace: meridian, labels: {meridian-dns.io/cluster: ''}}
data: {weight: ${Buffer.from('lots').toString('base64')}}
`
const OBJECTS = `{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n${service()}\n---\n${SPOILT}`

let directory: Temporary
let server: LiveServer

beforeAll(async () => {
  directory = await temporary()
  server = await startLiveServer({ objects: OBJECTS })
  await directory.write('east.kubeconfig', server.kubeconfig())
  await directory.write('meridian.yaml', configWith('east.kubeconfig'))
  await directory.write('west/none.yaml', '')
})

afterAll(async () => {
  await server.close()
  await directory.close()
})

const configWith = (kubeconfig: string): string =>
  `local: {cluster: east}\nclusters: [{id: east, source: {kubeconfig: {path: ${kubeconfig}}}}]\n`

/** What each printed, but for the moment that new conditions have: the one is later than the other. */
async function both(file: string, by: typeof meridian | typeof commanded = commanded) {
  const run = async (...command: string[]) => {
    const ended = await by([...command, '--config', directory.at(file)])
    return { ...ended, out: ended.out.replace(/(lastTransitionTime:) .*/g, '$1 now') }
  }
  return { diff: await run('controller', 'diff'), serve: await run('serve', '--dry-run') }
}

describe('meridian serve --dry-run', () => {
  test('prints what `controller diff` prints, ends with 0, and writes nothing', async () => {
    const { diff, serve } = await both('meridian.yaml', meridian)
    expect(serve).toMatchObject({ status: 0, err: '' })
    expect(serve.out).toMatch(/^cluster east: \d+ writes?$/m)
    expect(serve.out).toMatch(/^apply ServiceImport shop\//m)
    expect(serve).toEqual(diff)
    expect(server.asked.filter((one) => !one.startsWith('GET '))).toEqual([])
  })

  test('ends with 1 where not all could be read, and says what', async () => {
    await directory.write('west/broken.yaml', '{apiVersion: v1, kind: Service')
    const west = 'clusters: [{id: west, source: {manifests: ./west}}, '
    await directory.write('broken.yaml', configWith('east.kubeconfig').replace('clusters: [', west))
    const { diff, serve } = await both('broken.yaml')
    expect(serve).toMatchObject({ status: 1, out: expect.stringMatching(/^cluster west: .*broken\.yaml/m) })
    expect(serve).toEqual(diff)
  })

  test('ends with 0 where an object of another cluster lacks a part, which is for check to say', async () => {
    await directory.write(
      'odd/export.yaml',
      `apiVersion: multicluster.x-k8s.io/v1beta1
kind: ServiceExport
metadata: {name: cart, namespace: shop}
spec: {exportedLabels: {"a b": 3}}
`,
    )
    const odd = 'clusters: [{id: west, source: {manifests: ./odd}}, '
    await directory.write('odd.yaml', configWith('east.kubeconfig').replace('clusters: [', odd))
    const { diff, serve } = await both('odd.yaml')
    expect(diff).toMatchObject({ status: 0, out: expect.stringMatching(/^cluster east: /) })
    expect(serve).toEqual(diff)
  })

  test('says once what keeps a cluster from being read and from being written to', async () => {
    await directory.write('nobody.kubeconfig', '{}')
    await directory.write('nobody.yaml', configWith('nobody.kubeconfig'))
    const { diff, serve } = await both('nobody.yaml')
    const place = `kubeconfig ${directory.at('nobody.kubeconfig')}`
    expect(diff).toMatchObject({
      status: 1,
      out: `cluster east: ${place}: there is no current-context; name the context that is meant\n`,
    })
    expect(serve).toEqual(diff)
  })

  test('ends with 2 where no cluster has an API server', async () => {
    const text = 'local: {cluster: west}\nclusters: [{id: west, source: {manifests: ./west}}]\n'
    await directory.write('directories.yaml', text)
    const { diff, serve } = await both('directories.yaml')
    expect(serve).toMatchObject({ status: 2, out: '', err: expect.stringContaining('controller.writes') })
    expect(serve).toEqual(diff)
  })
})

describe('where clusters of a registry are not known', () => {
  const registries = 'registries: [{secrets: {namespace: meridian}}]\n'
  const file = async () => {
    await directory.write('registries.yaml', configWith('east.kubeconfig') + registries)
    return { config: directory.at('registries.yaml') }
  }
  const neverRead = async () => ({
    found: [],
    again: [],
    problems: [],
    isRead: false,
    isWhole: false,
    titles: ['Secrets'],
  })

  test.each([
    ['a Secret that is spoilt', undefined, /^Secret meridian\/west: .*weight: "lots"/m],
    [
      'Secrets that are not read in time',
      neverRead,
      /^registries: the Secrets could not be read in time; see/m,
    ],
  ])('%s is told, and what depends on it is not said to be done', async (_title, read, said) => {
    const cleaned = await cleanupText({ ...(await file()), dryRun: true }, {}, read)
    expect(cleaned).toEqual({ status: 1, text: expect.stringMatching(said) })
    expect(cleaned.text).toContain('cluster east: would remove Lease')
    const diff = await diffText(await file(), {}, false, read)
    expect(diff).toEqual({ status: 1, text: expect.stringMatching(said) })
    expect(diff.text).toMatch(/^nothing is planned: /m)
    expect(diff.text).not.toContain('cluster east')
  })
})
