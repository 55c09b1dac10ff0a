import { few } from '../../words/kube/index.ts'

/** Of many, how many are named where a text has to travel in a reply. */
export const MOST_IN_REPLY = 3

/** Those that cannot be reached and why. */
export function printObstacle(clusters: readonly (readonly [cluster: string, brief: string])[]): string {
  if (clusters.length === 0) return 'no cluster that exports it has any of its ports'
  const named = clusters.map(([cluster, brief]) => `${cluster} (${brief})`)
  return `no route to ${few(named, MOST_IN_REPLY)}`
}
