/** Those that cannot be reached and why, the first few of them: an EDE text has to travel. */
export function printObstacle(clusters: readonly (readonly [cluster: string, brief: string])[]): string {
  if (clusters.length === 0) return 'no cluster that exports it has any of its ports'
  const named = clusters.slice(0, 3).map(([cluster, brief]) => `${cluster} (${brief})`)
  const more = clusters.length > 3 ? ` and ${clusters.length - 3} more` : ''
  return `no route to ${named.join(', ')}${more}`
}
