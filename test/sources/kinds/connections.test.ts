import { describe, expect, test } from 'vitest'
import type { SealedChange, SourceListener } from '../../../src/sources/changes/index.ts'
import {
  type ClusterSource,
  SOURCES,
  type SourceChoice,
  type SourceConnectionListener,
  SourceConnections,
  Sources,
  sourceRow,
  type WatchedCluster,
} from '../../../src/sources/kinds/index.ts'
import { KINDS } from '../../../src/words/kube/index.ts'

/** A source that says what the test has it say. */
function spoken(shared: string | null) {
  const calls: string[] = []
  const listeners: SourceConnectionListener[] = []
  const is = (choice: SourceChoice): choice is SourceChoice => choice.kind === 'spoken'
  const row = sourceRow(is, () => ({
    place: 'here',
    shared,
    start: (listener) => {
      listeners.push(listener)
      calls.push('start')
      return {
        join: ({ id }) => void calls.push(`join ${id}`),
        leave: async (id) => void calls.push(`leave ${id}`),
      }
    },
    readOnce: async () => new Map(),
  }))
  const source: ClusterSource = new Sources([row]).of({ kind: 'spoken' })
  const last = (): SourceConnectionListener => listeners.at(-1) ?? expect.fail('nothing was started')
  return { source, calls, last }
}

const nothing = () => undefined

const watched = (id: string): WatchedCluster => ({
  id,
  namespaces: [],
  kinds: KINDS,
  budget: { kept: { bytes: 1, objects: 1 }, line: 1 },
  kept: (told) => told,
  restored: () => 0,
  care: () => expect.fail('nothing is read'),
  word: nothing,
  failed: nothing,
  skipped: nothing,
  bug: nothing,
})

function ear() {
  const heard: unknown[] = []
  const room = Promise.resolve()
  const listener: SourceListener<SealedChange> = {
    changed: (changes) => heard.push(['changed', changes.length]),
    freshness: ({ kind }) => heard.push(['freshness', kind]),
    connection: ({ kind }) => heard.push(['connection', kind]),
    problems: (problems) => heard.push(['problems', ...problems.map(({ message }) => message)]),
    room: () => room,
  }
  return { listener, heard, room }
}

const GONE: SealedChange = { op: 'delete', kind: 'Service', key: 'default/web' }
const problem = (message: string) => ({ place: 'here', message })

describe('a connection that clusters share', () => {
  test('is started by the first, and tells each what is said of it', () => {
    const { source, calls, last } = spoken('hub')
    const connections = new SourceConnections()
    const [east, west] = [ear(), ear()]
    connections.watch(source, watched('east'))(east.listener)
    connections.watch(source, watched('west'))(west.listener)
    expect(calls).toEqual(['start', 'join east', 'join west'])
    last().changed('east', [GONE])
    last().freshness('west', { kind: 'live', heard: 1 })
    last().changed('north', [GONE])
    expect(east.heard).toEqual([['changed', 1]])
    expect(west.heard).toEqual([['freshness', 'live']])
    expect(last().room('west')).toBe(west.room)
    expect(last().room('north')).toBeUndefined()
  })

  test('tells all how it stands and what is wrong with it, and who comes later too', () => {
    const { source, last } = spoken('hub')
    const connections = new SourceConnections()
    const [east, west] = [ear(), ear()]
    connections.watch(source, watched('east'))(east.listener)
    last().connection({ kind: 'never' })
    last().problems(null, [problem('away')])
    last().problems('east', [problem('torn')])
    connections.watch(source, watched('west'))(west.listener)
    last().problems(null, [])
    expect(east.heard).toEqual([
      ['connection', 'never'],
      ['problems', 'away'],
      ['problems', 'away', 'torn'],
      ['problems', 'torn'],
    ])
    expect(west.heard).toEqual([['connection', 'never'], ['problems', 'away'], ['problems']])
  })

  test('tells who has left nothing, and another is started after the last', async () => {
    const { source, calls, last } = spoken('hub')
    const connections = new SourceConnections()
    const [east, west] = [ear(), ear()]
    const first = connections.watch(source, watched('east'))(east.listener)
    const second = connections.watch(source, watched('west'))(west.listener)
    await first.stop()
    await first.stop()
    last().changed('east', [GONE])
    last().connection({ kind: 'never' })
    expect(east.heard).toEqual([])
    connections.watch(source, watched('east'))(east.listener)
    expect(east.heard).toEqual([['connection', 'never']])
    await second.stop()
    expect(calls).toEqual(['start', 'join east', 'join west', 'leave east', 'join east', 'leave west'])
    const other = ear()
    const north = connections.watch(source, watched('north'))(other.listener)
    await north.stop()
    expect(calls.filter((call) => call === 'start')).toHaveLength(1)
  })

  test('is another where the last has left, and where it is called otherwise', async () => {
    const connections = new SourceConnections()
    const [hub, other] = [spoken('hub'), spoken('other')]
    const running = connections.watch(hub.source, watched('east'))(ear().listener)
    connections.watch(other.source, watched('west'))(ear().listener)
    await running.stop()
    connections.watch(hub.source, watched('east'))(ear().listener)
    expect(hub.calls).toEqual(['start', 'join east', 'leave east', 'start', 'join east'])
    expect(other.calls).toEqual(['start', 'join west'])
  })

  test('is none where each has its own', () => {
    const { source, calls } = spoken(null)
    const connections = new SourceConnections()
    connections.watch(source, watched('east'))(ear().listener)
    connections.watch(source, watched('west'))(ear().listener)
    expect(calls).toEqual(['start', 'join east', 'start', 'join west'])
  })
})

describe('the kinds of sources', () => {
  const of = (choice: SourceChoice) => SOURCES.of(choice)

  test('have credentials, or none', () => {
    const served = [
      { kind: 'kubeconfig', path: '/etc/east', context: null },
      { kind: 'inCluster' },
      { kind: 'text', kubeconfig: '' },
    ]
    for (const choice of served) {
      expect(of(choice).access).toBe(choice)
      expect(of(choice).credentials).not.toBeNull()
    }
    for (const choice of [{ kind: 'manifests', path: '/east' }, { kind: 'none' }])
      expect(of(choice)).toMatchObject({ access: null, credentials: null })
  })

  test('are each of one cluster, and one that is nowhere yet is not known', () => {
    const choices = [
      { kind: 'manifests', path: '/east' },
      { kind: 'kubeconfig', path: '/etc/east' },
      { kind: 'inCluster' },
      { kind: 'text', kubeconfig: '' },
      { kind: 'none' },
    ]
    expect(choices.map((choice) => of(choice).shared)).toEqual([null, null, null, null, null])
    expect(choices.map((choice) => of(choice).isKnown)).toEqual([true, true, true, true, false])
  })

  test('of which there is none are a mistake of ours', () => {
    expect(() => of({ kind: 'carrier-pigeon' })).toThrow('no kind of source is called carrier-pigeon')
  })
})
