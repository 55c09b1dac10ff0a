import type { AllowedExec } from '../../sources/apiserver/index.ts'
import { remembered } from '../../values/table/index.ts'
import { briefly, SECRET, type Secret } from '../../words/kube/index.ts'
import { registryName } from '../config/index.ts'
import { type Field, type FieldValues, fieldsIn, withLabels } from './fields.ts'
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
      prepare: (object) => (SECRET.is(object) ? clustersIn(object).length : 0),
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
  secret.istio ? clustersOfIstio(secret) : [clusterOf(secret)],
)

/** One cluster as a Secret has it. */
interface Section {
  readonly key: string
  /** Where in the Secret, if that is not all of it. */
  readonly where: string
  readonly kubeconfig: string | undefined
  readonly said: FieldValues
  /** Its key in the Secret is its id. */
  readonly isNamed: boolean
}

/** How a cluster is given another id than its key in one of Istio's Secrets: many a cluster is `Kubernetes` there. */
const ANNOTATE =
  "(Istio's name for it may stay: annotate its Secret, which is one for each such cluster, with meridian-dns.io/id)"

const IF_SOURCE = "is this Secret's kubeconfig"

/** Istio writes one, and people a handful. */
export const MOST_IN_SECRET = 500

function clustersOfIstio(secret: Secret): readonly RegisteredCluster[] {
  const { key, data, annotations } = secret
  const { values, flaws } = fieldsIn([...annotations], IF_SOURCE)
  const sections = [...data].slice(0, MOST_IN_SECRET).map(([id, kubeconfig]) => ({
    key: `${key} ${id}`,
    where: `, key ${id}`,
    kubeconfig,
    said: { values: { id, ...values }, flaws },
    isNamed: !annotations.has('id'),
  }))
  const clusters = sections.map((section) => writtenAs(section, secret))
  return data.size > MOST_IN_SECRET ? [...clusters, beyond(secret)] : clusters
}

/** What stands for those that are not looked at. */
const beyond = ({ key, createdAt, data }: Secret): RegisteredCluster => ({
  key: `${key} …`,
  place: `Secret ${key}`,
  createdAt,
  fields: {},
  access: null,
  flaws: [
    {
      problem: `it has ${data.size} clusters, of which the first ${MOST_IN_SECRET} count`,
      remedy: 'write the others into Secrets of their own',
    },
  ],
})

function clusterOf(secret: Secret): RegisteredCluster {
  const { key, name, data, annotations } = secret
  const own = [...data].filter(([field]) => field !== 'kubeconfig')
  const fields = [...own, ...annotations]
  const { values, flaws } = fieldsIn(fields, IF_SOURCE)
  const hasId = fields.some(([field]) => field === 'id')
  const said = { values: hasId ? values : { id: name, ...values }, flaws: [...repeated(fields), ...flaws] }
  return writtenAs({ key, where: '', kubeconfig: data.get('kubeconfig'), said, isNamed: false }, secret)
}

function writtenAs(
  { key, where, kubeconfig, said: { values, flaws }, isNamed }: Section,
  { key: title, createdAt, labels }: Secret,
): RegisteredCluster {
  return {
    key,
    place: `Secret ${title}${where}`,
    createdAt,
    fields: withLabels(values, labels),
    access: kubeconfig === undefined ? null : { kind: 'text', kubeconfig },
    flaws: [...flaws, ...(kubeconfig === undefined ? [NO_KUBECONFIG] : [])],
    ...(isNamed && { renaming: ANNOTATE }),
  }
}

const NO_KUBECONFIG: Flaw = {
  problem: 'kubeconfig: is missing',
  remedy: 'put the kubeconfig of the cluster under this key of the data',
}

function repeated(fields: readonly Field[]): readonly Flaw[] {
  const seen = new Set<string>()
  const twice = fields.map(([name]) => name).filter((name) => seen.size === seen.add(name).size)
  return twice.slice(0, MOST_REPEATED).map((name) => ({
    problem: `${briefly(name)}: stands in the data and in an annotation`,
    remedy: 'keep one of the two',
  }))
}

const MOST_REPEATED = 10
