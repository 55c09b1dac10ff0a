import { describe, expect, test } from 'vitest'
import { type SourceChoice, Sources, sourceRow } from '../../../src/sources/kinds/index.ts'
import type { SourceReport } from '../../../src/sources/reader/protocol.ts'
import { RemoteSource } from '../../../src/sources/reader/remote-source.ts'
import { READER_WAITS } from '../../../src/sources/reader/waits.ts'
import type { Freshness } from '../../../src/words/clusterset/index.ts'
import { KINDS } from '../../../src/words/kube/index.ts'

/** A source that several clusters may share, as main has it for one of them; `heard`: what it is told of contact. */
function remote(shared: string | null) {
  const is = (choice: SourceChoice): choice is SourceChoice => choice.kind === 'board'
  const row = sourceRow(is, () => ({
    place: 'here',
    shared,
    start: () => expect.fail('it is read on a thread'),
    readOnce: async () => new Map(),
  }))
  const choice = { kind: 'board' }
  const order = {
    id: 'east',
    choice,
    namespaces: [],
    scope: { roles: [], asked: [] },
    isWritten: false,
    budget: { kept: { bytes: 1, objects: 1 }, line: 1 },
  }
  const heard: string[] = []
  let next = Promise.withResolvers<void>()
  const note = (of: string) => (freshness: Freshness) => {
    heard.push(`${of} ${freshness.kind}`)
    next.resolve()
    next = Promise.withResolvers()
  }
  const nothing = () => undefined
  const source = new RemoteSource(
    order,
    new Sources([row]).of(choice),
    {
      restored: () => 0,
      word: nothing,
      failed: nothing,
      skipped: nothing,
      bug: (error) => expect.fail(String(error)),
      inTurn: (work) => work(),
    },
    { kinds: KINDS, begin: () => 1, post: nothing, stopped: nothing },
    { ...READER_WAITS, anewMs: 1, endMs: 1 },
  )
  source.start({
    changed: nothing,
    problems: nothing,
    freshness: note('own'),
    connection: note('connection'),
  })
  const state = (said: Omit<Extract<SourceReport, { said: 'state' }>, 'said'>) =>
    source.hear({ said: 'state', ...said })
  return { source, heard, state, more: () => next.promise }
}

const LIVE: Freshness = { kind: 'live', heard: 1 }

describe('a source whose thread is lost, and that says nothing on the next one', () => {
  test('is lost by its own word where it shares no connection', async () => {
    const { source, heard, state, more } = remote(null)
    state({ freshness: LIVE })
    source.lost()
    source.begin()
    await more()
    expect(heard).toEqual(['own live', 'own stale'])
  })

  test('is behind a lost connection where it shares one', async () => {
    const { source, heard, state, more } = remote('hub')
    state({ connection: LIVE, freshness: LIVE })
    source.lost()
    source.begin()
    await more()
    expect(heard).toEqual(['own live', 'connection live', 'connection stale'])
  })

  test('is lost by its own word where the connection is there', async () => {
    const { source, heard, state, more } = remote('hub')
    state({ connection: LIVE, freshness: LIVE })
    source.lost()
    source.begin()
    state({ connection: LIVE })
    await more()
    expect(heard).toEqual(['own live', 'connection live', 'connection live', 'own stale'])
  })
})
