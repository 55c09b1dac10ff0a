import type { CredentialsChoice } from '../../sources/apiserver/index.ts'
import { KARMADA_CLUSTER, type KarmadaCluster, SECRET, type Secret } from '../../words/kube/index.ts'
import { registryName } from '../config/index.ts'
import { annotatedWith, calledIn, preparing, withLabels } from './fields.ts'
import { isCertificate, kubeconfigFor } from './kubeconfig.ts'
import { BY_ITSELF, type Flaw, type RegisteredCluster, type RegistryRow } from './row.ts'

/** Karmada's Clusters: reached through its own API server, or by the tokens that it keeps. */
export const KARMADA_REGISTRY: RegistryRow = {
  open: (registry) => {
    const { karmada } = registry
    if (karmada === undefined) return undefined
    const { via, namespace, drainOnTaint } = karmada
    const begin = `${registryName(registry)} `
    const clusters = { row: KARMADA_CLUSTER, namespace: null, without: 'no cluster is found through Karmada' }
    const secrets = { row: SECRET, namespace, without: 'no cluster of Karmada is reached' }
    return {
      title: 'Clusters of Karmada',
      reads: via === 'secrets' ? [clusters, secrets] : [clusters],
      prepare: preparing(KARMADA_CLUSTER, fieldsOf),
      clustersOf: (objects, server) => {
        const kept = new Map(objects.of(SECRET).map((secret) => [secret.key, secret]))
        return objects.of(KARMADA_CLUSTER).map((cluster) => {
          const reached = via === 'proxy' ? behindKarmada(cluster, server) : byToken(cluster, namespace, kept)
          const one = registered(cluster, begin, drainOnTaint)
          return { ...one, ...reached, flaws: [...one.flaws, ...reached.flaws] }
        })
      },
      mayHold: (key) => key.startsWith(begin),
      ifNone: {
        problem: 'no Cluster of Karmada can join',
        remedy:
          'see that this registry’s kubeconfig leads to Karmada’s own API server (karmada-apiserver), where `kubectl get clusters` lists them',
      },
      warnings: via === 'secrets' ? [ADMIN] : [],
    }
  },
}

const ADMIN: Flaw = {
  problem:
    'registries: karmada: via: secrets reads tokens with every right in every member: whoever has this server has all of them',
  remedy: 'write via: proxy, and give the reader its rights in members as docs/migrate/karmada.md prints it',
}

type Reached = Pick<RegisteredCluster, 'access' | 'accessFlaw' | 'flaws'>

const refused = (problem: string, remedy: string): Reached => ({ access: null, flaws: [{ problem, remedy }] })

/** Karmada asks there as whoever asks it, whose own rights hold there. */
function behindKarmada(
  { name, apiEndpoint, mayImpersonate }: KarmadaCluster,
  server: CredentialsChoice,
): Reached {
  if (apiEndpoint === '') return refused(UNREACHED, REACHED)
  if (!mayImpersonate)
    return refused(
      'spec.impersonatorSecretRef: is missing, without which Karmada’s proxy refuses the cluster',
      'join it again, or register it with --report-secrets=KubeImpersonator',
    )
  const path = `/apis/cluster.karmada.io/v1alpha1/clusters/${encodeURIComponent(name)}/proxy`
  return { access: { kind: 'behind', server, path }, flaws: [] }
}

const UNREACHED =
  'spec.apiEndpoint: is missing, as of a cluster in Pull mode that its control plane does not reach'
const REACHED =
  'register it with --cluster-api-endpoint if Karmada can reach it; else let it be read otherwise: a Secret with its own kubeconfig (registries: secrets)'

function byToken(
  { apiEndpoint, secret, isUnverified, proxy, hasProxyHeader }: KarmadaCluster,
  namespace: string,
  kept: ReadonlyMap<string, Secret>,
): Reached {
  if (apiEndpoint === '') return refused(UNREACHED, REACHED)
  if (hasProxyHeader)
    return refused('spec.proxyHeader: headers for a proxy are not sent', 'read the cluster with via: proxy')
  if (secret === null)
    return refused('spec.secretRef: is missing', 'join it again, or read it with via: proxy')
  const key = `${secret.namespace}/${secret.name}`
  if (secret.namespace !== namespace)
    return refused(
      `spec.secretRef: Secret ${key} is in another namespace than ${namespace}, which is all that is read`,
      'name that namespace in the registry (karmada: {namespace: …})',
    )
  const data = kept.get(key)?.data
  const token = data?.get('token') ?? ''
  if (token === '')
    return refused(
      data === undefined ? `there is no Secret ${key}` : `Secret ${key}: token: is missing`,
      'join it again, or read it with via: proxy',
    )
  const ca = data?.get('caBundle') ?? ''
  if (ca === '' && !isUnverified)
    return refused(`Secret ${key}: caBundle: is missing`, 'join it again, or read it with via: proxy')
  return {
    access: { kind: 'text', kubeconfig: kubeconfigOf(apiEndpoint, token, ca, isUnverified, proxy) },
    flaws: [],
    ...(!isUnverified &&
      !isCertificate(ca) && {
        accessFlaw: {
          problem: `Secret ${key}: caBundle: it is no PEM certificate`,
          remedy: 'join it again, or read it with via: proxy',
        },
      }),
  }
}

function kubeconfigOf(
  endpoint: string,
  token: string,
  ca: string,
  isUnverified: boolean,
  proxy: string | null,
): string {
  const server = endpoint.includes('://') ? endpoint : `https://${endpoint}`
  const trust = isUnverified
    ? { 'insecure-skip-tls-verify': true }
    : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  const cluster = { server, ...trust, ...(proxy !== null && { 'proxy-url': proxy }) }
  return kubeconfigFor({ name: 'member', cluster }, { name: 'karmada', user: { token } })
}

const fieldsOf = annotatedWith('is Karmada’s to say')

function registered(
  { name, createdAt, labels, annotations, region, zones, taints, unready }: KarmadaCluster,
  begin: string,
  drainOnTaint: boolean,
): Omit<RegisteredCluster, 'access'> {
  const evicting = drainOnTaint ? taints.filter(isEvicting).map(({ key }) => key) : []
  const locality = region === null ? null : [region, ...(zones.length === 1 ? zones : [])].join('/')
  const { values, flaws } = fieldsOf(annotations)
  const own = new Map(Object.entries(labels).filter(([label]) => !isKarmadas(label)))
  const fields = { id: name, ...(locality !== null && { locality }), ...values }
  return {
    key: `${begin}${name}`,
    place: `Cluster ${name} of Karmada`,
    createdAt,
    ...calledIn(values, name),
    fields: withLabels(evicting.length === 0 ? fields : { ...fields, drain: true }, own),
    flaws,
    mayBeIn: true,
    remarks: [
      ...(unready === null ? [] : [`Karmada says that it is not ready (${unready}); ${BY_ITSELF}`]),
      ...evicting.map((taint) => `it is drained by its NoExecute taint ${taint}`),
    ],
  }
}

/** Those that Karmada adds with the condition Ready say no more than that. */
const isEvicting = ({ key, effect }: KarmadaCluster['taints'][number]): boolean =>
  effect === 'NoExecute' && !/^cluster\.karmada\.io\/(?:not-ready|unreachable)$/.test(key)

const isKarmadas = (label: string): boolean => /^(?:[^/]*\.)?karmada\.io\//.test(label)
