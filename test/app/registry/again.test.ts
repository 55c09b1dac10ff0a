import { describe, expect, test } from 'vitest'
import { parseConfig, planOf, type Registry } from '../../../src/app/config/index.ts'
import { clustersWith, type Found, heldBefore, recall } from '../../../src/app/registry/index.ts'
import type { SavedFound } from '../../../src/sources/state/index.ts'
import { kubeconfig } from '../../sources/apiserver/cluster.ts'
import type { FakeApiServer } from '../../sources/apiserver/fake.ts'
import { eventually } from '../../support/recorder.ts'
import type { RawObject } from '../../support/source-battery.ts'
import { configured, ground, SUFFIXES, secret } from './finding.ts'

const KARMADA: Registry = {
  karmada: { via: 'secrets', namespace: 'karmada-cluster', drainOnTaint: true, weights: false },
}
const SECRETS: Registry = { secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }

const given = ground()

/** A member as Karmada has it, which calls it so; annotated with the id that it has here. */
function joins(server: FakeApiServer, name: string, id: string): void {
  given.put({
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name, labels: { tier: 'gold' }, annotations: { 'meridian-dns.io/id': id } },
    spec: {
      apiEndpoint: server.url,
      secretRef: { namespace: 'karmada-cluster', name },
      insecureSkipTLSVerification: true,
    },
  } as unknown as RawObject)
  given.put(secret(name, { namespace: 'karmada-cluster', labels: {}, data: { token: 'opened' } }))
}

const HUB = parseConfig(
  'local: {cluster: hub}\nclusters: [{id: hub, source: {manifests: h}}, {id: east, labels: {tier: iron}, source: {manifests: e}}]\n' +
    'registries: [{karmada: {via: secrets}}]\n',
  'meridian.yaml',
)

/** How Karmada's objects are read beside those clusters. */
const rulesWith = (found: Found) => planOf(HUB, clustersWith(HUB.clusters, found)).registries

describe('a cluster of Karmada that is in already, by the id that it is annotated with', () => {
  test('keeps its own name and labels for Karmada’s objects, over a restart too', async () => {
    const member = await given.server('uid-east')
    joins(member, 'member1', 'east')
    const saves: SavedFound[] = []
    const options = {
      configured: () => [configured('east', member)],
      save: (now: SavedFound) => void saves.push(now),
    }
    const first = given.start(options, [KARMADA])
    await eventually(() => expect(first.told.again).toMatchObject([{ id: 'east', name: 'member1' }]))
    expect(first.told.ids).toEqual([])
    expect(first.status()).toMatchObject({ leftOut: 0, problems: [] })
    const said = {
      names: new Map([['east', 'member1']]),
      clusters: new Map([
        ['hub', new Map()],
        ['east', new Map([['tier', 'gold']])],
      ]),
    }
    expect(rulesWith({ found: [], again: first.told.again })).toMatchObject([said])
    await first.stop()
    const saved: SavedFound = JSON.parse(JSON.stringify(saves.at(-1)))
    const recalled = recall(saved, options.configured(), SUFFIXES)
    expect(rulesWith(recalled)).toMatchObject([said])
    given.local.darken()
    const second = given.start({ ...options, recalled, held: heldBefore(saved) }, [KARMADA])
    await given.local.listen()
    await eventually(() => expect(second.status().synced).toBe(true))
    expect(second.told.again).toMatchObject([{ id: 'east', name: 'member1' }])
  })

  test('is no more once it is another cluster, or its Cluster has gone', async () => {
    const [member, other] = [await given.server('uid-east'), await given.server('uid-other')]
    joins(member, 'member1', 'east')
    const { told, status } = given.start({ configured: () => [configured('east', member)] }, [KARMADA])
    await eventually(() => expect(told.again).toHaveLength(1))
    joins(other, 'member1', 'east')
    await eventually(() => expect(status().leftOut).toBe(1))
    expect(told.again).toEqual([])
    expect(status().problems).toMatchObject([{ message: 'id: east names two clusters' }])
    joins(member, 'member1', 'east')
    await eventually(() => expect(told.again).toHaveLength(1))
    given.remove(secret('member1', { namespace: 'karmada-cluster' }))
    given.remove({
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name: 'member1' },
    } as unknown as RawObject)
    await eventually(() => expect(told.again).toEqual([]))
  })

  test('is one that another registry found, too: both speak for it', async () => {
    const member = await given.server('uid-east')
    given.put(secret('west', { data: { kubeconfig: kubeconfig(member.url) } }))
    joins(member, 'member1', 'west')
    const { told } = given.start({}, [SECRETS, KARMADA])
    await eventually(() => expect(told.again).toMatchObject([{ id: 'west', name: 'member1' }]))
    expect(told.ids).toEqual(['west'])
    const [rules] = rulesWith({ found: told.found, again: told.again }) ?? []
    expect(rules?.names).toEqual(new Map([['west', 'member1']]))
    expect([...(rules?.clusters.keys() ?? [])]).toEqual(['hub', 'east', 'west'])
    // Which Karmada alone does not know is none of which its objects may say something.
    const [alone] = rulesWith({ found: told.found, again: [] }) ?? []
    expect([...(alone?.clusters.keys() ?? [])]).toEqual(['hub', 'east'])
  })
})
