import { type ApiServerEvent, credentialsFrom, watchSealed } from '../apiserver/index.ts'
import type { Kind, Kinds, Told } from '../kube/index.ts'
import { type Care, type SealedChange, type StartSource, sealed, watchDirectory } from '../source/index.ts'
import { briefly } from './briefly.ts'
import { FOR_EVER, NOTHING } from './nothing.ts'
import type { OpenSource, SourceHooks, SourceOrder } from './types.ts'

/** Whoever looks on while a cluster is read. */
export interface Watched {
  /** While objects of a kind, or files of manifests, are read. */
  readonly care: (what: Kind | 'manifests') => Care
  /** Called before anything is worked on that the cluster sent. */
  readonly working?: () => void
  /** All that are read anywhere. */
  readonly kinds: Kinds
}

/** What it is given where it is read. */
export type ReadingHooks = Omit<SourceHooks, 'inTurn'>

export type SealedSource = Omit<OpenSource, 'start'> & { readonly start: StartSource<SealedChange> }

/** A cluster's source, ready to start on this thread. */
export function sourceOf(
  order: SourceOrder,
  hooks: ReadingHooks,
  { care, working, kinds }: Watched,
): SealedSource {
  const { choice, namespaces, scope, budget } = order
  if (choice.kind === 'none') return NOTHING
  if (choice.kind === 'manifests') {
    const start = watchDirectory(choice.path, {
      namespaces,
      kinds: kinds.inManifests(scope),
      kept: budget.kept,
      onSkipped: hooks.skipped,
      care: care('manifests'),
      listenerThrew: hooks.bug,
    })
    return { start: sealed(start, keptOf(order)), ...FOR_EVER }
  }
  const credentials = credentialsFrom(choice)
  const start = watchSealed({
    credentials,
    kinds: kinds.at(scope),
    namespaces,
    kept: keptOf(order),
    limits: { kept: budget.kept, objectOctets: budget.line },
    restored: hooks.restored,
    care,
    ...(working === undefined ? {} : { working }),
    report: (event) => hear(event, hooks),
  })
  return { start, expiresAt: () => credentials.expiresAt(), isRenewed: () => credentials.isRenewed() }
}

/** What is kept of an object. */
const keptOf = ({ isWritten }: SourceOrder): ((told: Told) => Told) => (isWritten ? asIs : briefly)

const asIs = (told: Told): Told => told

function hear(event: ApiServerEvent, { failed, word, bug }: ReadingHooks): void {
  if (event.type === 'failure') failed(event.kind, event.reason)
  else if (event.type === 'heard') word()
  else bug(event.error)
}
