import type { z } from 'zod'
import { type ClusterSource, SOURCES, type SourceChoice } from '../../sources/kinds/index.ts'
import { flag, key, section, someText } from './values.ts'

export const kubeconfig = section(
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

/** A mapping of which one of some keys says what kind of thing it is: `what`, as `a source`. */
export function exactlyOne<S extends z.ZodType<Readonly<Record<string, unknown>>>>(
  written: S,
  keys: readonly string[],
  what: string,
) {
  return written.superRefine((value, ctx) => {
    const named = keys.filter((name) => value[name] !== undefined && value[name] !== false)
    if (named.length === 1) return
    const problem =
      named.length === 0
        ? `${what.replace('a ', 'the ')} is missing`
        : `${named.join(' and ')} are both given`
    ctx.addIssue({
      code: 'custom',
      message: `${what}\nkeep exactly one of ${keys.join(', ')}`,
      params: { problem },
    })
  })
}

/** The keys of `source`: a kind of source has one. */
const keys = {
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
}

type Said = { readonly [K in keyof typeof keys]?: z.output<(typeof keys)[K]> }

type PathTo = (path: string) => string

/** The source that a key chooses where it is written. */
const CHOICES: Readonly<Record<keyof Said, (said: Said, pathTo: PathTo) => SourceChoice | undefined>> = {
  manifests: ({ manifests: path }, pathTo) =>
    path === undefined ? undefined : { kind: 'manifests', path: pathTo(path) },
  kubeconfig: ({ kubeconfig: said }, pathTo) =>
    said && { kind: 'kubeconfig', path: pathTo(said.path), context: said.context },
  inCluster: ({ inCluster }) => (inCluster === true ? { kind: 'inCluster' } : undefined),
}

/** Where a cluster's objects are read. */
export const source = exactlyOne(section(keys, 'exactly one of them'), Object.keys(keys), 'a source').meta({
  minProperties: 1,
  maxProperties: 1,
})

type WrittenSource = z.output<typeof source>

/** The source that a written one chooses. `pathTo`: what a path leads to that is relative to the document. */
export function chosenBy(written: WrittenSource, pathTo: PathTo): SourceChoice {
  for (const choose of Object.values(CHOICES)) {
    const chosen = choose(written, pathTo)
    if (chosen !== undefined) return chosen
  }
  return { kind: 'none' }
}

/** What can be told of a written source, wherever its paths lead. */
export const writtenSource = (written: WrittenSource): ClusterSource =>
  SOURCES.of(chosenBy(written, (path) => path))
