import {
  type AllowedExec,
  type CredentialsChoice,
  execWith,
  type Fields,
  fieldsOf,
  listOf,
  textOf,
} from '../../sources/apiserver/index.ts'
import { type AccessProvider, type ClusterProfile, few, isSubdomain } from '../../words/kube/index.ts'
import { parseUrl } from '../../words/observe/index.ts'
import type { ProfilesConfig } from '../config/index.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import type { Flaw } from './row.ts'

/** How the API server of a profile's cluster is reached, or what is wrong with all that the profile says of it. */
type ProfileAccess =
  | { readonly access: CredentialsChoice; readonly cluster: Fields }
  | { readonly flaw: Flaw }

/** Who decides about access: the configuration, not the profile. */
export interface AccessRules extends Pick<ProfilesConfig, 'secrets' | 'managedServiceAccount'> {
  readonly execs: readonly AllowedExec[]
  /** Where profiles and Secrets are read. */
  readonly server: CredentialsChoice
}

/** By the first provider that the profile has of those that are known here: programs of the configuration come first. */
export function profileAccess(profile: ClusterProfile, rules: AccessRules): ProfileAccess {
  const known = [...rules.execs.map(({ name }) => name), ...namesOfNatives(rules)]
  const name = known.find((one) => profile.providers.some((provider) => provider.name === one))
  const provider = profile.providers.find((one) => one.name === name)
  if (provider === undefined) return { flaw: noneOf(profile, known) }
  const cluster = clusterOf(provider)
  if ('flaw' in cluster) return { flaw: within(provider, cluster.flaw) }
  const exec = rules.execs.find((one) => one.name === name)
  const choice =
    exec === undefined
      ? choiceBySecret(provider, cluster.cluster, profile, rules)
      : choiceByExec(provider, cluster.cluster, exec)
  return 'flaw' in choice
    ? { flaw: within(provider, choice.flaw) }
    : { access: choice.access, cluster: cluster.cluster }
}

type Choice = { readonly access: CredentialsChoice } | { readonly flaw: Flaw }

const TOKEN_READER = 'secretreader'
const KUBECONFIG_READER = 'kubeconfig-secretreader'
const OCM = 'open-cluster-management'

const namesOfNatives = ({ managedServiceAccount }: AccessRules): readonly string[] => [
  TOKEN_READER,
  KUBECONFIG_READER,
  ...(managedServiceAccount === null ? [] : [OCM]),
]

function noneOf({ providers }: ClusterProfile, known: readonly string[]): Flaw {
  const names = providers.map(({ name }) => name)
  const remedy = names.includes(OCM)
    ? "name the ManagedServiceAccount in the registry's managedServiceAccount"
    : 'name the program of one of them under execs in the configuration'
  return {
    problem: `status.accessProviders: ${names.length === 0 ? 'there is none' : few(names)}; known here: ${few(known)}`,
    remedy: names.length === 0 ? 'see whether the cluster manager writes any' : remedy,
  }
}

const within = ({ name }: AccessProvider, { problem, remedy }: Flaw): Flaw => ({
  problem: `status.accessProviders: ${name}: ${problem}`,
  remedy,
})

/** What of a provider's cluster is used. `insecure-skip-tls-verify` is not, as in the library of the API. */
const USED = ['server', 'tls-server-name', 'certificate-authority-data', 'proxy-url', 'extensions'] as const

function clusterOf({ cluster }: AccessProvider): { readonly cluster: Fields } | { readonly flaw: Flaw } {
  const problem = (what: string, remedy: string) => ({ flaw: { problem: what, remedy } })
  const url = parseUrl(textOf(cluster['server']) ?? '')
  if (url === null || url.protocol !== 'https:')
    return problem('server: is not the https URL of an API server', 'write it like https://HOST:PORT')
  if (url.username !== '' || url.password !== '')
    return problem(
      'server: has credentials in it',
      'leave the URL without them, and put them into the Secret',
    )
  if (cluster['certificate-authority'] !== undefined && cluster['certificate-authority'] !== '')
    return problem(
      'certificate-authority: an object may name no file',
      'put the certificate into certificate-authority-data',
    )
  const used = USED.filter((name) => cluster[name] !== undefined && cluster[name] !== '')
  return { cluster: Object.fromEntries(used.map((name) => [name, cluster[name]])) }
}

const EXEC = 'client.authentication.k8s.io/exec'
const ADDITIONAL = 'clusterprofiles.multicluster.x-k8s.io/exec/additional'

const extensionOf = ({ extensions }: Fields, name: string): unknown =>
  listOf(extensions)
    .map(fieldsOf)
    .find((one) => one['name'] === name)?.['extension']

function choiceBySecret(
  { name: provider }: AccessProvider,
  cluster: Fields,
  { namespace: own }: ClusterProfile,
  { secrets, managedServiceAccount, server }: AccessRules,
): Choice {
  const asked = fieldsOf(extensionOf(cluster, EXEC))
  const isKubeconfig = provider === KUBECONFIG_READER
  const namespace = provider === OCM ? own : (secrets.namespace ?? own)
  const field = isKubeconfig ? 'name' : 'clusterName'
  const written = textOf(asked[field])
  const name = provider === OCM ? `${written}-${managedServiceAccount}` : written
  const extension = `the extension ${EXEC}`
  const flawed = (problem: string, remedy: string): Choice => ({ flaw: { problem, remedy } })
  if (written === undefined || name === undefined || !isSubdomain(name))
    return flawed(`${extension} has no ${field} that a Secret can be called by`, `put it there`)
  const other = isKubeconfig ? textOf(asked['namespace']) : undefined
  if (other !== undefined && other !== namespace)
    return flawed(
      `${extension} asks for a Secret of another namespace than ${namespace}`,
      "put the Secret there, or name its namespace in the registry's secrets.namespace",
    )
  const key = isKubeconfig ? textOf(asked['key']) : 'token'
  if (key === undefined) return flawed(`${extension} has no key`, 'name the key of the data there')
  const context = isKubeconfig ? (textOf(asked['context']) ?? null) : null
  const holds = isKubeconfig ? 'kubeconfig' : 'token'
  return { access: { kind: 'secret', at: server, namespace, name, key, holds, context, cluster } }
}

/** What a profile says beside the cluster counts only as far as the configuration has it count. */
function choiceByExec({ name }: AccessProvider, cluster: Fields, exec: AllowedExec): Choice {
  const [args, env] = ['args', 'envs'].map((what) => extensionOf(cluster, `${ADDITIONAL}-${what}`))
  const texts = Object.entries(fieldsOf(env)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const asked = { args: listOf(args).filter((arg) => typeof arg === 'string'), env: new Map(texts) }
  const kubeconfig = kubeconfigFor({ name, cluster }, { name, user: { exec: execWith(exec, asked) } })
  return { access: { kind: 'text', kubeconfig, execs: [exec] } }
}
