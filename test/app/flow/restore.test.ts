import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseConfig, planOf, watchSpecsOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { deriveAll, readViews } from '../../../src/app/flow/restore.ts'
import { applyChanges, EMPTY_VIEW } from '../../../src/sources/changes/index.ts'
import { openStore, type StateStore } from '../../../src/sources/state/index.ts'
import { parseObject, unpackList } from '../../../src/words/kube/index.ts'
import type { World } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { NOBODY } from '../../support/members.ts'
import { storeIn } from '../../support/values.ts'

let dir: string
let store: StateStore

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-restore-'))
  const before = await openStore(storeIn(dir))
  before.save('east', viewOf('web', '10.1.0.1'), 1)
  before.save('west', viewOf('web', '10.2.0.1'), 2)
  await before.close()
  store = await openStore(storeIn(dir))
})
afterEach(() => rm(dir, { recursive: true }))

const viewOf = (name: string, pod: string) =>
  applyChanges(
    EMPTY_VIEW,
    unpackList(JSON.parse(exported({ name, clusterIP: '10.101.0.1', pods: [pod] }))).flatMap((item) => {
      const parsed = parseObject(item)
      return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
    }),
  ).view

test('a service that two clusters export is derived once, from both last views', async () => {
  const text = `clusters: [${['east', 'west', 'new'].map((id) => `{id: ${id}, source: {manifests: ${id}}}`)}]`
  const worlds: World[] = []
  const config = parseConfig(text, join(dir, 'meridian.yaml'))
  const flow = new Flow(planOf(config), { ...NOBODY, world: (world) => worlds.push(world) }, Date.now())
  const read = await readViews(watchSpecsOf(config), flow, store)
  expect(worlds).toEqual([])
  await deriveAll(read, flow)
  expect([...read.restored].toSorted()).toEqual([
    ['east', { heard: 1, objects: 3 }],
    ['west', { heard: 2, objects: 3 }],
  ])
  const exports = worlds.map((world) => world.entries.get('default/web')?.exports)
  expect(exports.map((each) => each?.map(({ cluster }) => cluster))).toEqual([['east', 'west']])
  await store.close()
})

test.each([
  ['', ['default/web']],
  [', namespaces: [default]', ['default/web']],
  [', namespaces: [shop, defaul, default-2]', []],
])('of a last view only that is read back which is read (%j)', async (more, services) => {
  const text = `clusters: [{id: east, source: {manifests: east}${more}}]`
  const config = parseConfig(text, join(dir, 'meridian.yaml'))
  const flow = new Flow(planOf(config), NOBODY, Date.now())
  await deriveAll(await readViews(watchSpecsOf(config), flow, store), flow)
  expect([...flow.world.entries].map(([key]) => key)).toEqual(services)
  await store.close()
})
