import { encodingProblemIn, excessIn, KUBECONFIG_BOUND, readKubeconfig, whyNotYaml } from '../texts/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'

/** The cluster and the user of one context of a kubeconfig, as written. */
export interface KubeconfigContext {
  readonly context: string
  readonly cluster: Fields
  readonly user: Fields
  /** The name of the user's entry; '' where the context has no user. */
  readonly userName: string
}

/** The same of a kubeconfig that is no file of the operator's: one that is too much is not parsed. */
export function chooseForeignContext(text: string, wanted: string | null): KubeconfigContext {
  const excess = excessIn(text, KUBECONFIG_BOUND)
  if (excess !== undefined) throw new CredentialsError(`is too long: ${excess}`, EMBEDDED)
  return contextIn(parseYaml(text, MOST_FOREIGN_VALUES), wanted)
}

/** What aliases of such a one may stand for. */
const MOST_FOREIGN_VALUES = 20_000

/** Picks a context, the current one unless `wanted` names another. */
export function chooseContext(text: string, wanted: string | null): KubeconfigContext {
  return contextIn(parseOnce(text), wanted)
}

function contextIn(config: Fields, wanted: string | null): KubeconfigContext {
  refuseSecret(config)
  const context = wanted ?? textOf(config['current-context'])
  if (context === undefined) {
    throw new CredentialsError('there is no current-context', 'name the context that is meant')
  }
  const { cluster, user } = find(config, 'contexts', 'context', context)
  const clusterName = textOf(cluster)
  if (clusterName === undefined)
    throw new CredentialsError(`context "${context}" names no cluster`, 'name one of its clusters there')
  const userName = textOf(user) ?? ''
  return {
    context,
    cluster: find(config, 'clusters', 'cluster', clusterName),
    user: userName === '' ? {} : find(config, 'users', 'user', userName),
    userName,
  }
}

/** Long texts that were parsed lately: files in which each cluster of a fleet is looked for, again and again. */
const parsed = new Map<string, Fields>()
const MOST_PARSED = 4
const LONG = 2 ** 16

function parseOnce(text: string): Fields {
  const before = parsed.get(text)
  if (before !== undefined) return before
  const config = parseYaml(text)
  if (text.length < LONG) return config
  const [oldest] = parsed.keys()
  if (parsed.size >= MOST_PARSED && oldest !== undefined) parsed.delete(oldest)
  parsed.set(text, config)
  return config
}

function parseYaml(text: string, mostValues?: number): Fields {
  const stray = encodingProblemIn(text)
  if (stray !== undefined) throw new CredentialsError(stray.problem, stray.remedy)
  let value: unknown
  try {
    value = readKubeconfig(text, mostValues)
  } catch (error) {
    throw new CredentialsError(`is not YAML: ${whyNotYaml(error)}`, 'correct it there')
  }
  if (isFields(value)) return value
  throw new CredentialsError('is not a kubeconfig', EMBEDDED)
}

/** What to put where a kubeconfig is missing, wherever that is. */
export const EMBEDDED =
  'put one here that has its certificates or token in it, as `kubectl config view --minify --flatten --raw` prints it'

/** What `istioctl create-remote-secret` prints, or another Secret with kubeconfigs in it. */
function refuseSecret({ kind, data, stringData }: Fields): void {
  if (kind !== 'Secret') return
  const keys = [...Object.keys(fieldsOf(stringData)), ...Object.keys(fieldsOf(data))]
  const has = keys.length === 0 ? '' : `, with a kubeconfig under ${keys.join(', ')},`
  throw new CredentialsError(
    `is a Secret${has} and not a kubeconfig`,
    'apply it where Meridian runs and name it in registries (secrets.selector istio/multiCluster=true for Istio’s), or save the kubeconfig that is in it as the file',
  )
}

function find(config: Fields, list: string, part: string, name: string): Fields {
  const entries = listOf(config[list]).map(fieldsOf)
  const [entry, another] = entries.filter((each) => each['name'] === name)
  if (another !== undefined)
    throw new CredentialsError(
      `there are two of the name "${name}" in ${list}, which kubectl refuses`,
      'leave the one that is meant',
    )
  if (entry !== undefined) return fieldsOf(entry[part])
  const names = entries.map((each) => String(each['name'])).join(', ')
  throw new CredentialsError(
    `there is no ${part} "${name}"; ${list}: ${names || 'none'}`,
    'name one that is there, or add it',
  )
}
