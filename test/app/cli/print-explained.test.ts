import { describe, expect, test } from 'vitest'
import { explainName } from '../../../src/app/admin/index.ts'
import { printExplained } from '../../../src/app/cli/print-explained.ts'
import { exported } from '../../support/manifests.ts'
import { identityOf } from '../../support/values.ts'
import { made } from '../../support/world.ts'

const pods = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `10.1.${i >> 8}.${i & 255}`)

function explained(files: Readonly<Record<string, string>>): string {
  const { world } = made({ clusters: { east: files } })
  const inspected = { snapshot: world, map: [], identity: identityOf() }
  return printExplained(explainName(inspected, { name: 'default/db' }), false)
}

describe('an explanation', () => {
  test('tells what no reply holds, and how much of it is answered', () => {
    const text = explained({ 'db.json': exported({ name: 'db', clusterIP: 'None', pods: pods(1200) }) })
    expect(text).toMatch(
      /Too long for a reply, over TCP too\n( {2}SRV of \S+: 1200 records, of which a reply holds the nearest \d+\n)+( {2}and \d+ more names\n)?\nRecords\n/,
    )
  })

  test('says nothing of it where every reply holds all', () => {
    const text = explained({ 'db.json': exported({ name: 'db', clusterIP: 'None', pods: pods(200) }) })
    expect(text).not.toContain('Too long')
  })
})
