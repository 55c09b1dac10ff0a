import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOffline } from '../../../src/app/cli/offline.ts'
import { parseConfig } from '../../../src/app/config/index.ts'
import { EMPTY_VIEW, objectsOf } from '../../../src/sources/changes/index.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

test('manifests that take longer than a silent volume is waited for are read to their end', async () => {
  const one = (i: number): string =>
    `- apiVersion: v1\n  kind: Service\n  metadata: {name: s${i}, namespace: shop}\n  spec: {ports: [{port: 80}]}\n`
  const count = 40_000
  const items = Array.from({ length: count }, (_, i) => one(i)).join('')
  await directory.write('all.yaml', `apiVersion: v1\nkind: List\nitems:\n${items}`)
  const config = parseConfig(
    `clusters: [{id: east, source: {manifests: ${JSON.stringify(directory.path)}}}]`,
    'meridian.yaml',
  )
  const { views, problems } = await readOffline(config, Date.now(), undefined, 2000)
  expect(problems.get('east')).toEqual([])
  expect(objectsOf(views.get('east') ?? EMPTY_VIEW, 'Service').size).toBe(count)
})
