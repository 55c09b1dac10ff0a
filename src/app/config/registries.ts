import type { Registry } from './config.ts'

/** What a registry is called in sentences, in state files and among views: its kind, and where its objects are. */
export function registryName({ server, execs: _execs, ...kinds }: Registry): string {
  const [kind = ''] = Object.keys(kinds)
  if (server?.kind !== 'kubeconfig') return kind
  const { path, context = null } = server
  return `${kind} of ${path}${context === null ? '' : ` (${context})`}`
}
