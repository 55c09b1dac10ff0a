import type { Octets } from '../../values/packed/index.ts'
import type { Freshness } from '../../words/clusterset/index.ts'
import type { Kind, ObjectId } from '../../words/kube/index.ts'
import type { SourceProblem } from '../changes/index.ts'
import type { ReaderOptions, SourceOrder } from './types.ts'

// What main and a reader say to each other. All of it is values that postMessage copies; what there is much of is text.

/** What a reader is started with. */
export interface ReaderStart {
  readonly state: ReaderOptions['state']
  readonly cells: Cells
}

/**
 * What main sees of a reader that says nothing: `beat` goes up as long as its events turn, and `inHand` is the number of
 * the source that it worked on last.
 */
type Cells = Int32Array<SharedArrayBuffer>

/** KiB of one source's that are on the thread: main looks once the thread has run out of memory. */
export type LoadCell = Int32Array<SharedArrayBuffer>

export const CELL = { beat: 0, inHand: 1 } as const

/** Sources are numbered from 1, each beginning of one anew: what an ended one said last is nobody's. */
export type SourceNumber = number

export type ReaderOrder =
  | {
      readonly kind: 'open'
      readonly source: SourceNumber
      readonly order: SourceOrder
      readonly load: LoadCell
      /** How many objects are held, by kind, in one namespace or (null) in all; what is missing is none. */
      readonly restored: readonly (readonly [kind: Kind, namespace: string | null, count: number])[]
    }
  | { readonly kind: 'close'; readonly source: SourceNumber }
  /** What it said of changes or of its state was taken in. */
  | { readonly kind: 'taken'; readonly source: SourceNumber }
  | { readonly kind: 'end' }

export type ReaderReport =
  | ({ readonly kind: 'said'; readonly source: SourceNumber } & SourceReport)
  /** There was nothing more to do. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'warning'; readonly text: string }
  /** A plugin's process group began, or ended: it is main that outlives this thread. */
  | { readonly kind: 'group'; readonly group: number; readonly runs: boolean }

export type SourceReport =
  | { readonly said: 'piece'; readonly piece: ChangePiece }
  | {
      readonly said: 'state'
      readonly freshness?: Freshness
      /** Of the connection that it shares. */
      readonly connection?: Freshness
      readonly problems?: readonly SourceProblem[]
    }
  | { readonly said: 'word' }
  | { readonly said: 'failed'; readonly of: Kind | 'all'; readonly reason: string }
  | { readonly said: 'skipped'; readonly what: string; readonly file: string }
  | { readonly said: 'credentials'; readonly expiresAt: number | null; readonly isRenewed: boolean }
  | { readonly said: 'bug'; readonly message: string; readonly stack: string }
  | { readonly said: 'closed' }

/** Some of the changes that a source told at a time. */
export interface ChangePiece {
  /** A JSON list of objects, read or not. */
  readonly reported: string
  /**
   * What of each of them is packed; '': nothing. As strings: a character to an octet is copied in one go, and to move a
   * buffer instead takes longer (by 5 to 30 %, of 10 to 1,000 endpoints), because it is copied into and out of that.
   */
  readonly octets: readonly Octets[]
  readonly gone: readonly ObjectId[]
  /** Of what a source tells first: all that there is. */
  readonly isFirst: boolean
  /** Nothing more of what was told with it. */
  readonly isLast: boolean
}
