import type { AllowedExec } from '../../sources/apiserver/index.ts'
import { remembered } from '../../values/table/index.ts'
import { SECRET, type Secret } from '../../words/kube/index.ts'
import { registryName } from '../config/index.ts'
import { type Field, fieldsIn, withLabels } from './fields.ts'
import type { Flaw, RegisteredCluster, RegistryRow } from './row.ts'

/** Secrets that each hold a kubeconfig and the fields of an entry of `clusters`; Istio's, whose keys are clusters. */
export const SECRETS: RegistryRow = {
  open: (registry) => {
    const { secrets, server, execs = [] } = registry
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
          .map((one) => (begin === '' ? one : { ...one, key: `${begin}${one.key}` }))
          .map((one) => withExecs(one, execs)),
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

/** With the programs that its kubeconfig may have run, where it names one. */
const withExecs = (one: RegisteredCluster, execs: readonly AllowedExec[]): RegisteredCluster =>
  execs.length > 0 && one.access?.kind === 'text' && one.access.kubeconfig.includes('exec')
    ? { ...one, access: { ...one.access, execs } }
    : one

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
  const { values, flaws } = fieldsIn(fields, "is this Secret's kubeconfig")
  return {
    key,
    place: `Secret ${title}${where}`,
    createdAt,
    fields: withLabels(values, labels),
    access: kubeconfig === undefined ? null : { kind: 'text', kubeconfig },
    flaws: [...repeated(fields), ...flaws, ...(kubeconfig === undefined ? [NO_KUBECONFIG] : [])],
    ...(isNamed && { renaming: ANNOTATE }),
  }
}

const NO_KUBECONFIG: Flaw = {
  problem: 'kubeconfig: is missing',
  remedy: 'put the kubeconfig of the cluster under this key of the data',
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
