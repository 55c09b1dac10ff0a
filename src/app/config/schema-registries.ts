import type { z } from 'zod'
import type { CredentialsChoice } from '../../sources/apiserver/index.ts'
import type { Registry } from './config.ts'
import { exactlyOne, kubeconfig } from './schema-sources.ts'
import { dnsLabel, flag, key, list, section, someText } from './values.ts'

/** The kinds of registries: an entry has one of these keys. */
const kinds = {
  secrets: key(
    section(
      {
        namespace: key(dnsLabel('a namespace', 'meridian'), 'Their namespace.', 'meridian'),
        selector: key(
          someText('a label selector', 'meridian-dns.io/cluster').prefault('meridian-dns.io/cluster'),
          'Their labels, as `kubectl -l` takes them.',
        ),
      },
      'its namespace at least',
    ).optional(),
    'Secrets that each hold a kubeconfig and the fields of an entry of `clusters`.',
  ),
}

/** Whose API server has its objects. */
const server = {
  kubeconfig: key(
    kubeconfig.optional(),
    'The API server that has its objects, through a kubeconfig. Without this it is that of the cluster which this server runs in.',
  ),
  inCluster: key(
    flag().optional(),
    'true: the API server of the cluster that this server runs in, through its service account, wherever `local.cluster` is read.',
    true,
  ),
}

const registry = exactlyOne(
  section({ ...kinds, ...server }, 'exactly one kind of registry'),
  Object.keys(kinds),
  'a registry',
).superRefine(({ kubeconfig: file, inCluster }, ctx) => {
  if (file === undefined || inCluster !== true) return
  ctx.addIssue({
    code: 'custom',
    message: 'one API server\nkeep one of kubeconfig and inCluster',
    params: { problem: 'kubeconfig and inCluster are both given' },
  })
})

export const registries = key(
  list(registry, '[{secrets: {namespace: meridian}}]').prefault([]),
  'Where clusters are found at run time.',
  [{ secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }],
)

type WrittenRegistry = z.output<typeof registry>

/** A registry as it is written. `pathTo`: what a path leads to that is relative to the document. */
export function registryOf(
  { kubeconfig: file, inCluster, ...kind }: WrittenRegistry,
  pathTo: (path: string) => string,
): Registry {
  const own = serverOf(file && { ...file, path: pathTo(file.path) }, inCluster === true)
  return own === null ? kind : { ...kind, server: own }
}

function serverOf(
  file: { readonly path: string; readonly context: string | null } | undefined,
  isHere: boolean,
): CredentialsChoice | null {
  if (file !== undefined) return { kind: 'kubeconfig', ...file }
  return isHere ? { kind: 'inCluster' } : null
}
