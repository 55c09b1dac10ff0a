import { describe, expect, test } from 'vitest'
import { type Candidate, type Routing, route } from '../../../src/answer/routing/index.ts'
import { type Policy, parseLocality, type Viewpoint } from '../../../src/words/clusterset/index.ts'
import { candidate, POLICY } from './candidates.ts'

const at = (text: string) => parseLocality(text) ?? null

const HERE: Viewpoint = { cluster: 'east', locality: at('us-east-1/a') }

const EAST = candidate('east', { locality: at('us-east-1/a') })
const WEST = candidate('west', { locality: at('us-west-1/a') })
/** Made by somebody else than clusters: a group of machines, say. */
const MACHINES = candidate('machines-eu', { locality: at('eu-1/a'), labels: new Map([['tier', 'gold']]) })

const routed = (candidates: readonly Candidate[], said: Partial<Policy> = {}, isLocalOnly = false): Routing =>
  route({ candidates, policy: { ...POLICY, ...said }, isLocalOnly }, HERE)

/** `label: id share`, level by level. */
const levelsOf = ({ levels }: Routing): readonly string[] =>
  levels.map(
    ({ label, members }) =>
      `${label}: ${members.map((one) => `${one.candidate.id} ${one.share}`).join(', ')}`,
  )

describe('candidates of any maker', () => {
  const all = [MACHINES, WEST, EAST]

  test('are put to the same rules', () => {
    expect(levelsOf(routed(all))).toEqual([
      'same cluster: east 1',
      'another region: machines-eu 0.5, west 0.5',
    ])
    expect(levelsOf(routed(all, { failover: [{ from: 'us-east-1', to: 'eu-1' }] }))).toEqual([
      'same cluster: east 1',
      'failover to eu-1: machines-eu 1',
      'another region: west 1',
    ])
    expect(levelsOf(routed(all, { weights: new Map([['machines-eu', 3]]) }))).toEqual([
      'weights of the service: machines-eu 1',
      'same cluster: east 1',
      'another region: west 1',
    ])
    expect(levelsOf(routed(all, { prefer: new Map([['tier', 'gold']]) }))).toEqual([
      'preferred, another region: machines-eu 1',
      'same cluster: east 1',
      'another region: west 1',
    ])
    const distribute = [{ from: '*', to: [{ locality: 'eu-1', weight: 1 }] }]
    expect(levelsOf(routed(all, { distribute }))[0]).toBe('distribute from *: machines-eu 1')
    expect(levelsOf(routed(all, {}, true))).toEqual(['same cluster: east 1'])
    expect(routed(all, {}, true).excluded).toEqual([
      { cluster: 'machines-eu', reason: 'internalTrafficPolicy is Local' },
      { cluster: 'west', reason: 'internalTrafficPolicy is Local' },
    ])
  })

  test('say why they do not answer, the first reason that there is', () => {
    const away = { freshness: { kind: 'down', heard: 0 } } as const
    const none = { endpoints: { count: 0, total: 2 } }
    const distribute = [
      { from: '*', to: ['us-east-1', 'eu-1'].map((locality, weight) => ({ locality, weight })) },
    ]
    const why = (said: Partial<Candidate>, policy: Partial<Policy> = {}) =>
      routed([MACHINES, { ...EAST, ...said }], policy).candidates.find((one) => one.candidate.id === 'east')
    expect(why({})).toMatchObject({ standby: 'usable', why: 'others answer' })
    expect(why(away)).toMatchObject({ standby: 'down', why: 'the cluster is down' })
    expect(why(away, { distribute })).toMatchObject({ why: 'its share of the distribution is 0' })
    expect(why({ ...away, weight: 0 }, { distribute })).toMatchObject({ standby: 'drained', why: 'weight 0' })
    expect(why({ ...away, weight: 0, drain: true })).toMatchObject({ standby: 'drained', why: 'draining' })
    expect(why({ ...none, drain: true })).toMatchObject({ standby: 'notReady', why: 'no ready endpoint' })
  })

  test('who cannot be reached are named', () => {
    const route = { kind: 'none', brief: 'no network', reasons: ['endpoints: none'] } as const
    const { obstacle, pending } = routed([
      { ...WEST, route },
      { ...MACHINES, route },
    ])
    expect(obstacle).toBe('no route to machines-eu (no network), west (no network)')
    expect(pending).toBe(false)
    const waiting = { ...WEST, route: { ...route, brief: 'x was not looked up yet', pending: 'x' } }
    expect(routed([waiting, { ...MACHINES, route }])).toMatchObject({
      obstacle: 'no route to west (x was not looked up yet)',
      pending: true,
    })
  })
})
