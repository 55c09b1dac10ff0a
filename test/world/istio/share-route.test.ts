import { expect, test } from 'vitest'
import { parseAddress } from '../../../src/values/dns/index.ts'
import { routeAt } from '../../../src/world/istio/share-route.ts'
import type { Settled } from '../../../src/world/istio/sites.ts'

function endpoint(i: number): Settled {
  const address = parseAddress(`10.2.${i >> 8}.${i & 255}`)
  if (address === undefined || address === null) throw new Error(`${i} has no address`)
  return {
    at: { address },
    locality: null,
    networks: [`n${i}`],
    within: null,
    weight: null,
    isWell: true,
    ports: [{ name: 'http', protocol: 'TCP', port: 80, appProtocol: null }],
    shifted: [],
    by: 'ServiceEntry default/way',
  }
}

test.each([
  [100, 0],
  [101, 1],
  [1000, 900],
])('of %i networks on the way to a share 100 count, and the other %i are told', (count, beyond) => {
  const { route, told } = routeAt(
    'west',
    Array.from({ length: count }, (_, i) => endpoint(i)),
  )
  expect(route?.parts.length).toBe(100)
  expect(told.length).toBe(beyond)
  expect(new Set(told.map(({ sentence }) => sentence.split(': ')[1])).size).toBe(Math.min(beyond, 1))
})
