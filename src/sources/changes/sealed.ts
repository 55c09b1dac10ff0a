import { isUnreadable, type Kinds, type ObjectId, type Told } from '../../words/kube/index.ts'
import { type Change, type StartSource, toldOf } from './types.ts'

/** A change as text, which takes the least room: as it waits to be told, and as it crosses from thread to thread. */
export type SealedChange =
  | { readonly op: 'told'; readonly text: string }
  | ({ readonly op: 'delete' } & ObjectId)

export const seal = (told: Told): string => JSON.stringify(told)

const sealChange = (change: Change, kept: (told: Told) => Told): SealedChange =>
  change.op === 'delete' ? change : { op: 'told', text: seal(kept(change.object)) }

const openChange = (change: SealedChange, kinds: Kinds): Change =>
  change.op === 'delete' ? change : openTold(JSON.parse(change.text), kinds)

/** An object that crossed: what it has in common with others is theirs again. */
export const openTold = (told: Told, kinds: Kinds): Change =>
  toldOf(isUnreadable(told) ? told : kinds.shared(told))

/** A source for a listener that wants objects. */
export const opened = (start: StartSource<SealedChange>, kinds: Kinds): StartSource =>
  between(start, (change) => openChange(change, kinds))

/** A source for one that passes them on. `kept`: what of an object. */
export const sealed = (start: StartSource, kept: (told: Told) => Told): StartSource<SealedChange> =>
  between(start, (change) => sealChange(change, kept))

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
