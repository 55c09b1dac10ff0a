/** Services of the tests' own, beside the demo's. */

import { type ExportedSpec, exported as exportedText } from '../../support/manifests.ts'
import { type Cluster, isFields, type Manifest, readManifests, toApply } from '../ground/index.ts'

/** A Service, its EndpointSlice and its ServiceExport, annotated as said. */
export function exported(spec: ExportedSpec, annotations: Readonly<Record<string, string>> = {}): Manifest[] {
  const objects = readManifests(exportedText(spec)).map(toApply)
  return objects.map((one) =>
    one.kind === 'ServiceExport' ? { ...one, metadata: { ...one.metadata, annotations } } : one,
  )
}

/** The service's ready endpoints become these. */
export async function setPods({ admin }: Cluster, name: string, pods: readonly string[]): Promise<void> {
  const ref = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace: 'default',
    name: `${name}-1`,
  }
  await admin.patch(ref, {
    endpoints: pods.map((pod) => ({ addresses: [pod], conditions: { ready: true } })),
  })
}

/** So many services `bulk-…` in namespace `bulk`, with endpoints `<prefix>.<n>`; their exports are `octets` large. */
export function bulk(count: number, prefix: string, serviceNet: string, octets: number): Manifest[] {
  return Array.from({ length: count }, (_, n) =>
    exported(
      {
        name: `bulk-${n}`,
        namespace: 'bulk',
        clusterIP: `${serviceNet}.${n + 1}`,
        pods: [`${prefix}.${n + 1}`],
      },
      { 'example.com/ballast': 'x'.repeat(octets) },
    ),
  ).flat()
}

/** A field of what may be an object. */
export const fieldOf = (object: unknown, name: string): unknown =>
  isFields(object) ? object[name] : undefined
