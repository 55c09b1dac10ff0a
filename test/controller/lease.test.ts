import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Election, standForElection } from '../../src/controller/lease.ts'
import type { Fields, WriteReply } from '../../src/sources/apiserver/index.ts'
import { fieldsOf } from '../../src/sources/apiserver/index.ts'

/** A Lease as an API server keeps it. */
class Kept {
  object: Fields | null = null
  isAway = false
  #version = 0

  get spec(): Fields {
    return fieldsOf(this.object?.['spec'])
  }

  read = async (): Promise<WriteReply> => {
    if (this.isAway) return failure('connection')
    return this.object === null ? failure('notFound') : { outcome: 'object', object: this.object }
  }

  readonly create = async (_resource: unknown, body: Fields): Promise<WriteReply> => {
    if (this.isAway) return failure('connection')
    return this.object === null ? this.#keep(body) : failure('conflict')
  }

  readonly replace = async (_resource: unknown, body: Fields): Promise<WriteReply> => {
    if (this.isAway) return failure('connection')
    const [had, has] = [body, this.object].map((one) => fieldsOf(one?.['metadata'])['resourceVersion'])
    return had === has ? this.#keep(body) : failure('conflict')
  }

  remove = async (_resource: unknown, only: { readonly resourceVersion?: string }): Promise<WriteReply> => {
    const { object } = this
    if (object === null) return failure('notFound')
    if (only.resourceVersion !== fieldsOf(object['metadata'])['resourceVersion']) return failure('conflict')
    this.object = null
    return { outcome: 'object', object }
  }

  #keep(body: Fields): WriteReply {
    this.#version += 1
    const metadata = { ...fieldsOf(body['metadata']), resourceVersion: String(this.#version) }
    this.object = { ...body, metadata }
    return { outcome: 'object', object: this.object }
  }
}

const failure = (reason: 'connection' | 'notFound' | 'conflict' | 'forbidden'): WriteReply => ({
  outcome: 'failure',
  reason,
  message: reason,
  place: null,
  retryAfterMs: undefined,
})

let kept: Kept
const running: Election[] = []

beforeEach(() => {
  vi.useFakeTimers()
  kept = new Kept()
})

afterEach(async () => {
  await stopAll()
  vi.useRealTimers()
})

const stopAll = () => Promise.all(running.splice(0).map((one) => one.stop()))

interface Stood extends Election {
  readonly terms: AbortSignal[]
  readonly complaints: string[]
}

function stand(identity: string): Stood {
  const terms: AbortSignal[] = []
  const complaints: string[] = []
  const options = { namespace: 'meridian', name: 'meridian-controller', identity, durationMs: 15_000 }
  const election = standForElection(options, {
    writes: kept,
    now: () => performance.now(),
    date: () => Date.parse('2026-11-22T14:02:11Z'),
    random: () => 0.5,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve(undefined)
        })
      }),
    elected: (term) => terms.push(term),
    failed: (message) => complaints.push(message),
  })
  running.push(election)
  return { ...election, terms, complaints }
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

describe('one that stands alone', () => {
  test('is elected at once, and its term goes on as long as it can renew it', async () => {
    const one = stand('one')
    await pass(0)
    expect(one.isLeader()).toBe(true)
    await pass(120)
    expect(one.terms.map(({ aborted }) => aborted)).toEqual([false])
    expect(kept.spec).toMatchObject({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      renewTime: '2026-11-22T14:02:11.000000Z',
      leaseTransitions: 0,
    })
  })

  test('ends its term two thirds of the duration after its last renewal, and says why once', async () => {
    const one = stand('one')
    await pass(0)
    kept.isAway = true
    await pass(9.9)
    expect(one.isLeader()).toBe(true)
    await pass(0.2)
    expect(one.isLeader()).toBe(false)
    expect(one.terms.map(({ aborted }) => aborted)).toEqual([true])
    await pass(60)
    expect(one.complaints).toEqual(['connection'])
    kept.isAway = false
    await pass(5)
    expect(one.terms.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('gives the Lease back when it stops, and its term ends before', async () => {
    const one = stand('one')
    await pass(0)
    await stopAll()
    expect(one.terms[0]?.aborted).toBe(true)
    expect(kept.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
  })
})

describe('of two', () => {
  test('one alone is elected, and the other takes over at once when the Lease is given back', async () => {
    const one = stand('one')
    await pass(0)
    const two = stand('two')
    await pass(120)
    expect([one.isLeader(), two.isLeader()]).toEqual([true, false])
    expect(two.holder()).toBe('one')
    await running.shift()?.stop()
    await pass(5)
    expect(two.isLeader()).toBe(true)
    expect(kept.spec['leaseTransitions']).toBe(1)
  })

  test('the other waits a whole duration for one that says nothing, whatever times the Lease names', async () => {
    kept.object = {
      metadata: { name: 'meridian-controller', resourceVersion: '7' },
      spec: { holderIdentity: 'gone', leaseDurationSeconds: 15, renewTime: '1999-01-01T00:00:00.000000Z' },
    }
    const two = stand('two')
    await pass(14)
    expect(two.isLeader()).toBe(false)
    await pass(6)
    expect(two.isLeader()).toBe(true)
  })

  test('terms never overlap, whoever reaches the API server when', async () => {
    const all = [stand('one'), stand('two'), stand('three')]
    for (let i = 0; i < 200; i++) {
      kept.isAway = i % 20 < 7
      await pass(1)
      expect(all.filter((one) => one.isLeader()).length).toBeLessThanOrEqual(1)
    }
    expect(all.flatMap(({ terms }) => terms).length).toBeGreaterThan(0)
  })

  test('one whose Lease another has taken ends its term as soon as it sees that', async () => {
    const one = stand('one')
    await pass(0)
    const { object } = kept
    kept.object = {
      ...object,
      metadata: { ...fieldsOf(object?.['metadata']), resourceVersion: '99' },
      spec: { ...kept.spec, holderIdentity: 'usurper' },
    }
    await pass(2.1)
    expect(one.isLeader()).toBe(false)
  })
})

describe('one that is to remove the Lease', () => {
  const remove = async (): Promise<WriteReply | 'anothers'> => {
    const removed = running.shift()?.remove()
    await pass(0)
    return (await removed) ?? 'anothers'
  }

  test('ends its term and removes it', async () => {
    const one = stand('one')
    await pass(0)
    expect(await remove()).toMatchObject({ outcome: 'object' })
    expect([one.terms[0]?.aborted, kept.object]).toEqual([true, null])
  })

  test('leaves it where another holds it by now, though it has not seen that', async () => {
    stand('one')
    await pass(0)
    await kept.replace(null, { ...kept.object, spec: { ...kept.spec, holderIdentity: 'two' } })
    expect(await remove()).toBe('anothers')
    expect(kept.spec['holderIdentity']).toBe('two')
  })

  test('gives back what it may not remove', async () => {
    stand('one')
    await pass(0)
    kept.remove = async () => failure('forbidden')
    expect(await remove()).toEqual(failure('forbidden'))
    expect(kept.spec['holderIdentity']).toBe('')
  })
})

test('without permission nobody is elected, and the reason is told once', async () => {
  kept.read = async () => failure('forbidden')
  const one = stand('one')
  await pass(120)
  expect(one.isLeader()).toBe(false)
  expect(one.complaints).toEqual(['forbidden'])
})
