/** What the specs deploy: a service that says which Pod answers, and a Pod to ask from. */

import type { Fields, Manifest } from '../../ground/index.ts'

export const NAME = 'hello'
export const REQUEST = 'request'

export interface Port {
  readonly name: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly targetPort?: number
}

export type Families = 'IPv4' | 'both'

export const TCP: Port = { name: 'tcp', port: 42, protocol: 'TCP' }
export const UDP: Port = { name: 'udp', port: 42, protocol: 'UDP' }

/** With a label and an annotation of its own, which are nobody else's business. */
export const service = (spec: Fields): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: NAME, labels: { private: 'yes' }, annotations: { private: 'yes' } },
  spec: {
    selector: { app: NAME },
    ports: [TCP, UDP],
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
    ipFamilyPolicy: 'PreferDualStack',
    ...spec,
  },
})

export const serviceExport = (spec: Fields): Manifest => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: { name: NAME },
  spec,
})

/** With IPv6, which the kernel is to have then, its Pods answer over both. */
export const deployment = (replicas: number, families: Families = 'IPv4'): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: NAME },
  spec: { replicas, selector: SELECTOR, template: templateOf(families) },
})

/** Whose Pods have names of their own. */
export const statefulSet = (replicas: number): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: NAME },
  spec: { replicas, selector: SELECTOR, serviceName: NAME, template: templateOf('IPv4') },
})

/** Sleeps, and is asked to run commands. */
export const requestPod = (): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: REQUEST, labels: { app: REQUEST } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: REQUEST, image: 'nicolaka/netshoot', command: ['sleep', 'infinity'] }],
  },
})

/** Answers a line with its own address. It reads first: a connection closed on unread data may lose the answer. */
const listener = (protocol: 'TCP' | 'UDP', families: Families) => ({
  name: `answer-${protocol.toLowerCase()}`,
  image: 'alpine/socat',
  command: [
    'socat',
    `${protocol}${families === 'IPv4' ? '-LISTEN:42' : '6-LISTEN:42,ipv6only=0'},crlf,reuseaddr,fork`,
    'SYSTEM:read line && echo "pod ip $MY_POD_IP"',
  ],
  env: [{ name: 'MY_POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
})

const SELECTOR = { matchLabels: { app: NAME } }
const templateOf = (families: Families) => ({
  metadata: { labels: { app: NAME } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [listener('TCP', families), listener('UDP', families)],
  },
})
