import {
  type ApiServerEvent,
  type CredentialsChoice,
  credentialsFrom,
  kindsOf,
  watchApiServer,
} from '../apiserver/index.ts'
import type { ExportGroup, Kind } from '../kube/index.ts'
import { type Care, watchDirectory } from '../source/index.ts'
import type { OpenSource, SourceHooks } from './member.ts'

/** Where a cluster's objects come from; `none`: nobody knows yet, and its last view is all there is. */
export type SourceChoice =
  | { readonly kind: 'manifests'; readonly path: string }
  | { readonly kind: 'none' }
  | CredentialsChoice

export interface OpenOptions {
  readonly choice: SourceChoice
  /** Where its objects are read; none: everywhere. */
  readonly namespaces: readonly string[]
  /** Whose ServiceExports are read besides those of multicluster.x-k8s.io. */
  readonly exportGroups: readonly ExportGroup[]
  /** ServiceImports are read in the server's own cluster only. */
  readonly isLocal: boolean
  /** A kind of object in manifests that is not read, once each. */
  readonly skipped: (kind: string, file: string) => void
  readonly failed: (kind: Kind, reason: string) => void
  readonly bug: (error: unknown) => void
  /** Looks on while objects of a kind, or files of manifests, are read. */
  readonly care: (what: Kind | 'manifests') => Care
}

/** Makes a cluster's source ready to start. */
export function openSource(options: OpenOptions, hooks: SourceHooks): OpenSource {
  const { choice, namespaces, exportGroups } = options
  if (choice.kind === 'manifests') {
    const start = watchDirectory(choice.path, {
      namespaces,
      exportGroups,
      onSkipped: options.skipped,
      care: options.care('manifests'),
      listenerThrew: options.bug,
    })
    return { start, expiresAt: () => null, isRenewed: () => false }
  }
  if (choice.kind === 'none') {
    return { start: () => ({ stop: async () => undefined }), expiresAt: () => null, isRenewed: () => false }
  }
  const credentials = credentialsFrom(choice)
  const start = watchApiServer({
    credentials,
    kinds: kindsOf(options.isLocal, exportGroups),
    namespaces,
    restored: hooks.restored,
    care: options.care,
    report: (event) => hear(event, options, hooks),
  })
  return { start, expiresAt: () => credentials.expiresAt(), isRenewed: () => credentials.isRenewed() }
}

function hear(event: ApiServerEvent, { failed, bug }: OpenOptions, { word }: SourceHooks): void {
  if (event.type === 'failure') failed(event.kind, event.reason)
  else if (event.type === 'heard') word()
  else bug(event.error)
}
