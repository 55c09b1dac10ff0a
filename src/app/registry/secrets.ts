import { isScalar, parseDocument } from 'yaml'
import { encodingProblemIn, whyNotYaml, withoutMark } from '../../sources/texts/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { Labels } from '../../words/clusterset/index.ts'
import { isFields, SECRET, type Secret } from '../../words/kube/index.ts'
import { isEndless, registryName } from '../config/index.ts'
import type { Flaw, RegisteredCluster, RegistryRow } from './row.ts'

/** Secrets that each hold a kubeconfig and the fields of an entry of `clusters`; Istio's, whose keys are clusters. */
export const SECRETS: RegistryRow = {
  open: (registry) => {
    const { secrets, server } = registry
    if (secrets === undefined) return undefined
    const { namespace, selector } = secrets
    const begin = server === undefined ? '' : `${registryName(registry)} `
    return {
      title: 'Secrets',
      reads: [{ row: SECRET, namespace, selector, without: 'no cluster is found through the registry' }],
      clustersOf: (objects) =>
        objects
          .of(SECRET)
          .flatMap(clustersIn)
          .map((one) => (begin === '' ? one : { ...one, key: `${begin}${one.key}` })),
      mayHold: (key) => key.startsWith(`${begin}${namespace}/`),
      ifNone: {
        problem: 'no Secret holds a cluster that can join',
        remedy:
          "label the Secrets of clusters as the registry's selector says: by default meridian-dns.io/cluster",
      },
      warnings: [],
    }
  },
}

/** Secrets are long, and few change at a time. */
export const clustersIn = remembered((secret: Secret): readonly RegisteredCluster[] =>
  sectionsIn(secret).map((section) => writtenAs(section, secret)),
)

/** One cluster as a Secret has it. */
interface Section {
  readonly key: string
  /** Where in the Secret, if that is not all of it. */
  readonly where: string
  readonly kubeconfig: string | undefined
  readonly fields: readonly Field[]
  /** Its key in the Secret is its id. */
  readonly isNamed: boolean
}

type Field = readonly [name: string, text: string]

/** How a cluster is given another id than its key in one of Istio's Secrets: many a cluster is `Kubernetes` there. */
const ANNOTATE =
  "(Istio's name for it may stay: annotate its Secret, which is one for each such cluster, with meridian-dns.io/id)"

function sectionsIn({ key, name, istio, data, annotations }: Secret): readonly Section[] {
  if (istio) {
    return [...data].map(([id, kubeconfig]) => ({
      key: `${key} ${id}`,
      where: `, key ${id}`,
      kubeconfig,
      fields: withDefault(id, [...annotations]),
      isNamed: !annotations.has('id'),
    }))
  }
  const own = [...data].filter(([field]) => field !== 'kubeconfig')
  const fields = withDefault(name, [...own, ...annotations])
  return [{ key, where: '', kubeconfig: data.get('kubeconfig'), fields, isNamed: false }]
}

const withDefault = (id: string, fields: readonly Field[]): readonly Field[] =>
  fields.some(([name]) => name === 'id') ? fields : [['id', id], ...fields]

function writtenAs(
  { key, where, kubeconfig, fields, isNamed }: Section,
  { key: title, createdAt, labels }: Secret,
): RegisteredCluster {
  const values = fields.map(([name, text]) => parseValue(name, text))
  const entries = values.flatMap((value) => ('flaw' in value ? [] : [[value.name, value.value] as const]))
  return {
    key,
    place: `Secret ${title}${where}`,
    createdAt,
    fields: withLabels(Object.fromEntries(entries), labels),
    access: kubeconfig === undefined ? null : { kind: 'text', kubeconfig },
    flaws: [
      ...repeated(fields),
      ...values.flatMap((value) => ('flaw' in value ? [value.flaw] : [])),
      ...(kubeconfig === undefined ? [NO_KUBECONFIG] : []),
    ],
    ...(isNamed && { renaming: ANNOTATE }),
  }
}

const NO_KUBECONFIG: Flaw = {
  problem: 'kubeconfig: is missing',
  remedy: 'put the kubeconfig of the cluster under this key of the data',
}

/** With the Secret's own labels, of which those written as a field win. */
function withLabels(
  written: Readonly<Record<string, unknown>>,
  own: Labels,
): Readonly<Record<string, unknown>> {
  const { labels = {} } = written
  if (own.size === 0 || !isFields(labels)) return written
  return { ...written, labels: { ...Object.fromEntries(own), ...labels } }
}

function repeated(fields: readonly Field[]): readonly Flaw[] {
  const seen = new Set<string>()
  const names = fields.map(([name]) => name)
  const twice = names.filter((name) => seen.size === seen.add(name).size)
  return twice.map((name) => ({
    problem: `${name}: stands in the data and in an annotation`,
    remedy: 'keep one of the two',
  }))
}

/** Fields that are texts, though YAML might take theirs for a number or a truth value. */
const TEXTS: ReadonlySet<string> = new Set(['id', 'locality', 'network', 'reach'])

type Value = { readonly name: string; readonly value: unknown } | { readonly flaw: Flaw }

function parseValue(name: string, text: string): Value {
  const flawed = (problem: string, remedy: string): Value => ({
    flaw: { problem: `${name}: ${problem}`, remedy },
  })
  if (name === 'source') return flawed("is this Secret's kubeconfig", 'leave it out')
  const strange = encodingProblemIn(text)
  if (strange !== undefined) return flawed(strange.problem, strange.remedy)
  try {
    const document = parseDocument(withoutMark(text), { logLevel: 'error', prettyErrors: false })
    for (const error of document.errors) throw error
    const value: unknown = document.toJS()
    if (isEndless(value)) return flawed('an alias stands inside what its own anchor marks', 'write it out')
    const meant = TEXTS.has(name) && (typeof value === 'number' || typeof value === 'boolean')
    return { name, value: meant ? sourceOf(document.contents) : value }
  } catch (error) {
    return flawed(`is not YAML: ${whyNotYaml(error)}`, 'write it as in an entry of clusters')
  }
}

/** A number or a truth value as it stands there: `0120` is no 80. */
const sourceOf = (contents: unknown): string | undefined => (isScalar(contents) ? contents.source : undefined)
