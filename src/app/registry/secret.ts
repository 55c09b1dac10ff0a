import type { Resource } from '../../sources/apiserver/index.ts'
import type { Labels } from '../../words/clusterset/index.ts'
import { parseTime } from '../../words/kube/index.ts'
import type { Registry } from '../config/index.ts'

/** A Secret, as much of it as names clusters. */
export interface Secret {
  /** `meridian/west`. */
  readonly key: string
  readonly name: string
  /** Unix milliseconds; 0 when it does not say. */
  readonly createdAt: number
  /** Labelled `istio/multiCluster: "true"`: each data key is a cluster. */
  readonly istio: boolean
  /** Out of base64. */
  readonly data: ReadonlyMap<string, string>
  /** Its labels, but for those that say what it is to Meridian, Argo CD, Istio or whoever wrote it. */
  readonly labels: Labels
  /** Annotations `meridian-dns.io/<field>`, by field. */
  readonly annotations: ReadonlyMap<string, string>
}

/** The Secrets of a registry, as a reflector asks for them. */
export const secretsOf = ({ secrets: { namespace, selector } }: Registry): Resource => ({
  kind: 'Secret',
  group: '',
  plural: 'secrets',
  versions: ['v1'],
  custom: false,
  namespace,
  selector,
})

const ANNOTATION = 'meridian-dns.io/'

/** What is not as the API documents it counts as absent: what is missing then has a sentence of its own. */
export function parseSecret({ metadata, data }: Readonly<Record<string, unknown>>): Secret {
  const { namespace, name, creationTimestamp, annotations, ...meta } = fieldsOf(metadata)
  const labels = textsOf(meta['labels'])
  const written = [...textsOf(annotations)].filter(([key]) => key.startsWith(ANNOTATION))
  return {
    key: `${namespace}/${name}`,
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
