/** The EndpointSlices of Services that select Pods of ours. Others stay as whoever made them wrote them. */

import type { Mirror } from './mirror.ts'
import { isLeaving, isOver, isReady, type Pod, type Service, selects } from './objects.ts'
import { portOf } from './probe.ts'
import { remove, Said } from './writes.ts'

const SERVICE = 'kubernetes.io/service-name'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const CONTROLLER = 'endpointslice-controller.k8s.io'
const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time'
const ZONE = 'topology.kubernetes.io/zone'

export class Slices {
  readonly #mirror: Mirror
  readonly #said = new Said()

  constructor(mirror: Mirror) {
    this.#mirror = mirror
  }

  async turn(): Promise<void> {
    for (const service of this.#mirror.services.all) {
      if (Object.keys(service.spec.selector).length > 0) await this.#reconcile(service)
    }
    await this.#collect()
  }

  async #reconcile(service: Service): Promise<void> {
    const pods = this.#selected(service)
    const own = sliceName(service)
    const slices = this.#mirror.slices.all.filter(
      (slice) => serviceOf(slice) === `${service.metadata.namespace}/${service.metadata.name}`,
    )
    if (pods.length === 0 && !slices.some(({ metadata }) => metadata.name === own)) return
    const others = slices.filter(
      ({ metadata }) => metadata.name !== own && metadata.labels[MANAGED_BY] === CONTROLLER,
    )
    for (const slice of others) await remove(this.#mirror.client, this.#mirror.slices, slice)
    await this.#write(service, pods)
  }

  /** Of Services that are gone. Slices that others made, though their Service never was, are none of ours. */
  async #collect(): Promise<void> {
    const names = new Set(this.#mirror.services.all.map(sliceKey))
    for (const slice of this.#mirror.slices.all) {
      const { namespace, name, ownerReferences } = slice.metadata
      const isOurs = name.endsWith(SUFFIX) && ownerReferences.length > 0
      if (isOurs && !names.has(`${namespace}/${name}`))
        await remove(this.#mirror.client, this.#mirror.slices, slice)
    }
  }

  #selected({ metadata, spec }: Service): Pod[] {
    const selector = { matchLabels: spec.selector, matchExpressions: [] }
    const pods = this.#mirror.pods.all.filter((pod) => pod.metadata.namespace === metadata.namespace)
    return pods.filter(
      (pod) => pod.status.podIP !== '' && !isOver(pod) && selects(selector, pod.metadata.labels),
    )
  }

  async #write(service: Service, pods: readonly Pod[]): Promise<void> {
    const slice = this.#sliceOf(
      service,
      [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
    )
    if (!this.#said.isNew(service, slice)) return
    const annotations = { [TRIGGER]: new Date().toISOString().replace(/\.\d+/, '') }
    const complete = { ...slice, metadata: { ...slice.metadata, annotations } }
    try {
      this.#mirror.slices.learn(await this.#mirror.client.apply(complete))
    } catch (error) {
      this.#said.forget(service)
      throw error
    }
  }

  #sliceOf(service: Service, pods: readonly Pod[]) {
    const { name, namespace, uid } = service.metadata
    const isHeadless = service.spec.clusterIPs[0] === 'None'
    const labels = {
      ...service.metadata.labels,
      ...(isHeadless ? { 'service.kubernetes.io/headless': '' } : {}),
      [SERVICE]: name,
      [MANAGED_BY]: CONTROLLER,
    }
    const owner = { apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true }
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: sliceName(service), namespace, labels, ownerReferences: [owner] },
      addressType: 'IPv4',
      endpoints: pods.map((pod) => this.#endpointOf(service, pod)),
      ports: portsOf(service, pods),
    }
  }

  #endpointOf({ spec }: Service, pod: Pod) {
    const { name, namespace, uid } = pod.metadata
    const terminating = isLeaving(pod)
    const serving = isReady(pod)
    const zone = this.#mirror.nodes.items.get(`/${pod.spec.nodeName}`)?.metadata.labels[ZONE]
    return {
      addresses: [pod.status.podIP],
      conditions: { ready: spec.publishNotReadyAddresses || (serving && !terminating), serving, terminating },
      nodeName: pod.spec.nodeName,
      targetRef: { kind: 'Pod', name, namespace, uid },
      ...(zone === undefined ? {} : { zone }),
    }
  }
}

const SUFFIX = '-pods'
const sliceName = ({ metadata }: Service): string => `${metadata.name}${SUFFIX}`
const sliceKey = (service: Service): string => `${service.metadata.namespace}/${sliceName(service)}`

/** `namespace/name` of the Service that a slice is of. */
export const serviceOf = ({ metadata }: { readonly metadata: Service['metadata'] }): string =>
  `${metadata.namespace}/${metadata.labels[SERVICE] ?? ''}`

/** Pods of one Service are taken to have the same ports under the same names. */
function portsOf({ spec }: Service, pods: readonly Pod[]) {
  const containers = pods[0]?.spec.containers ?? []
  const ports = containers.flatMap((one) => one.ports)
  return spec.ports.map(({ name, port, targetPort = port, protocol }) => ({
    name,
    port:
      pods.length === 0 && typeof targetPort === 'string'
        ? port
        : portOf({ name: 'of the pod', ports }, targetPort),
    protocol,
  }))
}
