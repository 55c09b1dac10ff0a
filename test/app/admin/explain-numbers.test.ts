import { expect, test } from 'vitest'
import { explainName } from '../../../src/app/admin/index.ts'
import { identityOf } from '../../support/values.ts'
import { made } from '../../support/world.ts'

const metadata = { name: 'web', namespace: 'default' }
const ports = [{ name: 'http', port: 80, nodePort: 30_080 }]
const objects = [
  { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'NodePort', clusterIP: '10.97.0.10', ports } },
  { apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceExport', metadata },
]
const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })

const FED = 'fed.svc.cluster.local'

/** What is said of web, by a name of the federation or another, with this `zones.global`. */
function explained(name: string, global?: null) {
  const keys = { reach: 'nodePort', nodeAddresses: ['192.0.2.50'] }
  const { world } = made({
    config: {
      zones: {
        ...(global === null ? { global } : {}),
        federations: { fed: { clusters: ['west'] } },
      },
      clusters: [
        { id: 'east', network: 'a', source: { manifests: './east' } },
        { id: 'west', network: 'b', ...keys, source: { manifests: './west' } },
      ],
    },
    clusters: { east: {}, west: { 'web.json': list } },
  })
  const { summary, clusters } = explainName({ snapshot: world, map: [], identity: identityOf() }, { name })
  return `${summary} ${clusters.find(({ cluster }) => cluster === 'west')?.fate}`
}

test.each([undefined, null])(
  'node ports are found by SRV in the federation that is asked about',
  (global) => {
    const said = explained(`web.default.${FED}`, global)
    expect(said).toContain(`Look-ups of SRV in ${FED} are answered, at node ports;`)
    expect(said).toContain(`reached by SRV in ${FED} alone`)
  },
)

test('by its other names they are in the global zone, where there is one', () => {
  expect(explained('default/web')).toContain('reached by SRV in the global zone alone')
  expect(explained('default/web', null)).toContain('nobody can be reached from here')
})

test.each(['default/web/x', 'default/', '/', '//', 'default/east.web', 'a//b', '/default/web'])(
  'what %s is written as is neither a service nor a host: nothing is said of whether it exists',
  (name) => {
    expect(() => explained(name)).toThrow(`${name} is not the name of a service in`)
    expect(() => explained(name)).not.toThrow('exists')
  },
)
