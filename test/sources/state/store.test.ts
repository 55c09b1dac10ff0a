import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyChanges, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import {
  openStore,
  type SavedCluster,
  type SavedFound,
  type StateStore,
} from '../../../src/sources/state/index.ts'
import { type KubeObject, parseObject } from '../../../src/words/kube/index.ts'
import { storeIn } from '../../support/values.ts'

let dir: string
let warnings: string[]

/** The files of what was saved: what is in hand is noted beside them. */
const filesSaved = async (): Promise<readonly string[]> =>
  (await readdir(dir)).filter((file) => file !== 'in-hand')
const open = (): Promise<StateStore> =>
  openStore(storeIn(dir, { warn: (text) => warnings.push(text), interval: 1 }))

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-state-'))
  warnings = []
})
afterEach(() => rm(dir, { recursive: true }))

const object = (value: unknown): KubeObject => {
  const parsed = parseObject(value)
  if (parsed.outcome !== 'object') throw new Error('not an object')
  return parsed.object
}

const objects = [
  object({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { clusterIPs: ['10.0.0.200', 'fd00::ff'] },
  }),
  object({ apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata: { name: 'web' } }),
  object({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.0.5'] }],
    ports: [{ name: 'http', port: 80 }],
  }),
]
const { view } = applyChanges(
  EMPTY_VIEW,
  objects.map((each) => ({ op: 'put', object: each })),
)

const saved = async (): Promise<void> => {
  const store = await open()
  store.save('cluster-west', view, 1234)
  await store.close()
}

describe('the store of last views', () => {
  test('gives back what was saved, object for object, with the time of the last word', async () => {
    await saved()
    expect(await (await open()).restore('cluster-west')).toEqual({ heard: 1234, objects })
    expect(warnings).toEqual([])
  })

  test('has nothing of a cluster that was never saved, and says nothing', async () => {
    expect(await (await open()).restore('cluster-west')).toBeUndefined()
    expect(warnings).toEqual([])
  })

  test('keeps only the latest of what is saved in a row, and leaves no draft behind', async () => {
    const store = await open()
    store.save('cluster-west', view, 1)
    store.save('cluster-west', EMPTY_VIEW, 2)
    await store.close()
    expect(await (await open()).restore('cluster-west')).toEqual({ heard: 2, objects: [] })
    expect(await filesSaved()).toEqual(['cluster-west.view'])
  })

  test.each([
    ['cut short', (text: string) => text.slice(0, text.length - 40)],
    ['without its closing line', (text: string) => text.trimEnd().split('\n').slice(0, -1).join('\n')],
    ['with a changed object', (text: string) => text.replace('"web"', '"wob"')],
    ['with a line missing', (text: string) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['of another version', (text: string) => text.replace('"version":3', '"version":9')],
    ['of another cluster', (text: string) => text.replace('cluster-west', 'cluster-east')],
    ['of somebody else', () => 'hello\nworld\n'],
    ['that is empty', () => ''],
  ])('sets a file %s aside with one line, and starts without it', async (_, damage) => {
    await saved()
    const path = join(dir, 'cluster-west.view')
    await writeFile(path, damage(await readFile(path, 'utf8')))
    expect(await (await open()).restore('cluster-west')).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('is set aside')])
    expect(await filesSaved()).toEqual(['cluster-west.view.set-aside'])
  })

  test('forgets what waits to be saved of a cluster that left', async () => {
    const store = await open()
    store.save('cluster-west', view, 1)
    store.forget('cluster-west')
    await store.close()
    expect(await filesSaved()).toEqual([])
  })

  test('removes the last view of a cluster that left, and no other', async () => {
    const before = await open()
    for (const id of ['cluster-east', 'cluster-west']) before.save(id, view, 1)
    await before.close()
    const store = await open()
    store.forget('cluster-west')
    await store.close()
    expect(await filesSaved()).toEqual(['cluster-east.view'])
    expect(warnings).toEqual([])
  })

  test('a directory that cannot be written to is a warning, and nothing worse', async () => {
    const store = await open()
    await rm(dir, { recursive: true })
    store.save('cluster-west', view, 1)
    await store.close()
    expect(warnings).toEqual([expect.stringContaining('is not saved')])
    dir = await mkdtemp(join(tmpdir(), 'meridian-state-'))
  })
})

describe('the list of clusters found', () => {
  const west: SavedCluster = {
    key: 'meridian/west',
    place: 'Secret meridian/west',
    createdAt: 1234,
    fields: { id: 'west', gateway: { addresses: ['gw.example.com'], ports: [443] } },
  }
  const savedFound = async (clusters: SavedFound): Promise<void> => {
    const store = await open()
    store.saveFound(clusters)
    await store.close()
  }
  const restoreFound = async () => (await open()).restoreFound()

  test('comes back as it was saved; none found is something else than never saved', async () => {
    expect(await restoreFound()).toBeUndefined()
    const east = { ...west, key: 'meridian/east', uid: 'c0ffee', registry: 'karmada', name: 'member1' }
    const ours = { configured: 'here', uid: 'f00d' }
    await savedFound([west, east, ours])
    expect(await restoreFound()).toEqual([west, east, ours])
    await savedFound([])
    expect(await restoreFound()).toEqual([])
    expect(await filesSaved()).toEqual(['clusters.found'])
    expect(warnings).toEqual([])
  })

  test.each([
    ['cut short', (text: string) => text.slice(0, text.length - 40)],
    ['with a changed cluster', (text: string) => text.replace('"west"', '"wost"')],
    ['of another version', (text: string) => text.replace('"version":1', '"version":9')],
    ['that is a view', (text: string) => text.replace('meridian-found', 'meridian-view')],
    ['of somebody else', () => 'hello\nworld\n'],
    ['that is empty', () => ''],
  ])('%s is set aside with one line', async (_, damage) => {
    await savedFound([west])
    const path = join(dir, 'clusters.found')
    await writeFile(path, damage(await readFile(path, 'utf8')))
    expect(await restoreFound()).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('clusters.found is set aside')])
    expect(await filesSaved()).toEqual(['clusters.found.set-aside'])
  })

  test('that cannot be written is a warning, and nothing worse', async () => {
    const store = await open()
    await rm(dir, { recursive: true })
    store.saveFound([west])
    await store.close()
    expect(warnings).toEqual([expect.stringContaining('the clusters found are not saved')])
    dir = await mkdtemp(join(tmpdir(), 'meridian-state-'))
  })
})
