import type { z } from 'zod'
import { type ClusterSource, SOURCES, type SourceChoice } from '../sources/index.ts'
import { flag, key, section, someText } from './values.ts'

const kubeconfig = section(
  {
    path: key(
      someText('a path', '~/.kube/config'),
      'The file, relative to this one; `~` is the home directory.',
      '~/.kube/config',
    ),
    context: key(
      someText('the name of a context', 'east').nullable().prefault(null),
      'Which of its contexts; null: the current one.',
      'east',
    ),
  },
  'its path at least',
)

const KEYS = ['manifests', 'kubeconfig', 'inCluster'] as const

/** Where a cluster's objects are read: a kind of source is a key here, and what that chooses is below. */
export const source = section(
  {
    manifests: key(
      someText('a path', './cluster-east').optional(),
      'A directory of YAML and JSON files with the objects as `kubectl get -o yaml` prints them; watched.',
      './cluster-east',
    ),
    kubeconfig: key(kubeconfig.optional(), 'Its API server, through a kubeconfig.'),
    inCluster: key(
      flag().optional(),
      'true: the API server of the cluster that this server runs in, through its service account.',
      true,
    ),
  },
  'exactly one of them',
)
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform((written, ctx) => {
    const named = KEYS.filter((kind) => written[kind] !== undefined && written[kind] !== false)
    if (named.length !== 1) {
      ctx.issues.push({
        code: 'custom',
        input: written,
        message: `a source\nkeep exactly one of ${KEYS.join(', ')}`,
        params: {
          problem: named.length === 0 ? 'the source is missing' : `${named.join(' and ')} are both given`,
        },
      })
    }
    return written
  })

export type WrittenSource = z.output<typeof source>

/** The source that a written one chooses. `pathTo`: what a path leads to that is relative to the document. */
export function chosenBy(
  { manifests, kubeconfig }: WrittenSource,
  pathTo: (path: string) => string,
): SourceChoice {
  if (manifests !== undefined) return { kind: 'manifests', path: pathTo(manifests) }
  if (kubeconfig === undefined) return { kind: 'inCluster' }
  return { kind: 'kubeconfig', path: pathTo(kubeconfig.path), context: kubeconfig.context }
}

/** What can be told of a written source, wherever its paths lead. */
export const writtenSource = (written: WrittenSource): ClusterSource =>
  SOURCES.of(chosenBy(written, (path) => path))
