import type { StartSource } from './types.ts'
import { watchDirectory } from './watch.ts'

/** Where a cluster's objects come from. */
export type SourceChoice =
  | { readonly kind: 'manifests'; readonly path: string }
  | { readonly kind: 'kubeconfig' | 'inCluster' }

/** The source of a cluster as configured; `onSkipped` is told once of each kind that is not read. */
export function sourceOf(choice: SourceChoice, onSkipped: (kind: string, file: string) => void): StartSource {
  if (choice.kind === 'manifests') return watchDirectory(choice.path, { onSkipped })
  throw new Error(`a ${choice.kind} source cannot be started: the configuration should have been refused`)
}
