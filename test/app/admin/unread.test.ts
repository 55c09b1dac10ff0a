import { expect, test } from 'vitest'
import { explainName } from '../../../src/app/admin/index.ts'
import { printExplained } from '../../../src/app/cli/print-explained.ts'
import { type World, withFreshness } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { identityOf } from '../../support/values.ts'
import { made } from '../../support/world.ts'

test('an explanation says why a cluster is not read, and when it is again, until it is read', () => {
  const { world } = made({
    clusters: { east: { 'db.json': exported({ name: 'db', clusterIP: '10.101.0.1', pods: [] }) } },
  })
  const message = 'reading it ended the thread that reads (out of memory): it is read again in 60 s'
  const problems = new Map([
    [
      'east',
      [
        { place: '/east', message },
        { place: '/east/a.yaml', message: 'a label is no text', costs: 'part' as const },
        ...Array.from({ length: 10 }, (_, i) => ({ place: `/east/${i}.yaml`, message: 'is not YAML' })),
      ],
    ],
    ['west', [{ place: '/west', message: 'does not exist' }]],
  ])
  const inspected = { map: [], identity: identityOf(), problems }
  const of = (snapshot: World) =>
    printExplained(explainName({ ...inspected, snapshot }, { name: 'default/db' }), false)
  const stale = of(withFreshness(world, 'east', { kind: 'stale', heard: 0 }, 0))
  expect(stale).toContain(`  east: /east: ${message}\n  east: /east/0.yaml: is not YAML\n`)
  expect(stale).not.toMatch(/1\.yaml|no text|west/)
  expect(of(world)).not.toContain('/east')
})
