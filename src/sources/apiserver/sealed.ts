import { hash } from 'node:crypto'
import { isUnreadable, type Kind, type Told } from '../../words/kube/index.ts'
import { octetsOf, type SealedChange, seal } from '../changes/index.ts'
import type { Narrowed } from './narrow.ts'

/**
 * What is kept of an object here, where it is only read: enough to tell whether it changed. Its text is there until it
 * has been told; whoever listens keeps the object.
 */
export class Sealed {
  readonly kind: Kind
  readonly isUnreadable: boolean
  /** What the object takes where it is kept, by the budget's estimate. */
  readonly octets: number
  readonly #print: string
  #text: string

  constructor(told: Told) {
    this.kind = told.kind
    this.isUnreadable = isUnreadable(told)
    this.octets = octetsOf(told)
    this.#text = seal(told)
    this.#print = hash('sha256', this.#text, 'binary')
  }

  /** The held one if this says the same. */
  insteadOf(held: Sealed | undefined): Sealed {
    return held !== undefined && held.#print === this.#print ? held : this
  }

  /** Once. */
  tell(): SealedChange {
    const text = this.#text
    this.#text = ''
    return { op: 'told', text }
  }
}

export const reuseSealed = (held: Sealed | undefined, next: Sealed): Sealed => next.insteadOf(held)

export function sealNarrowed(
  narrowed: Narrowed<Told>,
  kept: (told: Told) => Told = (told) => told,
): Narrowed<Sealed> {
  if ('object' in narrowed) return { ...narrowed, object: new Sealed(kept(narrowed.object)) }
  const { key, problem, instead } = narrowed
  const told = instead?.(undefined)
  if (told === undefined) return { key, problem }
  const unreadable = new Sealed(told)
  return {
    key,
    problem,
    instead: (held) => (held?.isUnreadable === false ? held : reuseSealed(held, unreadable)),
  }
}
