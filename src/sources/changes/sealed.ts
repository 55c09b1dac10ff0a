import { isUnreadable, type Kinds, type ObjectId, type Reported } from '../../words/kube/index.ts'
import { type Change, changeTo, type StartSource } from './types.ts'

/** A change as text, which takes the least room: as it waits to be told, and as it crosses from thread to thread. */
export type SealedChange =
  | { readonly op: 'reported'; readonly text: string }
  | ({ readonly op: 'delete' } & ObjectId)

export const seal = (reported: Reported): string => JSON.stringify(reported)

const sealChange = (change: Change, kept: (reported: Reported) => Reported): SealedChange =>
  change.op === 'delete' ? change : { op: 'reported', text: seal(kept(change.object)) }

const openChange = (change: SealedChange, kinds: Kinds): Change =>
  change.op === 'delete' ? change : openReported(JSON.parse(change.text), kinds)

/** An object that crossed: what it has in common with others is theirs again. */
export const openReported = (reported: Reported, kinds: Kinds): Change =>
  changeTo(isUnreadable(reported) ? reported : kinds.shared(reported))

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
