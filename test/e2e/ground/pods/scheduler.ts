/** A node for each Pod: one that it may run on, and of those the one with the fewest of its kind. */

import type { Mirror } from './mirror.ts'
import { isLeaving, isOver, type Node, type Pod, selects } from './objects.ts'

const ZONE = 'topology.kubernetes.io/zone'

export async function schedule(mirror: Mirror): Promise<void> {
  const waiting = mirror.pods.all.filter((pod) => pod.spec.nodeName === '' && !isLeaving(pod) && !isOver(pod))
  for (const pod of waiting) {
    const node = nodeFor(pod, mirror)
    if (node !== undefined) await bind(mirror, pod, node)
    else await leaveWaiting(mirror, pod)
  }
}

/** Nodes' sizes, taints and what other Pods want apart from each other are not looked at. */
function nodeFor(pod: Pod, { nodes, pods }: Mirror): Node | undefined {
  const kin = pods.all.filter((one) => areKin(one, pod))
  const among = (some: (node: Node) => boolean) =>
    kin.filter((one) => nodes.all.some((node) => node.metadata.name === one.spec.nodeName && some(node)))
      .length
  const weight = (node: Node): number => {
    const { name, labels } = node.metadata
    return (
      among(({ metadata }) => metadata.labels[ZONE] === labels[ZONE]) * 100 +
      among(({ metadata }) => metadata.name === name)
    )
  }
  return nodes.all.filter((node) => mayRun(pod, node)).sort((a, b) => weight(a) - weight(b))[0]
}

const areKin = (one: Pod, other: Pod): boolean =>
  one.metadata.ownerReferences.some(({ uid }) =>
    other.metadata.ownerReferences.some((owner) => owner.uid === uid),
  ) && !isLeaving(one)

function mayRun({ spec }: Pod, { metadata }: Node): boolean {
  const labels = { ...metadata.labels, 'metadata.name': metadata.name }
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const isWanted = ({
    matchExpressions,
  }: {
    matchExpressions: Parameters<typeof selects>[0]['matchExpressions']
  }) => selects({ matchLabels: {}, matchExpressions }, labels)
  return (
    selects({ matchLabels: spec.nodeSelector, matchExpressions: [] }, labels) &&
    (required === undefined || required.nodeSelectorTerms.some(isWanted))
  )
}

async function bind(mirror: Mirror, { metadata }: Pod, node: Node): Promise<void> {
  const { namespace, name, uid } = metadata
  const target = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name }
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target }
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`
  const { status, body } = await mirror.client.request('POST', path, binding)
  if (status === 404 || status === 409) return
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
  // The next one is to see where this one went.
  mirror.pods.learn((await mirror.client.request('GET', path.replace(/\/binding$/, ''))).body)
}

async function leaveWaiting({ client }: Mirror, pod: Pod): Promise<void> {
  if (pod.status.conditions.some(({ type }) => type === 'PodScheduled')) return
  const message = 'no node has the labels that it asks for'
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
  const { namespace, name } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`
  await client.request('PATCH', path, { status: { conditions: [condition] } }, 'application/merge-patch+json')
}
