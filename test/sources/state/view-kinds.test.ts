import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { writeSealed } from '../../../src/sources/state/sealed-file.ts'
import { readView } from '../../../src/sources/state/view-file.ts'

let directory = ''
afterEach(() => rm(directory, { recursive: true, force: true }))

const SERVICE = { kind: 'Service', namespace: 'shop', name: 'cart', ports: [], ipFamilies: [] }

async function viewOf(...objects: readonly object[]) {
  directory = await mkdtemp(join(tmpdir(), 'meridian-'))
  const path = join(directory, 'east.view')
  const header = { format: 'meridian-view', version: 3, cluster: 'east', heard: 1 }
  await writeSealed(path, { header, objects })
  return readView(path, 'east')
}

test.each(['Pod', '', 'service', 'Service\u202e', undefined])(
  'a sealed view with an object of kind %j is refused whole',
  async (kind) => {
    await expect(viewOf(SERVICE, { ...SERVICE, kind })).rejects.toThrow(
      /it holds an object of kind .*, which this version does not read, so nothing of it is; it is read again by the version that wrote it/,
    )
  },
)

test('one with the kinds that are read is read', async () => {
  expect((await viewOf(SERVICE)).objects).toHaveLength(1)
})
