import type { Resource } from '../apiserver/index.ts'
import type { Registry } from '../config/index.ts'
import { parseTime } from '../kube/index.ts'

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
  const { namespace, name, creationTimestamp, labels, annotations } = fieldsOf(metadata)
  const written = [...textsOf(annotations)].filter(([key]) => key.startsWith(ANNOTATION))
  return {
    key: `${namespace}/${name}`,
    name: String(name),
    createdAt: parseTime(creationTimestamp) ?? 0,
    istio: textsOf(labels).get('istio/multiCluster') === 'true',
    data: new Map(
      [...textsOf(data)].map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')]),
    ),
    annotations: new Map(written.map(([key, text]) => [key.slice(ANNOTATION.length), text])),
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const textsOf = (value: unknown): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(fieldsOf(value)).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  )
