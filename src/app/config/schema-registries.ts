import { z } from 'zod'
import type { CredentialsChoice } from '../../sources/apiserver/index.ts'
import { isLabelValue, KARMADA_NAMESPACE } from '../../words/kube/index.ts'
import { KARMADA_WAYS, type Registry } from './config.ts'
import type { WrittenExecs } from './schema-execs.ts'
import { exactlyOne, kubeconfig } from './schema-sources.ts'
import { dnsLabel, flag, key, list, oneOf, plainText, section, someOf, someText } from './values.ts'

const property = () => someText('the name of a property', 'location')

const clusterProfiles = section(
  {
    clusterset: key(
      plainText('the name of a clusterset', 'prod', (input) => input !== '' && isLabelValue(input)),
      'Only profiles in namespaces that are labelled `multicluster.x-k8s.io/clusterset` with it.',
      'prod',
    ),
    locality: key(
      list(
        z.union([property().transform((name) => [name]), someOf(property(), '[location]').max(3)], {
          error:
            'the name of a property\nwrite one, such as location, or a list: of region, zone and subzone',
        }),
        '[location]',
      ).prefault(['location']),
      'Properties that say where a cluster stands: the first that it has counts. An entry that is a list is of region, zone and subzone.',
      ['location', ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone']],
    ),
    secrets: key(
      section({
        namespace: key(
          dnsLabel('a namespace', 'meridian').nullable().prefault(null),
          'Where the Secrets are that `secretreader` and `kubeconfig-secretreader` read; null: in the namespace of each profile.',
          'meridian',
        ),
      }).prefault({}),
      'Credentials beside profiles.',
    ),
    managedServiceAccount: key(
      dnsLabel('the name of a ManagedServiceAccount', 'meridian').nullable().prefault(null),
      'Whose tokens the provider `open-cluster-management` stands for: those in the Secrets `<clusterName>-<this>` of the profiles’ namespaces. null: that provider is not known.',
      'meridian',
    ),
  },
  'its clusterset at least',
)

/** The kinds of registries: an entry has one of these keys. */
const kinds = {
  secrets: key(
    section(
      {
        namespace: key(dnsLabel('a namespace', 'meridian'), 'Their namespace.', 'meridian'),
        selector: key(
          someText('a label selector', 'meridian-dns.io/cluster').prefault('meridian-dns.io/cluster'),
          'Their labels, as `kubectl -l` takes them.',
        ),
      },
      'its namespace at least',
    ).optional(),
    'Secrets that each hold a kubeconfig and the fields of an entry of `clusters`.',
  ),
  clusterProfiles: key(
    clusterProfiles.optional(),
    'ClusterProfiles (cluster-inventory-api), which describe a cluster each (docs/install/cluster-inventory.md).',
    { clusterset: 'prod', locality: ['location'] },
  ),
  kubefed: key(
    section({
      namespace: key(
        dnsLabel('a namespace', 'kube-federation-system').prefault('kube-federation-system'),
        'That of its control plane: KubeFedClusters and the Secrets with their tokens.',
      ),
    }).optional(),
    'KubeFed: its KubeFedClusters, and its FederatedServices as exports by the clusters in which they are placed.',
    { namespace: 'kube-federation-system' },
  ),
  karmada: key(
    section({
      via: key(
        oneOf(KARMADA_WAYS).prefault('proxy'),
        'How members are read: `proxy` through Karmada’s own API server, with what this registry shows there; `secrets` at their own, with the tokens that Karmada keeps, which may do anything there.',
      ),
      namespace: key(
        dnsLabel('a namespace', KARMADA_NAMESPACE).prefault(KARMADA_NAMESPACE),
        'Where Karmada keeps those tokens; only with `via: secrets`.',
      ),
      drainOnTaint: key(
        flag().prefault(true),
        'Whether a cluster with a NoExecute taint is drained: all but those by which Karmada says that its API server does not answer.',
      ),
      weights: key(
        flag().prefault(false),
        'true: the static weights of a workload’s ResourceBinding, else its replicas, are weights of the Service with its name; those of a Service’s own, of it. Without, draws are by ready endpoints, which follow replicas by themselves.',
        true,
      ),
    }).optional(),
    'Karmada: its Clusters, and its MultiClusterServices for other clusters as exports by their provider clusters.',
  ),
}

/** Whose API server has its objects. */
const server = {
  kubeconfig: key(
    kubeconfig.optional(),
    'The API server that has its objects, through a kubeconfig. Without this it is that of the cluster which this server runs in.',
  ),
  inCluster: key(
    flag().optional(),
    'true: the API server of the cluster that this server runs in, through its service account, wherever `local.cluster` is read.',
    true,
  ),
}

const registry = exactlyOne(
  section({ ...kinds, ...server }, 'exactly one kind of registry'),
  Object.keys(kinds),
  'a registry',
).superRefine(({ kubeconfig: file, inCluster }, ctx) => {
  if (file === undefined || inCluster !== true) return
  ctx.addIssue({
    code: 'custom',
    message: 'one API server\nkeep one of kubeconfig and inCluster',
    params: { problem: 'kubeconfig and inCluster are both given' },
  })
})

export const registries = key(
  list(registry, '[{secrets: {namespace: meridian}}]').prefault([]),
  'Where clusters are found at run time.',
  [{ secrets: { namespace: 'meridian', selector: 'meridian-dns.io/cluster' } }],
)

type WrittenRegistry = z.output<typeof registry>

/** A registry as it is written. `pathTo`: what a path leads to that is relative to the document. */
export function registryOf(
  { kubeconfig: file, inCluster, ...kind }: WrittenRegistry,
  execs: WrittenExecs,
  pathTo: (path: string) => string,
): Registry {
  const own = serverOf(file && { ...file, path: pathTo(file.path) }, inCluster === true)
  const mayRun = execs.map(({ execConfig, ...exec }) => ({ ...exec, ...execConfig }))
  return {
    ...kind,
    ...(own !== null && { server: own }),
    ...(mayRun.length > 0 && { execs: mayRun }),
  }
}

function serverOf(
  file: { readonly path: string; readonly context: string | null } | undefined,
  isHere: boolean,
): CredentialsChoice | null {
  if (file !== undefined) return { kind: 'kubeconfig', ...file }
  return isHere ? { kind: 'inCluster' } : null
}
