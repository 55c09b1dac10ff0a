import { describe, expect, test } from 'vitest'
import { Load, type SealedChange } from '../../../src/sources/changes/index.ts'
import {
  changePieces,
  MOST_UNDERWAY,
  Outbox,
  PIECE_CHANGES,
  PIECE_CHARACTERS,
} from '../../../src/sources/reader/outbox.ts'
import type { ChangePiece, SourceReport } from '../../../src/sources/reader/protocol.ts'

const told = (n: number, text = (i: number) => `{"n":${i}}`): readonly SealedChange[] =>
  Array.from({ length: n }, (_, i) => ({ op: 'reported', text: text(i), octets: '' }))

const gone = (n: number): readonly SealedChange[] =>
  Array.from({ length: n }, (_, i) => ({ op: 'delete', kind: 'Service', key: `shop/s${i}` }))

const countIn = (piece: ChangePiece): number => JSON.parse(piece.reported).length + piece.gone.length

test('what waits is counted until the last of it is sent', () => {
  const load = new Load()
  const outbox = new Outbox(() => undefined, load)
  const texts = told(5 * PIECE_CHANGES, () => '"0123456789"')
  outbox.changed(texts)
  expect(load.bytes).toBe(12 * texts.length)
  outbox.changed(gone(1))
  expect(load.bytes).toBe(12 * texts.length + 'shop/s0'.length)
  for (let i = 0; i < 4; i++) {
    expect(load.bytes).toBeGreaterThan(0)
    outbox.taken()
  }
  outbox.taken()
  expect(load.bytes).toBe(0)
  outbox.changed(texts)
  outbox.changed(texts)
  outbox.close()
  expect(load.bytes).toBe(0)
})

describe('changes in pieces', () => {
  test.each([
    [0, [0]],
    [1, [1]],
    [PIECE_CHANGES, [PIECE_CHANGES]],
    [PIECE_CHANGES + 1, [PIECE_CHANGES, 1]],
    [10 * PIECE_CHANGES, Array.from({ length: 10 }, () => PIECE_CHANGES)],
  ])('%i of them', (n, counts) => {
    for (const changes of [told(n), gone(n)]) {
      const pieces = [...changePieces(changes, true)]
      expect(pieces.map(countIn)).toEqual(counts)
      expect(pieces.map(({ isLast }) => isLast)).toEqual(counts.map((_, i) => i === counts.length - 1))
    }
  })

  test('of long objects are as long as the last that fits begins', () => {
    const half = 'x'.repeat(PIECE_CHARACTERS / 2)
    const pieces = [
      ...changePieces(
        told(5, () => JSON.stringify(half)),
        false,
      ),
    ]
    expect(pieces.map(countIn)).toEqual([2, 2, 1])
    const beyond = 'x'.repeat(10 * PIECE_CHARACTERS)
    expect(
      [
        ...changePieces(
          told(2, () => JSON.stringify(beyond)),
          false,
        ),
      ].map(countIn),
    ).toEqual([1, 1])
  })

  test('are all there, in order', () => {
    const pieces = [...changePieces(told(1000), false)]
    expect(pieces.flatMap((one) => JSON.parse(one.reported)).map(({ n }: { n: number }) => n)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    )
  })
})

describe('an outbox', () => {
  const boxed = () => {
    const said: SourceReport[] = []
    const box = new Outbox((one) => said.push(one))
    return { said, box, kinds: () => said.map((one) => one.said) }
  }

  test('has no more under way than main takes in, however much there is', () => {
    const { said, box } = boxed()
    box.changed(told(50 * PIECE_CHANGES))
    expect(said).toHaveLength(MOST_UNDERWAY)
    for (let i = 1; i <= 48; i++) {
      expect(box.room()).toBeDefined()
      box.taken()
      expect(said).toHaveLength(Math.min(50, MOST_UNDERWAY + i))
    }
  })

  test('has room again once it is empty, and whoever waits for it hears so', async () => {
    const { box } = boxed()
    expect(box.room()).toBeUndefined()
    box.changed(told(3 * PIECE_CHANGES))
    const room = box.room()
    box.taken()
    expect(box.room()).toBe(room)
    box.taken()
    await room
    expect(box.room()).toBeUndefined()
  })

  test('says how the cluster stands after the changes that led to it, and only how it stands last', () => {
    const { said, box, kinds } = boxed()
    box.changed(told(3 * PIECE_CHANGES))
    box.freshness({ kind: 'live', heard: 1 })
    box.freshness({ kind: 'stale', heard: 1 })
    box.problems([{ place: 'a', message: 'b' }])
    expect(kinds()).toEqual(['piece', 'piece'])
    box.taken()
    box.taken()
    expect(kinds()).toEqual(['piece', 'piece', 'piece', 'state'])
    expect(said.at(-1)).toEqual({
      said: 'state',
      freshness: { kind: 'stale', heard: 1 },
      problems: [{ place: 'a', message: 'b' }],
    })
  })

  test('calls the first changes all there is, and no others', () => {
    const { said, box } = boxed()
    box.changed([])
    box.taken()
    box.changed(told(1))
    expect(said.map((one) => one.said === 'piece' && one.piece.isFirst)).toEqual([true, false])
  })

  test('that is closed keeps nobody waiting', async () => {
    const { said, box } = boxed()
    box.changed(told(10 * PIECE_CHANGES))
    const room = box.room()
    box.close()
    await room
    expect(said).toHaveLength(MOST_UNDERWAY)
  })
})
