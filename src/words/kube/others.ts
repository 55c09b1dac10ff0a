/** A kind that Meridian does not read, though it looks like one that it does. */
export interface Other {
  /** What somebody may expect of it. */
  readonly like: 'exports' | 'imports' | 'endpoints'
  /** `ServiceExports of net.gke.io`. */
  readonly what: string
  /** What to do instead. */
  readonly remedy: string
}

const EXPORT = 'create one of apiVersion multicluster.x-k8s.io/v1beta1 with the same name and namespace'

const NO_IMPORT =
  'nothing, where the clusters that export the service are read; addresses come of those of multicluster.x-k8s.io alone'

const SLICES =
  'write what `kubectl get endpointslices.v1.discovery.k8s.io -A -o yaml` prints; every cluster from Kubernetes 1.21 on has them'

/** What such a kind is taken for; undefined: for nothing that is read. */
export function otherKind(apiVersion: string, kind: string): Other | undefined {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : []
  const named = ['', 'multicluster.x-k8s.io', 'discovery.k8s.io'].includes(group) ? apiVersion : group
  switch (kind) {
    case 'ServiceExport': {
      const remedy =
        group === 'net.gke.io' ? 'have them read: clusters[].exports: {groups: [net.gke.io]}' : EXPORT
      return { like: 'exports', what: `ServiceExports of ${named}`, remedy }
    }
    case 'ServiceImport':
      return { like: 'imports', what: `ServiceImports of ${named}`, remedy: NO_IMPORT }
    case 'EndpointSlice':
      return { like: 'endpoints', what: `EndpointSlices of ${named}`, remedy: SLICES }
    case 'Endpoints':
      return group === '' ? { like: 'endpoints', what: 'Endpoints', remedy: SLICES } : undefined
    default:
      return undefined
  }
}
