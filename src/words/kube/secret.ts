import { parseTime, subdomain } from './meta.ts'
import type { KubeObject } from './object-types.ts'
import { rowOf } from './row.ts'

/** A Secret, as much of it as names clusters. */
export interface Secret extends KubeObject {
  readonly kind: 'Secret'
  /** `meridian/west`. */
  readonly key: string
  /** Labelled `istio/multiCluster: "true"`: each data key is a cluster. */
  readonly istio: boolean
  /** Out of base64. */
  readonly data: ReadonlyMap<string, string>
  /** Its labels, but for those that say what it is to Meridian, Argo CD, Istio or whoever wrote it. */
  readonly labels: ReadonlyMap<string, string>
  /** Annotations `meridian-dns.io/<field>`, by field. */
  readonly annotations: ReadonlyMap<string, string>
}

const ANNOTATION = 'meridian-dns.io/'

/** What is not as the API documents it counts as absent: what is missing then has a sentence of its own. */
export function parseSecret({ metadata, data }: Readonly<Record<string, unknown>>): Secret {
  const { namespace, name, creationTimestamp, annotations, ...meta } = fieldsOf(metadata)
  const labels = textsOf(meta['labels'])
  const written = [...textsOf(annotations)].filter(([key]) => key.startsWith(ANNOTATION))
  return {
    kind: 'Secret',
    key: `${namespace}/${name}`,
    namespace: String(namespace),
    name: String(name),
    createdAt: parseTime(creationTimestamp) ?? 0,
    istio: labels.get('istio/multiCluster') === 'true',
    data: new Map(
      [...textsOf(data)].map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')]),
    ),
    labels: new Map([...labels].filter(([key]) => !MARKS.includes(domainOf(key)))),
    annotations: new Map(written.map(([key, text]) => [key.slice(ANNOTATION.length), text])),
  }
}

/** Read by registries alone: nobody else knows what is in them. */
export const SECRET = rowOf<Secret>({
  kind: 'Secret',
  served: { group: '', plural: 'secrets', versions: ['v1'], custom: false },
  where: 'registry',
  name: subdomain,
  parse: (_meta, fields) => parseSecret(fields),
  keysOf: () => [],
})

/** Whose labels say what a Secret is, not what its cluster is. */
const MARKS: readonly string[] = [
  'meridian-dns.io',
  'argocd.argoproj.io',
  'istio',
  'istio.io',
  'app.kubernetes.io',
  'helm.sh',
]

const domainOf = (key: string): string => (key.includes('/') ? key.slice(0, key.indexOf('/')) : '')

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const textsOf = (value: unknown): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(fieldsOf(value)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  )
