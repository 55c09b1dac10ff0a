import { expect, test } from 'vitest'
import { checkCluster } from '../../../../src/app/cli/check/cluster.ts'
import { unaskedOf } from '../../../../src/app/cli/check/unasked.ts'
import { offlineOf } from '../clusterset.ts'

const object = (apiVersion: string, kind: string): string =>
  JSON.stringify({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop' }, spec: {} })

const files = {
  'entry.json': object('networking.istio.io/v1', 'ServiceEntry'),
  'rule.json': object('networking.istio.io/v1beta1', 'DestinationRule'),
  'mcs.json': object('networking.karmada.io/v1alpha1', 'MultiClusterService'),
  'fed.json': object('types.kubefed.io/v1beta1', 'FederatedService'),
  'deployment.json': object('apps/v1', 'Deployment'),
  'secret.json': object('v1', 'Secret'),
}

const given = { 'cluster-east': { files: { 'pods.json': object('v1', 'Pod') } }, 'cluster-west': { files } }

const told = async (config: string) =>
  unaskedOf('cluster-west', await offlineOf(given, config)).map(({ finding, remedy }) =>
    [finding.replace(/^.*: objects of kinds that no key asks for here are not read: /, ''), remedy].join(
      ' → ',
    ),
  )

test('objects that a key would ask for, and none does, are told with that key', async () => {
  const all = (await told('')).toSorted()
  expect(all).toHaveLength(3)
  expect(all.join('\n')).toMatch(
    /(DestinationRule, ServiceEntry|ServiceEntry, DestinationRule|DestinationRule and ServiceEntry|ServiceEntry and DestinationRule), in .* → if they are to hold, write istio: \{cluster: cluster-west\}$/m,
  )
  expect(all.join('\n')).toContain(
    'MultiClusterService, in mcs.json → if they are to be read, write registries: [{karmada: {}}]',
  )
  expect(all.join('\n')).toContain(
    'FederatedService, in fed.json → if they are to be read, write registries: [{kubefed: {}}]',
  )
})

test('in a cluster that istio.cluster does not name they are told with the one whose objects hold', async () => {
  expect((await told('istio: {cluster: cluster-east}\n')).join('\n')).toContain(
    'write istio: {cluster: cluster-west}, or put them into cluster-east, whose objects hold',
  )
  const asked = (await told('istio: {cluster: cluster-west}\n')).join('\n')
  expect(asked).not.toContain('ServiceEntry')
})

test('a cluster that holds nothing else is not told to list its Services', async () => {
  const found = checkCluster('cluster-west', await offlineOf(given), [])
  expect(found.some(({ finding }) => finding.includes('no object that is read'))).toBe(false)
  const other = checkCluster('cluster-east', await offlineOf(given), [])
  expect(other.some(({ finding }) => finding.includes('no object that is read'))).toBe(true)
})
