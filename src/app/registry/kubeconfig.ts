import { X509Certificate } from 'node:crypto'

/** An entry of a kubeconfig's `clusters`. */
interface NamedCluster {
  readonly name: string
  readonly cluster: object
}

/** An entry of its `users`. */
interface NamedUser {
  readonly name: string
  readonly user: object
}

/** A kubeconfig that leads to one cluster as one user, as text: JSON is YAML. */
export const kubeconfigFor = (cluster: NamedCluster, user: NamedUser): string =>
  JSON.stringify({
    clusters: [cluster],
    users: [user],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user: user.name } }],
    'current-context': cluster.name,
  })

/** Whether an authority that an object has can be read. */
export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
