import { describe, expect, test } from 'vitest'
import { recall } from '../../../src/app/registry/index.ts'
import type { SavedCluster } from '../../../src/sources/state/index.ts'
import { refuse } from '../../sources/apiserver/fake.ts'
import { eventually } from '../../support/recorder.ts'
import { configured, ground, nowhere, SUFFIXES, secret } from './finding.ts'

const given = ground()

const saved = (name: string, fields: Record<string, unknown> = {}, namespace = 'meridian'): SavedCluster => ({
  key: `${namespace}/${name}`,
  place: `Secret ${namespace}/${name}`,
  createdAt: Date.UTC(2026, 0, 1),
  fields: { id: name, ...fields },
})

const recalled = (...clusters: readonly SavedCluster[]) => recall(clusters, [], SUFFIXES)

const whole = (name: string, data: Record<string, string> = {}) =>
  secret(name, { data: { kubeconfig: nowhere(), ...data } })

describe('a cluster that was found before this start', () => {
  test('is declared as it was, and cannot be asked', () => {
    expect(recalled(saved('west', { locality: 'us-west-1', weight: 7 })).found).toMatchObject([
      {
        id: 'west',
        locality: { region: 'us-west-1' },
        weight: 7,
        source: { kind: 'none' },
        place: 'Secret meridian/west',
      },
    ])
  })

  test('is what a registry keeps of one that it finds: all it declares, and no credentials', async () => {
    const fields = { locality: 'us-west-1/a', podCIDRs: '[10.1.0.0/16]', probe: '{tcp: ["10.2.0.1:443"]}' }
    given.put(secret('west', { data: { kubeconfig: nowhere({ token: 'hush-hush-1' }), ...fields } }))
    const { told } = await given.synced()
    const found = told.one('west')
    const text = JSON.stringify(found.saved)
    expect(text).not.toContain('hush-hush-1')
    expect(recall([JSON.parse(text)], [], SUFFIXES).found).toEqual([{ ...found, source: { kind: 'none' } }])
  })

  test('is left out when the configuration has its id by now, or its fields cannot be read any more', () => {
    const clusters = [saved('west'), saved('east'), saved('south', { locality: 'a/b/c/d' })]
    expect(recall(clusters, [configured('west')], SUFFIXES).found.map(({ id }) => id)).toEqual(['east'])
  })

  test('and was in already is who it was while it still is, and nobody else', () => {
    const own = { registry: 'karmada', name: 'member1', uid: 'u', again: true }
    const clusters = [saved('west'), { ...saved('east'), ...own }, { ...saved('gone'), ...own }]
    const { found, again } = recall(clusters, [configured('east')], SUFFIXES)
    expect(found.map(({ id }) => id)).toEqual(['west'])
    expect(again).toMatchObject([{ id: 'east', name: 'member1', registry: 'karmada', mayBeIn: true }])
  })
})

describe('clusters that are recalled', () => {
  test('are no news while the API server of the Secrets is away', async () => {
    await given.local.kill()
    const { told, status } = given.start({ recalled: recalled(saved('west')) })
    await eventually(() => expect(status().problems).not.toEqual([]))
    expect(told.calls).toEqual([])
    expect(status()).toMatchObject({ synced: false, leftOut: 0 })
  })

  test('can be asked again once their Secrets are read; one whose Secret is gone leaves', async () => {
    given.put(whole('west', { weight: '3' }))
    const { told } = await given.synced({ recalled: recalled(saved('west'), saved('east')) })
    expect(told.calls).toHaveLength(1)
    expect(told.ids).toEqual(['west'])
    expect(told.one('west')).toMatchObject({ weight: 3, source: { kind: 'text' } })
  })

  test('stay as they are when their Secrets were spoilt meanwhile, with the remedy', async () => {
    given.put(whole('west', { weight: 'heavy' }))
    const { told } = await given.synced({ recalled: recalled(saved('west')) })
    expect(told.one('west').source).toEqual({ kind: 'none' })
    expect(told.problems).toEqual([
      expect.stringMatching(
        /^Secret meridian\/west: weight: .*; until that is mended, its last good version/,
      ),
    ])
    given.put(whole('west'))
    await eventually(() => expect(told.one('west').source.kind).toBe('text'))
  })

  test('of a registry that cannot be read stay, whatever another one says', async () => {
    const own = { secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }
    const other = { secrets: { namespace: 'istio-system', selector: 'istio/multiCluster=true' } }
    given.local.fault(({ namespace }) => namespace === 'istio-system', refuse(403), 1_000)
    const before = recalled(saved('gone'), saved('remote', {}, 'istio-system'))
    given.put(whole('west'))
    const { told, status } = given.start({ recalled: before }, [own, other])
    await eventually(() => expect(told.ids.toSorted()).toEqual(['remote', 'west']))
    expect(status().synced).toBe(false)
    given.local.mend()
    await eventually(() => expect(told.ids).toEqual(['west']))
  })

  test('leave at once when the configuration takes their id, though no Secret can be read', async () => {
    await given.local.kill()
    const ids: string[] = []
    const { told, reconsider } = given.start({
      recalled: recalled(saved('west'), saved('east')),
      configured: () => ids.map((id) => configured(id)),
    })
    ids.push('west')
    reconsider()
    await eventually(() => expect(told.ids).toEqual(['east']))
  })
})
