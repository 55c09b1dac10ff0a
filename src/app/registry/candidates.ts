import { isScalar, parseDocument } from 'yaml'
import { type Credentials, CredentialsError, credentialsFrom } from '../../sources/apiserver/index.ts'
import type { SavedCluster } from '../../sources/state/index.ts'
import { encodingProblemIn, whyNotYaml, withoutMark } from '../../sources/texts/index.ts'
import type { Labels } from '../../words/clusterset/index.ts'
import { bugSentence, isFields } from '../../words/kube/index.ts'
import { sentence } from '../../words/observe/index.ts'
import { type ClusterProblem, isEndless, parseDeclared, type Suffixes } from '../config/index.ts'
import type { Secret } from './secret.ts'
import type { FoundCluster } from './types.ts'

/** What a Secret says of one cluster. */
export interface ClusterCandidate {
  /** `meridian/west`, `istio-system/remotes west`: no two candidates share it. */
  readonly key: string
  readonly createdAt: number
  readonly reading: CandidateReading
}

/** A cluster that may join, with what to ask its API server by; or sentences on what to mend. */
type CandidateReading =
  | { readonly cluster: FoundCluster; readonly credentials: Credentials }
  | { readonly place: string; readonly problems: readonly Flaw[] }

/** What is wrong with what a Secret says of a cluster, by the field that says it, and what would be right. */
interface Flaw {
  readonly problem: string
  /** A mistake of ours has none. */
  readonly remedy?: string | undefined
}

/** The clusters of one Secret, each by itself: what is wrong with one is no matter to another. */
export function clusterCandidatesOf(
  secret: Secret,
  suffixes: Suffixes,
): Promise<readonly ClusterCandidate[]> {
  const { createdAt, labels } = secret
  return Promise.all(
    writtenIn(secret).map(async ({ key, where, kubeconfig, fields }) => {
      const origin = { key, createdAt, place: `Secret ${secret.key}${where}` }
      const reading = await read(origin, kubeconfig, fields, labels, suffixes).catch((error: unknown) => ({
        place: origin.place,
        problems: [{ problem: bugSentence(error) }],
      }))
      return { key, createdAt, reading }
    }),
  )
}

/** One cluster as written. */
interface WrittenCluster {
  readonly key: string
  /** Where in the Secret, if that is not all of it. */
  readonly where: string
  readonly kubeconfig: string | undefined
  readonly fields: readonly Field[]
}

type Field = readonly [name: string, text: string]

/** How a cluster is given another id than its key in one of Istio's Secrets. */
export const ANNOTATE =
  "(Istio's name for it may stay: annotate its Secret, which is one for each such cluster, with meridian-dns.io/id)"

/** Whether its id is the key that it has in one of Istio's Secrets: many a cluster is `Kubernetes` there. */
export const isNamedByIstio = ({ id, saved }: Pick<FoundCluster, 'id' | 'saved'>): boolean =>
  saved.key.endsWith(` ${id}`)

function writtenIn({ key, name, istio, data, annotations }: Secret): readonly WrittenCluster[] {
  if (istio) {
    return [...data].map(([id, kubeconfig]) => ({
      key: `${key} ${id}`,
      where: `, key ${id}`,
      kubeconfig,
      fields: withDefault(id, [...annotations]),
    }))
  }
  const own = [...data].filter(([field]) => field !== 'kubeconfig')
  const fields = withDefault(name, [...own, ...annotations])
  return [{ key, where: '', kubeconfig: data.get('kubeconfig'), fields }]
}

const withDefault = (id: string, fields: readonly Field[]): readonly Field[] =>
  fields.some(([name]) => name === 'id') ? fields : [['id', id], ...fields]

async function read(
  origin: Omit<SavedCluster, 'fields'>,
  kubeconfig: string | undefined,
  fields: readonly Field[],
  labels: Labels,
  suffixes: Suffixes,
): Promise<CandidateReading> {
  const values = fields.map(([name, text]) => parseValue(name, text))
  const credentials = credentialsFrom({ kind: 'text', kubeconfig: kubeconfig ?? '' })
  const flaws = [
    ...repeated(fields),
    ...values.flatMap((value) => ('flaw' in value ? [value.flaw] : [])),
    ...(await flawsOfKubeconfig(kubeconfig, credentials)),
  ]
  const entries = values.flatMap((value) => ('flaw' in value ? [] : [[value.name, value.value] as const]))
  const written = withLabels(Object.fromEntries(entries), labels)
  const declared = parseDeclared(written, suffixes)
  const { place } = origin
  if ('flaws' in declared || flaws.length > 0) {
    const reported = 'flaws' in declared ? declared.flaws : []
    return {
      place,
      problems: [...flaws, ...reported.map((flaw) => flawOf(flaw, isKeyOf(origin, written)))],
    }
  }
  const source = { kind: 'text', kubeconfig: kubeconfig ?? '' } as const
  const saved = { ...origin, fields: written }
  return { cluster: { ...declared.cluster, source, place, saved }, credentials }
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

const isKeyOf = ({ key }: Pick<SavedCluster, 'key'>, { id }: Readonly<Record<string, unknown>>): boolean =>
  typeof id === 'string' && key.endsWith(` ${id}`)

const flawOf = (
  { path, problem, remedy }: ClusterProblem & { readonly path: string },
  isNamed: boolean,
): Flaw => ({
  problem: `${path}: ${problem}`,
  remedy: path === 'id' && isNamed ? `${remedy} ${ANNOTATE}` : remedy,
})

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
    return { name, value: meant ? writtenAs(document.contents) : value }
  } catch (error) {
    return flawed(`is not YAML: ${whyNotYaml(error)}`, 'write it as in an entry of clusters')
  }
}

/** A number or a truth value as it stands there: `0120` is no 80. */
const writtenAs = (contents: unknown): string | undefined =>
  isScalar(contents) ? contents.source : undefined

/** No request is made and no file read: such a kubeconfig may name none. */
async function flawsOfKubeconfig(
  kubeconfig: string | undefined,
  credentials: Credentials,
): Promise<readonly Flaw[]> {
  if (kubeconfig === undefined) {
    const remedy = 'put the kubeconfig of the cluster under this key of the data'
    return [{ problem: 'kubeconfig: is missing', remedy }]
  }
  try {
    await credentials.access(new AbortController().signal)
    return []
  } catch (error) {
    const { problem, remedy } =
      error instanceof CredentialsError ? error : { problem: sentence(String(error)), remedy: undefined }
    return [{ problem: `kubeconfig: ${problem}`, remedy }]
  }
}
