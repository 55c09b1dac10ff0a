import { stringify } from 'yaml'
import type { JoinAccess } from './access.ts'
import type { JoinChoice } from './options.ts'
import { type Manifest, READER } from './remote.ts'
import type { Token } from './token.ts'

/** The Secret by which a registry finds the cluster: its name is the id. */
export const registrySecret = (
  { id, namespace, fields }: JoinChoice,
  access: JoinAccess,
  { text }: Token,
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: id,
    namespace,
    labels: { 'meridian-dns.io/cluster': 'true' },
    ...(fields.size > 0 && {
      annotations: Object.fromEntries(
        [...fields].map(([name, value]) => [`meridian-dns.io/${name}`, printField(value)]),
      ),
    }),
  },
  type: 'Opaque',
  stringData: { kubeconfig: kubeconfig(id, access, text) },
})

/** Annotations are read as YAML, as if they stood in an entry of `clusters`. */
const printField = (value: unknown): string =>
  stringify(value, { lineWidth: 0, collectionStyle: 'flow' }).trimEnd()

const kubeconfig = (id: string, cluster: JoinAccess, token: string): string =>
  stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': id,
      contexts: [{ name: id, context: { cluster: id, user: READER } }],
      clusters: [{ name: id, cluster }],
      users: [{ name: READER, user: { token } }],
    },
    { lineWidth: 0 },
  )
