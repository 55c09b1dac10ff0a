import { expect, test } from 'vitest'
import type { ValidExport } from '../../../src/world/inventory/index.ts'
import { synthesize } from '../../../src/world/synthesis/index.ts'
import { exported } from '../../support/manifests.ts'
import { made } from '../../support/world.ts'

const validOf = (clusters: Readonly<Record<string, readonly string[]>>): readonly ValidExport[] => {
  const files = Object.entries(clusters).map(([id, pods]) => [
    id,
    { 'web.json': exported({ name: 'web', clusterIP: 'None', pods }) },
  ])
  const { world } = made({ clusters: Object.fromEntries(files) })
  return (world.entries.get('default/web')?.exports ?? []).filter((one) => one.kind === 'valid')
}

/** 5,000 endpoints take tens of milliseconds to cut: that was done for each change of who exports the same name. */
test('what a large member has of a service is not cut anew where another says something else', () => {
  const large = Array.from({ length: 5000 }, (_, i) => `10.200.${i >> 8}.${i & 255}`)
  const [bad, good] = validOf({ bad: large, good: ['10.1.0.1'] })
  const [, other] = validOf({ bad: [], good: ['10.1.0.2'] })
  if (bad === undefined || good === undefined || other === undefined) throw new Error('an export is missing')
  const [before] = synthesize([bad, good])?.shares ?? []
  const [after, changed] = synthesize([bad, other])?.shares ?? []
  expect(after).toBe(before)
  expect(changed).toEqual({ cluster: 'good', ready: other.endpoints.ready })
})
