/** A foreign Headless import `default/hl` with an endpoint from each of so many clusters, `c0` and on, as the text of one file. */
export function mirroredFrom(clusters: number, sourceOf = (i: number): string => `c${i}`): string {
  const slices = Array.from({ length: clusters }, (_, i) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace: 'default',
      name: `hl-${i}`,
      labels: {
        'multicluster.kubernetes.io/service-name': 'hl',
        'multicluster.kubernetes.io/source-cluster': sourceOf(i),
      },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`], hostname: 'pod' }],
    ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }],
  }))
  const serviceImport = {
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceImport',
    metadata: { namespace: 'default', name: 'hl' },
    spec: { type: 'Headless', ports: [{ name: 'pg', protocol: 'TCP', port: 5432 }] },
  }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [serviceImport, ...slices] })
}
