/** What of one cluster's replies and lines is under way, however many requests it has. */

import { describe, expect, test } from 'vitest'
import { Berth, LITTLE_BYTES, Quay } from '../../../src/sources/apiserver/berth.ts'
import { linesOf } from '../../../src/sources/apiserver/lines.ts'
import { TimeShare } from '../../../src/sources/changes/index.ts'
import { eventually } from '../../support/recorder.ts'
import { service } from '../../support/source-battery.ts'
import { cluster } from './cluster.ts'
import { isList } from './fake.ts'

const never = new AbortController().signal

/** Whether it resolves without anything else happening. */
const isReady = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((done) => setImmediate(() => done(false)))])

describe('of what is more than a little', () => {
  test.each([
    [LITTLE_BYTES - 1, true],
    [LITTLE_BYTES, true],
    [LITTLE_BYTES + 1, false],
    [10 * LITTLE_BYTES, false],
  ])('%i bytes go on beside another that is: %s', async (bytes, isBeside) => {
    const quay = new Quay()
    const [first, second] = [new Berth(quay), new Berth(quay)]
    await first.hold(LITTLE_BYTES + 1, never)
    await first.hold(2 * LITTLE_BYTES, never)
    const waits = second.hold(bytes, never)
    expect(await isReady(waits)).toBe(isBeside)
    first.leave()
    await waits
    second.leave()
  })

  test('one goes on at a time, in the order in which they came, and one that is given up keeps nobody waiting', async () => {
    const quay = new Quay()
    const leave = await quay.enter(never)
    const given = new AbortController()
    const up = quay.enter(given.signal)
    const next = quay.enter(never)
    given.abort(new Error('given up'))
    await expect(up).rejects.toThrow('given up')
    expect(await isReady(next)).toBe(false)
    leave()
    const last = await next
    expect(await isReady(quay.enter(never))).toBe(false)
    last()
  })

  test('nothing more is taken of a watch while another has a large line, and all comes in the end', async () => {
    const quay = new Quay()
    const taken = [0, 0]
    const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const piece = new Uint8Array(65_536).fill(120)
    async function* stream(which: number): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 16; i++) {
        taken[which] = (taken[which] ?? 0) + 1
        yield piece
      }
      await ends[which]?.promise
      yield new TextEncoder().encode('\n')
    }
    const read = async (which: number): Promise<number> => {
      let bytes = 0
      for await (const lines of linesOf(stream(which), 2 ** 23, new Berth(quay), new TimeShare(), never))
        bytes += lines.join('').length
      return bytes
    }
    const first = read(0)
    await eventually(() => expect(taken[0]).toBe(16))
    const second = read(1)
    await eventually(() => expect(taken).toEqual([16, 5]))
    ends[1]?.resolve()
    expect(await isReady(second)).toBe(false)
    ends[0]?.resolve()
    expect(await Promise.all([first, second])).toEqual([2 ** 20, 2 ** 20])
  })
})

describe('a cluster', () => {
  const given = cluster()

  test('with large pages of every kind is read, and one that hangs in the midst keeps the others until its deadline', async () => {
    const large = (name: string) => ({ ...service(name), spec: { junk: 'x'.repeat(700_000), ports: [] } })
    for (const name of ['a', 'b', 'c']) given.server.put(large(name))
    given.server.fault(isList('endpointslices'), (response) => {
      response.write(`{"metadata":{"resourceVersion":"1"},"items":[],"junk":"${'x'.repeat(600_000)}`)
    })
    const { told, reasons } = await given.live({ requestMs: 400 })
    expect(told.ids).toHaveLength(3)
    expect(reasons()).toContain('deadline')
  })
})
