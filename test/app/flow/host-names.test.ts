import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answer } from '../../../src/answer/records/index.ts'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow, resolveHostNames } from '../../../src/app/flow/index.ts'
import type { Change } from '../../../src/sources/changes/index.ts'
import type { AddressLookup } from '../../../src/sources/resolver/index.ts'
import { openStore } from '../../../src/sources/state/index.ts'
import { parseAddress, TYPE } from '../../../src/values/dns/index.ts'
import { parseObject, unpackList } from '../../../src/words/kube/index.ts'
import { createLog, REPORTED_EACH } from '../../../src/words/observe/index.ts'
import { dnsError } from '../../sources/resolver/upstream.ts'
import { exported } from '../../support/manifests.ts'
import { NOBODY } from '../../support/members.ts'
import { until } from '../../support/sockets.ts'
import { identityOf, question, storeIn } from '../../support/values.ts'

const GATEWAY = 'gw.example.com'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-host-names-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** A server's host names, as a process has them that starts with what the one before left. */
async function testServer(lookup: AddressLookup) {
  const store = await openStore(storeIn(dir))
  const config = parseConfig(
    `clusters: [{id: east, source: {manifests: east}, gateway: {addresses: [${GATEWAY}], ports: [80]}}]`,
    join(dir, 'meridian.yaml'),
  )
  const flow = new Flow(planOf(config), {}, Date.now())
  const resolver = await resolveHostNames({ upstreams: [], lookup, flow, store, log: createLog('silent') })
  const stop = async () => {
    resolver.stop()
    await store.close()
  }
  return { resolved: () => flow.world.clusterset.resolved.get(GATEWAY), stop }
}

test('a gateway keeps its addresses over a restart while no upstream answers', async () => {
  const before = await testServer(async (_, family) => {
    if (family === 6) throw dnsError('ENODATA')
    return [{ address: '192.0.2.1', ttl: 30 }]
  })
  await until(() => before.resolved() !== undefined, 'its addresses')
  await before.stop()
  const silent = await testServer(() => Promise.reject(dnsError('ETIMEOUT')))
  await until(() => silent.resolved() !== undefined, 'the same again')
  expect(silent.resolved()).toEqual([parseAddress('192.0.2.1')])
  await silent.stop()
})

test('what the DNS denied is not handed on', async () => {
  const before = await testServer(() => Promise.reject(dnsError('ENOTFOUND')))
  await before.stop()
  const store = await openStore(storeIn(dir))
  expect(await store.restoreHostNames()).toBeUndefined()
  await store.close()
})

test.each([
  [2, 2],
  [12_000, REPORTED_EACH],
])('of %i host names of one cluster that lie in our own zones %i are told each', async (count, told) => {
  const lines: string[] = []
  const names = Array.from({ length: count }, (_, i) => `lb-${i}.clusterset.local`)
  const config = parseConfig('clusters: [{id: east, source: {manifests: east}}]', join(dir, 'meridian.yaml'))
  const flow = new Flow(planOf(config), NOBODY, Date.now())
  const object = serviceOf(names)
  flow.changed('east', object, Date.now())
  const log = createLog('info', { write: (line) => lines.push(line) })
  const resolver = await resolveHostNames({ upstreams: [], flow, store: null, log })
  expect(lines).toHaveLength(told)
  resolver.stop()
})

const serviceOf = (names: readonly string[]): readonly Change[] =>
  unpackList(JSON.parse(exported({ name: 'web', clusterIP: '10.101.0.1', pods: [] }))).flatMap((item) => {
    const parsed = parseObject(item)
    if (parsed.outcome !== 'object') return []
    const { object } = parsed
    const ingress = names.map((hostname) => ({ hostname }))
    return [{ op: 'put', object: object.kind === 'Service' ? { ...object, ingress } : object }]
  })

test('a name that is looked up for the first time is not known, until that has failed', async () => {
  const upstream = Promise.withResolvers<never>()
  const config = parseConfig(
    'clusters: [{id: here, source: {manifests: here}}, {id: east, source: {manifests: east}}]',
    join(dir, 'meridian.yaml'),
  )
  const flow = new Flow(planOf(config), NOBODY, Date.now())
  flow.changed('east', serviceOf(['lb.example.com']), Date.now())
  flow.settle()
  const kindNow = (): string => {
    const { world } = flow
    const { name = '' } = [...world.zones.values()].find(({ kind }) => kind === 'clusterset') ?? {}
    const key = [...world.entries].map(([at]) => at.split('/')).at(0) ?? []
    const asked = question(`${key[1]}.${key[0]}.svc.${name}`, TYPE.A)
    const asker = {
      viewpoint: world.clusterset.local,
      address: parseAddress('127.0.0.1') ?? '',
      mayExplain: false,
    }
    return answer(asked, world, asker, identityOf(), () => 0).kind
  }
  expect(kindNow()).toBe('noRoute')
  const lookup: AddressLookup = () => upstream.promise
  const log = createLog('silent')
  const resolver = await resolveHostNames({ upstreams: [], lookup, flow, store: null, log })
  expect(kindNow()).toBe('notReady')
  await flow.adopt(planOf(config), Date.now)
  expect(kindNow()).toBe('notReady')
  const { clusterset } = flow.world
  upstream.reject(dnsError('ETIMEOUT'))
  await until(() => flow.world.clusterset !== clusterset, 'what came of the look-up')
  expect(kindNow()).toBe('noRoute')
  resolver.stop()
})
