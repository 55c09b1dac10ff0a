import type { Kind, Kinds, Reported } from '../../words/kube/index.ts'
import type { Care, Load, SealedChange, StartSource } from '../changes/index.ts'
import { SOURCES, SourceConnections, type Sources } from '../kinds/index.ts'
import { withBriefTags } from './brief-tags.ts'
import type { OpenSource, SourceHooks, SourceOrder } from './types.ts'

/** Whoever looks on while a cluster is read. */
export interface ReadingWatch {
  /** While objects of a kind, or files of manifests, are read. */
  readonly care: (what: Kind | 'manifests') => Care
  /** Called before anything is worked on that the cluster sent. */
  readonly working?: () => void
  /** Keeps count of what of the cluster is on this thread. */
  readonly load?: Load
  /** All that are read anywhere. */
  readonly kinds: Kinds
  /** Default: the kinds of sources that the server has. */
  readonly sources?: Sources
  /** Those that are open on this thread. Default: nobody shares one. */
  readonly connections?: SourceConnections
}

/** What it is given where it is read. */
type ReadingHooks = Omit<SourceHooks, 'inTurn'>

export type SealedSource = Omit<OpenSource, 'start'> & { readonly start: StartSource<SealedChange> }

/** A cluster's source, ready to start on this thread. */
export function sourceOf(order: SourceOrder, hooks: ReadingHooks, watched: ReadingWatch): SealedSource {
  const { care, working, load, kinds, sources = SOURCES, connections = new SourceConnections() } = watched
  const { id, choice, namespaces, scope, budget, isWritten } = order
  const source = sources.of(choice)
  const start = connections.watch(source, {
    id,
    namespaces,
    kinds: source.kinds(kinds, scope),
    budget,
    kept: isWritten ? asIs : withBriefTags,
    ...hooks,
    care,
    ...(working === undefined ? {} : { working }),
    ...(load === undefined ? {} : { load }),
  })
  return { start, credentials: source.credentials }
}

/** What is kept of an object. */
const asIs = (reported: Reported): Reported => reported
