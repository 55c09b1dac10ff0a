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
