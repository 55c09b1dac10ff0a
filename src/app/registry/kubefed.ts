import { KUBEFED_CLUSTER, type KubeFedCluster, SECRET, type Secret } from '../../words/kube/index.ts'
import { registryName } from '../config/index.ts'
import { annotatedWith, calledIn, type FieldValues, preparing, withLabels } from './fields.ts'
import { isCertificate, kubeconfigFor } from './kubeconfig.ts'
import { BY_ITSELF, type Flaw, type RegisteredCluster, type RegistryRow } from './row.ts'

type Access = NonNullable<RegisteredCluster['access']>

/** KubeFedClusters, with the tokens that their Secrets hold. */
export const KUBEFED_REGISTRY: RegistryRow = {
  open: (registry) => {
    const { kubefed } = registry
    if (kubefed === undefined) return undefined
    const { namespace } = kubefed
    const begin = `${registryName(registry)} `
    return {
      title: 'KubeFedClusters',
      reads: [
        { row: KUBEFED_CLUSTER, namespace, without: 'no cluster is found through the registry' },
        { row: SECRET, namespace, without: 'no cluster that is found can be read' },
      ],
      prepare: preparing(KUBEFED_CLUSTER, annotated),
      clustersOf: (objects) => {
        const secrets = new Map(objects.of(SECRET).map((one) => [one.name, one]))
        return objects.of(KUBEFED_CLUSTER).map((cluster) => writtenAs(cluster, secrets, begin))
      },
      mayHold: (key) => key.startsWith(begin),
      ifNone: {
        problem: 'no KubeFedCluster is one that can join',
        remedy: `name the namespace of KubeFed's control plane, which is kube-federation-system by default and here ${namespace}`,
      },
      warnings: [],
    }
  },
}

function writtenAs(
  cluster: KubeFedCluster,
  secrets: ReadonlyMap<string, Secret>,
  begin: string,
): RegisteredCluster {
  const { namespace, name, createdAt } = cluster
  const token = tokenOf(cluster, secrets.get(cluster.secret))
  const verified = verificationOf(cluster)
  const { values, flaws } = fieldsOf(cluster)
  return {
    key: `${begin}${namespace}/${name}`,
    place: `KubeFedCluster ${namespace}/${name}`,
    createdAt,
    ...calledIn(values, name),
    fields: values,
    access: 'flaw' in token || 'flaw' in verified ? null : accessTo(cluster, token.token, verified),
    accessField: 'spec',
    accessFlaw: authoritiesOf(cluster, verified),
    mayBeIn: true,
    flaws: [...[token, verified].flatMap((one) => ('flaw' in one ? [one.flaw] : [])), ...flaws],
    renaming: '(its KubeFedCluster may keep its name: annotate it with meridian-dns.io/id)',
    remarks: remarksOn(cluster),
  }
}

const at = (field: string, problem: string, remedy: string): { readonly flaw: Flaw } => ({
  flaw: { problem: `${field}: ${problem}`, remedy },
})

/** As KubeFed reads its Secret: the authorities beside the token there are nobody's. */
function tokenOf(
  { namespace, secret: name }: KubeFedCluster,
  secret: Secret | undefined,
): { readonly token: string } | { readonly flaw: Flaw } {
  const place = `Secret ${namespace}/${name}`
  if (secret === undefined)
    return at('spec.secretRef.name', `there is no ${place}`, 'name the one that `kubefedctl join` made')
  const token = secret.data.get('token') ?? ''
  if (token !== '') return { token }
  return at('spec.secretRef.name', `${place} has no token`, 'put it under the key token of its data')
}

/** What of a server's certificate is not looked at. */
type Verification = { readonly nothing: boolean; readonly anyName: boolean }

const DISABLED = 'spec.disabledTLSValidations'

