import { expect, test } from 'vitest'
import { explainName } from '../../src/admin/index.ts'
import { GAUGE, gaugeLabels, settle } from '../../src/zone/index.ts'
import { exported } from '../support/manifests.ts'
import { made } from '../support/world.ts'

const web = (port?: string) =>
  exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }).replaceAll(
    '"http"',
    `"${port ?? 'http'}"`,
  )

const inspected = (unheard: readonly string[]) => ({
  snapshot: settle(made({ clusters: { east: { 'web.json': web() }, west: {} } }, unheard).world),
  map: [],
  identity: { version: '1', id: null },
})

test('explain of a service that nobody holds says what the DNS says', () => {
  expect(() => explainName(inspected([]), { name: 'default/none' })).toThrow('the name does not exist')
  expect(() => explainName(inspected(['west']), { name: 'default/none' })).toThrow(
    'its name is SERVFAIL (no view yet of west)',
  )
})

test.each([
  [62, 0],
  [63, 2],
])('a port name of %i octets leaves %i names out, by the metric', (length, omitted) => {
  const { world } = made({ clusters: { east: { 'web.json': web('p'.repeat(length)) } } })
  const sum = [...world.gauges].filter(([key]) => gaugeLabels(GAUGE.omitted, key) !== undefined)
  const told = explainName({ ...inspected([]), snapshot: settle(world) }, { name: 'default/web' }).summary
  expect(told.includes('not made')).toBe(omitted > 0)
  expect(sum.reduce((all, [, value]) => all + value, 0)).toBe(omitted)
})
