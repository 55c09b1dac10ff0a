import { expect, test } from 'vitest'
import { explainName } from '../../../src/app/admin/index.ts'
import { exported } from '../../support/manifests.ts'
import { identityOf } from '../../support/values.ts'
import { made } from '../../support/world.ts'

// By a federation's name nearest first holds, whatever is said of the service: nobody wrote that.

const web = exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })

function policyOf(name: string, services: object) {
  const { world } = made({
    config: {
      zones: { federations: { fed: { clusters: ['cluster-west'] } } },
      routing: { services },
    },
    clusters: { 'cluster-east': { 'web.json': web }, 'cluster-west': { 'web.json': web } },
  })
  return explainName({ snapshot: world, map: [], identity: identityOf() }, { name }).policy
}

const BY_FEDERATION = 'web.default.fed.svc.cluster.local'

test('who says something is told that it does not hold, and nothing is said that nobody wrote', () => {
  const weights = { 'default/web': { weights: { 'cluster-west': 1 } } }
  expect(policyOf(BY_FEDERATION, weights)).toEqual([
    { part: 'weights', by: 'routing.services', decidedBy: 'zones.federations' },
  ])
})

test('where nobody says anything there is nothing to tell', () => {
  expect(policyOf(BY_FEDERATION, {})).toBeUndefined()
})
