import { expect, test } from 'vitest'
import { DESTINATION_RULE, type DestinationRule, parseAs } from '../../../src/words/kube/index.ts'
import { MOST_ABLE, MOST_UNABLE } from '../../../src/world/istio/heard.ts'
import { concerning, hostsFor } from '../../../src/world/istio/hosts.ts'
import type { IstioRules } from '../../../src/world/istio/index.ts'
import { saidByRules } from '../../../src/world/istio/index.ts'

const RULES: IstioRules = {
  cluster: 'east',
  rootNamespace: 'istio-system',
  trustedNamespaces: ['mesh'],
  gateways: ['mesh'],
  headers: new Map(),
  exportsEntries: false,
  zones: { clusterset: 'clusterset.local', global: 'global', cluster: null, clusterDomain: 'cluster.local' },
}

const rule = (): DestinationRule => {
  const parsed = parseAs(DESTINATION_RULE, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { namespace: 'shop', name: 'own', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      host: 'web.shop.global',
      trafficPolicy: { loadBalancer: { localityLbSetting: { enabled: false } } },
    },
  })
  if (parsed.outcome !== 'object' || !DESTINATION_RULE.is(parsed.object))
    throw new Error(JSON.stringify(parsed))
  return parsed.object
}
const OWN = rule()

const some = (count: number, namespace: string): readonly DestinationRule[] =>
  Array.from({ length: count }, (_, i) => ({ ...OWN, namespace, name: `r${String(i).padStart(6, '0')}` }))

/** In the order in which a view holds them. */
const said = (...objects: readonly DestinationRule[]) =>
  saidByRules(
    objects.toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1)),
    'shop/web',
    RULES,
    new Set(['east']),
  )

const countOf = ({ objects }: ReturnType<typeof said>, outcome: string): number =>
  objects.counts.find((one) => one.outcome === outcome)?.count ?? 0

test.each([0, 1, MOST_UNABLE, MOST_UNABLE + 1, 10 * MOST_UNABLE])(
  '%i objects of others that may not speak for a service are counted, and keep the one that may from nothing',
  (count) => {
    const all = said(...some(count, 'bad'), OWN)
    expect(all.policies).toHaveLength(1)
    expect([countOf(all, 'inForce'), countOf(all, 'leftOut')]).toEqual([1, count])
  },
)

test.each([
  [MOST_ABLE - 1, 0],
  [MOST_ABLE, 1],
  [MOST_ABLE + 1, 2],
  [10 * MOST_ABLE, 9 * MOST_ABLE + 1],
])(
  'of %i objects beside one of the service’s own namespace %i are not looked at, which is told',
  (count, beyond) => {
    // Trusted ones come first by name, and the service's own namespace comes before them all the same.
    const all = said(...some(count, 'mesh'), OWN)
    expect(all.policies.map(({ by }) => by)).toEqual(['DestinationRule shop/own'])
    expect([countOf(all, 'inForce'), countOf(all, 'leftOut')]).toEqual([1, beyond])
    const told = all.objects.first.filter(({ why }) => why?.includes(`the first ${MOST_ABLE} of its kind`))
    expect(told).toHaveLength(beyond === 0 ? 0 : 1)
  },
)

test.each([1000, 10_000])(
  'of %i that may not the hosts of the first are looked at, and of no others',
  (count) => {
    let looked = 0
    const counted = some(count, 'bad').map((one) => ({
      ...one,
      get host() {
        looked += 1
        return one.host
      },
    }))
    expect(countOf(said(...counted, OWN), 'leftOut')).toBe(count)
    expect(looked).toBeLessThanOrEqual(2 * MOST_UNABLE)
  },
)

test('the hosts of one object are read once, however many services they name', () => {
  const names = Array.from({ length: 100 }, (_, i) => `s${i}.shop.global`)
  let read = 0
  const hosts = new Proxy(names, {
    get: (of, name) => {
      if (name === '0') read += 1
      return Reflect.get(of, name)
    },
  })
  for (let i = 0; i < 100; i++) {
    expect(hostsFor(hosts, 'shop', `shop/s${i}`, RULES.zones)).toEqual([`s${i}.shop.global`])
    expect(concerning(`shop/s${i}`, RULES.zones)(hosts, 'shop')).toBe(true)
  }
  expect(read).toBe(1)
})
