import { describe, expect, test } from 'vitest'
import {
  DESTINATION_RULE,
  KINDS,
  parseObject,
  SERVICE_ENTRY,
  VIRTUAL_SERVICE,
} from '../../../src/words/kube/index.ts'

// The services for which an object is looked at: of each host all that it may be a name of, and what is beyond is told.

const READ = KINDS.at({ roles: ['policy'], asked: ['networking.istio.io'] })
const ROWS = [SERVICE_ENTRY, VIRTUAL_SERVICE, DESTINATION_RULE]

function read(kind: string, spec: object) {
  const metadata = { name: 'all', namespace: 'istio-system' }
  const parsed = parseObject({ apiVersion: 'networking.istio.io/v1', kind, metadata, spec }, READ)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  const { object } = parsed
  const keys = ROWS.filter((row) => row.is(object)).flatMap((row) => row.keysOf?.(object) ?? [])
  return { keys: new Set(keys), flaws: object.flaws ?? [] }
}

const hostsOf = (count: number, of = 'tenant'): readonly string[] =>
  Array.from({ length: count }, (_, i) => `db.${of}${i}.global`)

/** Of the hosts by number, those whose service is among the keys. */
const lookedAt = ({ keys }: { readonly keys: ReadonlySet<string> }, count: number, of = 'tenant'): number =>
  Array.from({ length: count }, (_, i) => `${of}${i}/db`).filter((key) => keys.has(key)).length

describe.each(['ServiceEntry', 'VirtualService'])('the hosts of a %s', (kind) => {
  test.each([1, 50, 51, 99, 100])('are all looked at: %i', (count) => {
    const object = read(kind, { hosts: hostsOf(count) })
    expect(lookedAt(object, count)).toBe(count)
    expect(object.flaws).toEqual([])
  })

  test.each([101, 1000])('count up to 100, and of %i it is told', (count) => {
    const object = read(kind, { hosts: hostsOf(count) })
    expect(lookedAt(object, count)).toBe(100)
    expect(object.flaws).toEqual([
      expect.stringContaining(
        `spec.hosts[100]: "db.tenant100.global" is not one of the first 100, which are all that count of ${count}`,
      ),
    ])
  })

  test('count once however they are written', () => {
    const hosts = hostsOf(50).flatMap((host) => [host, host.toUpperCase()])
    const object = read(kind, { hosts })
    expect(lookedAt(object, 50)).toBe(50)
    expect(object.flaws).toEqual([])
  })
})

describe('the hosts that routes lead to', () => {
  const leading = (count: number) =>
    read('VirtualService', {
      hosts: hostsOf(40),
      http: Array.from({ length: Math.ceil(count / 100) }, (_, i) => ({
        route: hostsOf(count, 'shop')
          .slice(100 * i, 100 * i + 100)
          .map((host) => ({ destination: { host } })),
      })),
      tcp: [{ route: hostsOf(40).map((host) => ({ destination: { host } })) }],
    })

  test.each([1, 59, 60])('are looked at beside those of clients: %i', (count) => {
    const object = leading(count)
    expect(lookedAt(object, 40)).toBe(40)
    expect(lookedAt(object, count, 'shop')).toBe(count)
    expect(object.flaws).toEqual([])
  })

  test.each([61, 600])('count up to 100 together, and of %i it is told', (count) => {
    const object = leading(count)
    expect(lookedAt(object, 40)).toBe(40)
    expect(lookedAt(object, count, 'shop')).toBe(60)
    expect(object.flaws).toEqual([
      expect.stringContaining(
        `"db.shop60.global" is not one of the first 100 hosts, which are all that count of ${40 + count}`,
      ),
    ])
  })
})

test('the host of a DestinationRule is looked at as every service that it may name, and as a name of a zone of hosts', () => {
  expect([...read('DestinationRule', { host: 'cluster-east.web.default.global' }).keys]).toEqual([
    'web/cluster-east',
    'default/web',
    'global/default',
    '/cluster-east.web.default.global',
  ])
})
