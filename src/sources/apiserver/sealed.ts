import { hash } from 'node:crypto'
import { isUnreadable, type Kind, type Reported } from '../../words/kube/index.ts'
import { bytesOfObject, type Sealed, type SealedChange, seal } from '../changes/index.ts'
import type { Narrowed } from './narrow.ts'

/**
 * What is kept of an object here, where it is only read: enough to tell whether it changed. Its text is there until it
 * has been told; whoever listens keeps the object.
 */
export class SealedObject {
  readonly kind: Kind
  readonly isUnreadable: boolean
  /** What the object takes where it is kept, by the budget's estimate. */
  readonly bytes: number
  readonly #print: string
  /** What was last read of one that cannot be read now. */
  readonly #good: SealedObject | undefined
  readonly #bytesTold: number
  #sealed: Sealed | undefined

  constructor(reported: Reported, good?: SealedObject) {
    this.kind = reported.kind
    this.#good = good
    this.isUnreadable = good === undefined && isUnreadable(reported)
    this.#bytesTold = bytesOfObject(reported)
    // What is wrong is in the account of what cannot be read.
    this.bytes = good?.bytes ?? this.#bytesTold
    this.#sealed = seal(reported)
    const { text, octets } = this.#sealed
    this.#print = (good === undefined ? '' : good.#print) + hash('sha256', text + octets, 'binary')
  }

  /** As it was last read, while it cannot be. */
  outlived(unreadable: Reported): SealedObject {
    const next = new SealedObject(unreadable, this.#good ?? this)
    return next.insteadOf(this)
  }

  /** What of it is here: nothing once it has been told. */
  get untold(): number {
    return (this.#sealed === undefined ? 0 : this.#bytesTold) + (this.#good?.untold ?? 0)
  }

  /** The held one if this says the same. */
  insteadOf(held: SealedObject | undefined): SealedObject {
    return held !== undefined && held.#print === this.#print ? held : this
  }

  /** Once. */
  toChanges(): readonly SealedChange[] {
    const good = this.#good?.toChanges() ?? []
    const sealed = this.#sealed
    this.#sealed = undefined
    return sealed === undefined ? good : [...good, { op: 'reported', ...sealed }]
  }
}

export const reuseSealed = (held: SealedObject | undefined, next: SealedObject): SealedObject =>
  next.insteadOf(held)

export function sealNarrowed(
  narrowed: Narrowed<Reported>,
  kept: (reported: Reported) => Reported = (reported) => reported,
): Narrowed<SealedObject> {
  if ('object' in narrowed) return { ...narrowed, object: new SealedObject(kept(narrowed.object)) }
  const { key, problem, standIn } = narrowed
  if (standIn === undefined) return { key, problem }
  const reported = standIn.of(undefined)
  return {
    key,
    problem,
    standIn: {
      of: (held) => reuseSealed(held, new SealedObject(reported)),
      over: (good) => good.outlived(reported),
      isOne: (held) => held.isUnreadable,
    },
  }
}
