import { isDeepStrictEqual } from 'node:util'
import { expect, vi } from 'vitest'
import {
  type Change,
  printSourceProblem,
  type Source,
  type SourceListener,
  type SourceProblem,
  type StartSource,
} from '../../src/sources/changes/index.ts'
import { objectIdOf, type UnreadableObject } from '../../src/words/kube/index.ts'
import { PATIENCE_MS } from './sockets.ts'

/** `cart`, of one that is gone `-shop/cart`, of one that cannot be read `?shop/cart`. */
export const nameOfChange = (change: Change): string =>
  change.op === 'put'
    ? change.object.name
    : change.op === 'delete'
      ? `-${change.key}`
      : `?${change.object.key}`

/** A listener that applies changes as a ClusterView would, and remembers what it was told. */
export class Recorder implements SourceListener {
  readonly calls: string[] = []
  readonly batches: (readonly Change[])[] = []
  readonly objects = new Map<string, unknown>()
  readonly unreadable = new Map<string, UnreadableObject>()
  problem: readonly SourceProblem[] = []
  /** Each state once, until there is another. */
  kinds: string[] = []
  /** Every sentence that was ever told, for those that are soon over. */
  readonly said: string[] = []
  words = 0

  readonly changed = (changes: readonly Change[]): void => {
    this.calls.push('changed')
    this.batches.push(changes)
    for (const change of changes) this.#apply(change)
  }

  readonly freshness = ({ kind }: { kind: string }): void => {
    this.calls.push('freshness')
    this.words++
    if (this.kinds.at(-1) !== kind) this.kinds.push(kind)
  }

  readonly problems = (problems: readonly SourceProblem[]): void => {
    this.calls.push('problems')
    this.problem = problems
    this.said.push(...this.sentences)
  }

  /** A change that changes nothing is a broken promise of the source's. */
  #apply(change: Change): void {
    const { kind, key } = change.op === 'delete' ? change : objectIdOf(change.object)
    const id = `${kind} ${key}`
    const wasUnreadable = this.unreadable.delete(id)
    if (change.op === 'unreadable') {
      this.unreadable.set(id, change.object)
      return
    }
    if (change.op === 'delete') {
      expect(this.objects.delete(id) || wasUnreadable).toBe(true)
      return
    }
    expect(!wasUnreadable && isDeepStrictEqual(this.objects.get(id), change.object)).toBe(false)
    this.objects.set(id, change.object)
  }

  get ids(): string[] {
    return [...this.objects.keys()].sort()
  }

  /** The problems as a person reads them. */
  get sentences(): string[] {
    return this.problem.map(printSourceProblem)
  }
}

/** A started source and what it told. */
export interface Run {
  readonly told: Recorder
  readonly source: Source
}

export function run(start: StartSource): Run {
  const told = new Recorder()
  return { told, source: start(told) }
}

/** Waits until the assertions in `check` hold. */
export const eventually = (check: () => void): Promise<void> =>
  vi.waitFor(check, { timeout: PATIENCE_MS, interval: 5 })
