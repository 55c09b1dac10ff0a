import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/app/config/index.ts'
import { type EffectiveConfig, effectiveConfigOf } from '../../../src/app/effective/index.ts'
import { recall } from '../../../src/app/registry/index.ts'
import { counted } from '../../support/counted.ts'

const configOf = (west: string, more = '') =>
  parseConfig(
    `clusters:
  - {id: east, source: {kubeconfig: {path: /k/east}}}
  - {id: west, source: ${west}}
local: {cluster: east}
${more}`,
    '/meridian.yaml',
  )

const credentialsIn = ({ configured }: EffectiveConfig, id: string) =>
  configured.find((one) => one.id === id)?.credentials

test('the credentials of a cluster live as long as its source, however often the rest changes', () => {
  const before = effectiveConfigOf(configOf('{kubeconfig: {path: /k/west}}'), '1')
  const after = effectiveConfigOf(configOf('{kubeconfig: {path: /k/other}}', 'dns: {ttl: 9}'), '1', before)
  expect(credentialsIn(after, 'east')).toBe(credentialsIn(before, 'east'))
  expect(credentialsIn(after, 'west')).not.toBe(credentialsIn(before, 'west'))
  expect(after.home).toBe(credentialsIn(after, 'east'))
})

test('a cluster of manifests has none', () => {
  expect(credentialsIn(effectiveConfigOf(configOf('{manifests: /m}'), '1'), 'west')).toBeNull()
})

test('clusters that were found stay when the configuration changes', () => {
  const config = configOf('{manifests: /m}')
  const saved = { key: 'm/south', place: 'Secret m/south', createdAt: 0, fields: { id: 'south' } }
  const first = effectiveConfigOf(config, '1')
  const found = recall([saved], first.configured, first.suffixes)
  const after = effectiveConfigOf(configOf('{manifests: /m}', 'dns: {ttl: 9}'), '1', first.with(found))
  expect(after.found).toBe(found.found)
  expect(after.clusters.map(({ id }) => id)).toEqual(['east', 'west', 'south'])
  expect([...after.plan.clusterset.members.keys()]).toEqual(['east', 'west', 'south'])
})

test('what is kept of the configuration before is found by id, however many clusters there are', () => {
  const readsOf = (count: number): number => {
    const clusters = Array.from({ length: count }, (_, i) => `  - {id: c${i}, source: {manifests: /m${i}}}`)
    const config = parseConfig(`clusters:\n${clusters.join('\n')}\nlocal: {cluster: c0}`, '/meridian.yaml')
    const before = effectiveConfigOf(config, '1')
    const { values, reads } = counted(before.config.clusters, ['id'])
    effectiveConfigOf(config, '1', { ...before, config: { ...config, clusters: values } })
    return reads()
  }
  expect(readsOf(200)).toBeLessThanOrEqual(2 * readsOf(100))
})
