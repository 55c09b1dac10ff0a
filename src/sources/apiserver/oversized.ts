import { LABEL } from '../../words/kube/index.ts'
import { type Fields, fieldsOf, textOf } from './fields.ts'
import type { Skimmed } from './intake.ts'
import type { WantedTexts } from './skim.ts'

/** What says which object it is, as of when, and whose. */
const OBJECT: WantedTexts = {
  metadata: { namespace: 'text', name: 'text', resourceVersion: 'text', labels: { [LABEL.service]: 'text' } },
}

export const WANTED_OF_EVENT: WantedTexts = { type: 'text', object: OBJECT }

/** Of a page of one object; that there is a second one is seen. */
export const WANTED_OF_PAGE: WantedTexts = {
  metadata: { resourceVersion: 'text', continue: 'text' },
  items: { 0: OBJECT, 1: {} },
}

/** An object that is too much to be read: which one it is. */
export class Oversized {
  readonly metadata: Fields
  readonly #excess: string

  constructor(metadata: Fields, excess: string) {
    this.metadata = metadata
    this.#excess = excess
  }

  get problem(): string {
    const more = this.#excess.endsWith('octets') ? ', or raise budgets.line' : ''
    return `it has ${this.#excess}, which is all that is read of one object: make it smaller${more}`
  }
}

/** undefined: it does not say which object it is. */
function oversized(object: unknown, excess: string): Oversized | undefined {
  const metadata = fieldsOf(fieldsOf(object)['metadata'])
  return textOf(metadata['name']) === undefined ? undefined : new Oversized(metadata, excess)
}

/** The event or the page, as far as it was looked through, with the object as one that is too much. */
export function eventIn({ parts, excess }: Skimmed): Fields | undefined {
  const object = oversized(parts['object'], excess)
  return object === undefined && parts['type'] !== 'ERROR' ? undefined : { ...parts, object }
}

export function pageIn({ parts, excess }: Skimmed): Fields | undefined {
  const { 0: only, 1: second } = fieldsOf(parts['items'])
  const object = second === undefined ? oversized(only, excess) : undefined
  return object === undefined ? undefined : { ...parts, items: [object] }
}
