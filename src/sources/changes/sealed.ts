import type { Octets } from '../../values/packed/index.ts'
import {
  isUnreadable,
  type Kinds,
  type KubeObject,
  type ObjectId,
  type Reported,
  SLICE,
} from '../../words/kube/index.ts'
import { type Change, changeTo, type StartSource } from './types.ts'

/** A change as text, which takes the least room: as it waits to be told, and as it crosses from thread to thread. */
export type SealedChange = ({ readonly op: 'reported' } & Sealed) | ({ readonly op: 'delete' } & ObjectId)

/** An object, read or not, as text. */
export interface Sealed {
  /** Its JSON. */
  readonly text: string
  /**
   * What of it is packed, which its JSON is without: there each octet below 32 takes six characters, and to write, hash
   * and read them was four fifths of what a large slice cost on its way. '': nothing.
   */
  readonly octets: Octets
}

export const seal = (reported: Reported): Sealed =>
  !isUnreadable(reported) && SLICE.is(reported)
    ? { text: JSON.stringify({ ...reported, endpoints: '' }), octets: reported.endpoints }
    : { text: JSON.stringify(reported), octets: '' }

const sealChange = (change: Change, kept: (reported: Reported) => Reported): SealedChange =>
  change.op === 'delete' ? change : { op: 'reported', ...seal(kept(change.object)) }

const openChange = (change: SealedChange, kinds: Kinds): Change =>
  change.op === 'delete' ? change : openReported(JSON.parse(change.text), kinds, change.octets)

/** An object that crossed, with what crossed beside it: what it has in common with others is theirs again. */
export const openReported = (reported: Reported, kinds: Kinds, octets: Octets): Change =>
  changeTo(isUnreadable(reported) ? reported : kinds.shared(withOctets(reported, octets)))

const withOctets = (object: KubeObject, octets: Octets): KubeObject => {
  if (!SLICE.is(object)) return object
  const slice: typeof object = { ...object, endpoints: octets }
  return slice
}

/** A source for a listener that wants objects. */
export const opened = (start: StartSource<SealedChange>, kinds: Kinds): StartSource =>
  between(start, (change) => openChange(change, kinds))

/** A source for one that passes them on. `kept`: what of an object. */
export const sealed = (
  start: StartSource,
  kept: (reported: Reported) => Reported,
): StartSource<SealedChange> => between(start, (change) => sealChange(change, kept))

const between =
  <From, To>(start: StartSource<From>, change: (change: From) => To): StartSource<To> =>
  (listener) =>
    start({
      changed: (changes, taken) => listener.changed(changes.map(change), taken),
      freshness: (freshness) => listener.freshness(freshness),
      connection: (freshness) => listener.connection?.(freshness),
      problems: (problems) => listener.problems(problems),
      anew: () => listener.anew?.(),
      room: () => listener.room?.(),
    })
