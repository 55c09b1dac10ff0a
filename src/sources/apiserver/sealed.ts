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
  #sealed: Sealed | undefined

  constructor(reported: Reported) {
    this.kind = reported.kind
    this.isUnreadable = isUnreadable(reported)
    this.bytes = bytesOfObject(reported)
    this.#sealed = seal(reported)
    this.#print = hash('sha256', this.#sealed.text + this.#sealed.octets, 'binary')
  }

  /** What of it is here: nothing once it has been told. */
  get untold(): number {
    return this.#sealed === undefined ? 0 : this.bytes
  }

  /** The held one if this says the same. */
  insteadOf(held: SealedObject | undefined): SealedObject {
    return held !== undefined && held.#print === this.#print ? held : this
  }

  /** Once. */
  toChange(): SealedChange {
    const { text, octets } = this.#sealed ?? NOTHING
    this.#sealed = undefined
    return { op: 'reported', text, octets }
  }
}

const NOTHING: Sealed = { text: '', octets: '' }

export const reuseSealed = (held: SealedObject | undefined, next: SealedObject): SealedObject =>
  next.insteadOf(held)

export function sealNarrowed(
  narrowed: Narrowed<Reported>,
  kept: (reported: Reported) => Reported = (reported) => reported,
): Narrowed<SealedObject> {
  if ('object' in narrowed) return { ...narrowed, object: new SealedObject(kept(narrowed.object)) }
  const { key, problem, standIn } = narrowed
  if (standIn === undefined) return { key, problem }
  const unreadable = new SealedObject(standIn.of(undefined))
  return {
    key,
    problem,
    standIn: { of: (held) => reuseSealed(held, unreadable), isOne: (held) => held.isUnreadable },
  }
}
