import { describe, expect, test } from 'vitest'
import { OWNER_LABEL } from '../../src/controller/desired/index.ts'
import { cleanUp } from '../../src/controller/index.ts'
import { MANAGED_BY } from '../../src/words/kube/index.ts'
import { kubeconfig } from '../sources/apiserver/cluster.ts'
import { type Asked, refuse } from '../sources/apiserver/fake.ts'
import { MCS, object, SETTINGS, writing } from './writing.ts'

const given = writing()

const LEASE_ID = { namespace: 'meridian', name: 'meridian-controller' } as const
const lease = (holderIdentity: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: LEASE_ID,
  spec: { holderIdentity, leaseDurationSeconds: 1 },
})

const put = (...names: readonly string[]): void => {
  for (const name of names) {
    const labels = { [OWNER_LABEL.ServiceImport]: MANAGED_BY }
    given.server.put({
      ...object(MCS, 'ServiceImport', name),
      metadata: { namespace: 'shop', name, ...{ labels } },
    })
  }
}

/** By a Lease whose holder says something every 50 ms, and loses it after 400: unless it has one for longer. */
const clean = (isDry = false, duration = 400) =>
  cleanUp(
    { ...SETTINGS, lease: { ...LEASE_ID, duration } },
    { id: 'east', source: { kind: 'text', kubeconfig: kubeconfig(given.server.url) }, families: [4] },
    isDry,
  )

const AN_HOUR = 3_600_000

const titles = (...names: readonly string[]) => names.map((name) => `ServiceImport shop/${name}`)
const LEASE_TITLE = 'Lease meridian/meridian-controller'

const of = (verb: Asked['verb'], plural: string) => (asked: Asked) =>
  asked.verb === verb && asked.plural === plural

test('all that is Meridian’s is removed, and the Lease last', async () => {
  put('a', 'b')
  given.server.put(object(MCS, 'ServiceImport', 'theirs'))
  expect(await clean(true)).toEqual({ cluster: 'east', removed: titles('a', 'b'), problems: [] })
  expect(await clean(false, AN_HOUR)).toEqual({
    cluster: 'east',
    removed: [...titles('a', 'b'), LEASE_TITLE],
    problems: [],
  })
  expect(given.held('serviceimports').map(({ metadata }) => metadata.name)).toEqual(['theirs'])
  expect(given.held('leases')).toEqual([])
})

test('of conditions on ServiceExports those that Meridian applied would be removed, and nobody else’s', async () => {
  const exportWith = (name: string, manager: string, subresource: string) => ({
    ...object(MCS, 'ServiceExport', name),
    metadata: { namespace: 'shop', name, managedFields: [{ manager, subresource, operation: 'Apply' }] },
    status: { conditions: [{ type: 'Valid', status: 'True' }] },
  })
  given.server.put(exportWith('ours', 'meridian', 'status'))
  given.server.put(exportWith('theirs', 'lighthouse-agent', 'status'))
  given.server.put(exportWith('applied', 'meridian', ''))
  const { removed } = { removed: [], ...(await clean(true)) }
  expect(removed).toEqual(['ServiceExport shop/ours: conditions'])
})

describe('once another holds the Lease', () => {
  const isHeld = expect.stringMatching(/^replica-1 holds the Lease meridian\/meridian-controller and would/)

  test('nothing more is removed, and its Lease stays', async () => {
    put('a', 'b', 'c')
    given.server.fault(of('delete', 'serviceimports'), (response, asked) => {
      given.server.put(lease('replica-1'))
      // Answered once this side has seen that.
      const watch = setInterval(() => {
        if (!given.server.asked('get', 'leases').some((_, i) => i > 0)) return
        clearInterval(watch)
        given.server.serve(response, asked)
      }, 5)
    })
    const cleaned = await clean()
    expect(cleaned).toEqual({ cluster: 'east', removed: [], problems: [isHeld] })
    expect(given.server.asked('delete', 'serviceimports')).toHaveLength(1)
    expect(given.held('leases')).toMatchObject([{ spec: { holderIdentity: 'replica-1' } }])
  })

  test('after the last object as well', async () => {
    given.server.put(lease(''))
    // What is read of it after the end.
    given.server.fault(of('update', 'leases'), (response, asked) => {
      given.server.serve(response, asked)
      given.server.put(lease('replica-1'))
    })
    expect(await clean()).toEqual({ cluster: 'east', removed: [], problems: [isHeld] })
    expect(given.held('leases')).toMatchObject([{ spec: { holderIdentity: 'replica-1' } }])
  })
})

test('a Lease that cannot be renewed ends it: another may write by then', async () => {
  put('a', 'b')
  given.server.fault(of('delete', 'serviceimports'), () => {
    given.server.fault((asked) => asked.plural === 'leases', refuse(500, 'slow'), 1000)
  })
  const problems = [
    expect.stringMatching(/^the Lease meridian\/meridian-controller could not be held \(.*slow.*try again$/),
  ]
  expect(await clean()).toEqual({ cluster: 'east', removed: [], problems })
  expect(given.server.asked('delete', 'serviceimports')).toHaveLength(1)
})

describe('a Lease that cannot be', () => {
  const problems = [expect.stringMatching(/leases meridian\/meridian-controller.*no such right/)]

  test('removed is left, told of, and nobody’s', async () => {
    put('a')
    given.server.fault(of('delete', 'leases'), refuse(403, 'no such right'))
    expect(await clean(false, AN_HOUR)).toEqual({ cluster: 'east', removed: titles('a'), problems })
    expect(given.held('leases')).toMatchObject([{ spec: { holderIdentity: '' } }])
  })

  test.each([403, 500])('read, for %i, is told of, though nothing is to be removed', async (code) => {
    put('a')
    given.server.fault(of('get', 'leases'), refuse(code, 'no such right'))
    expect(await clean(true)).toEqual({ cluster: 'east', removed: titles('a'), problems })
  })
})