/** The values that KubeFed has, as they mean there. */
function verificationOf({ disabled }: KubeFedCluster): Verification | { readonly flaw: Flaw } {
  if (disabled.includes('ValidityPeriod'))
    return at(
      DISABLED,
      'ValidityPeriod: dates of certificates are always verified here',
      'renew the certificate of its API server, and take the value out',
    )
  if (disabled.includes('*') && disabled.length > 1)
    return at(DISABLED, '* stands beside other values, which KubeFed refuses', 'leave what is meant')
  return { nothing: disabled.includes('*'), anyName: disabled.includes('SubjectName') }
}

/** What is wrong with the authorities, where they are asked at all. */
function authoritiesOf(
  { ca }: KubeFedCluster,
  verified: ReturnType<typeof verificationOf>,
): Flaw | undefined {
  const isUnread = ca === null || 'flaw' in verified || verified.nothing
  if (isUnread || isCertificate(Buffer.from(ca, 'base64').toString('latin1'))) return undefined
  const { flaw } = at(
    'spec.caBundle',
    'it is no PEM certificate in base64',
    'write the certificate of the authority there as `kubefedctl join` does: in base64, with BEGIN CERTIFICATE in its first line',
  )
  return flaw
}

const KNOWN: readonly string[] = ['*', 'SubjectName', 'ValidityPeriod']

function accessTo(
  { endpoint, ca, proxy, disabled }: KubeFedCluster,
  token: string,
  { nothing, anyName }: Verification,
): Access {
  const cluster = {
    server: /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`,
    // It says nothing where nothing is verified, and a kubeconfig may not say both.
    ...(nothing ? { 'insecure-skip-tls-verify': true } : ca !== null && { 'certificate-authority-data': ca }),
    ...(proxy !== null && disabled.length === 0 && { 'proxy-url': proxy }),
  }
  const kubeconfig = kubeconfigFor({ name: 'kubefed', cluster }, { name: 'kubefed', user: { token } })
  return { kind: 'text', kubeconfig, ...(anyName && { anyName }) }
}

/** What is told of a cluster, and keeps it from nothing. */
function remarksOn({ disabled, proxy, conditions }: KubeFedCluster): readonly string[] {
  const ill = conditions.filter(({ type, status }) => (type === 'Ready') !== (status === 'True'))
  const unknown = disabled.filter((value) => !KNOWN.includes(value))
  return [
    ...ill.map((one) => `KubeFed says: ${printCondition(one)}; ${BY_ITSELF}`),
    ...unknown.map(
      (value) =>
        `${DISABLED}: ${JSON.stringify(value)} is no value that KubeFed has: it disables nothing; where the certificate has another name than the URL, SubjectName is the value`,
    ),
    ...(proxy !== null && disabled.length > 0 ? [UNPROXIED] : []),
  ]
}

const printCondition = ({ type, status, message }: KubeFedCluster['conditions'][number]): string =>
  `${type} is ${status}${message === '' ? '' : ` (${message})`}`

const UNPROXIED = `spec.proxyURL: it is not used beside ${DISABLED}, as in KubeFed: the API server is asked directly`

const annotated = annotatedWith('is what its spec says')

/** Where it stands is said by its labels, and before them by its annotations, in the words of an entry of `clusters`. */
function fieldsOf({ name, labels, annotations }: KubeFedCluster): FieldValues {
  const { values, flaws } = annotated(annotations)
  const locality = localityIn(labels)
  const said = { id: name, ...(locality !== undefined && { locality }), ...values }
  return { values: withLabels(said, new Map(Object.entries(labels))), flaws }
}

/** KubeFed has its own names for these in its status, and no version that is in use writes them. */
const REGIONS: readonly string[] = ['topology.kubernetes.io/region', 'region']
const ZONES: readonly string[] = ['topology.kubernetes.io/zone', 'zone']

function localityIn(labels: KubeFedCluster['labels']): string | undefined {
  const [region, zone] = [REGIONS, ZONES].map((names) => names.map((name) => labels[name] ?? '').find(isSaid))
  return region === undefined || zone === undefined ? region : `${region}/${zone}`
}

const isSaid = (text: string): boolean => text !== ''
