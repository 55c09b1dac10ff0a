/** Kubernetes objects as this runner reads them: of each kind, the fields that it acts on. */

import { z } from 'zod'
import { labels, metadata, portName, selector } from './fields.ts'
import { podSpec } from './pod-spec.ts'

export type { Container, Downward, Items, Probe, Variable, Volume } from './pod-spec.ts'

const condition = z.object({
  type: z.string(),
  status: z.string(),
  lastTransitionTime: z.string().default(''),
})

const podStatus = z
  .object({
    phase: z.string().default('Pending'),
    podIP: z.string().default(''),
    conditions: z.array(condition).default([]),
  })
  .prefault({})

const servicePort = z.object({
  name: z.string().default(''),
  port: z.number(),
  protocol: z.string().default('TCP'),
  targetPort: portName.optional(),
})

const endpoint = z.object({
  addresses: z.array(z.string()),
  conditions: z
    .object({
      ready: z.boolean().default(true),
      serving: z.boolean().default(true),
      terminating: z.boolean().default(false),
    })
    .prefault({}),
})

const template = z.object({ metadata: z.object({ labels }).prefault({}), spec: z.unknown() })
const count = z.number().default(1)
const share = z.union([z.number(), z.string()])

export const SCHEMAS = {
  Namespace: z.object({ metadata, status: z.object({ phase: z.string().default('Active') }).prefault({}) }),
  Node: z.object({ metadata }),
  ConfigMap: z.object({
    metadata,
    data: z.record(z.string(), z.string()).default({}),
    binaryData: z.record(z.string(), z.string()).default({}),
  }),
  Secret: z.object({
    metadata,
    type: z.string().default(''),
    data: z.record(z.string(), z.string()).default({}),
  }),
  ServiceAccount: z.object({ metadata }),
  Service: z.object({
    metadata,
    spec: z.object({
      type: z.string().default('ClusterIP'),
      clusterIPs: z.array(z.string()).default([]),
      selector: labels,
      ports: z.array(servicePort).default([]),
      publishNotReadyAddresses: z.boolean().default(false),
    }),
  }),
  EndpointSlice: z.object({
    metadata,
    addressType: z.string(),
    endpoints: z.array(endpoint).nullable().default([]),
    ports: z
      .array(
        z.object({
          name: z.string().default(''),
          port: z.number().nullable().default(null),
          protocol: z.string().default('TCP'),
        }),
      )
      .nullable()
      .default([]),
  }),
  Deployment: z.object({
    metadata,
    spec: z.object({
      replicas: count,
      paused: z.boolean().default(false),
      minReadySeconds: z.number().default(0),
      selector,
      template,
      strategy: z
        .object({
          type: z.string().default('RollingUpdate'),
          rollingUpdate: z
            .object({ maxSurge: share.default('25%'), maxUnavailable: share.default('25%') })
            .prefault({}),
        })
        .prefault({}),
    }),
  }),
  ReplicaSet: z.object({
    metadata,
    spec: z.object({ replicas: count, minReadySeconds: z.number().default(0), selector, template }),
  }),
  Pod: z.object({ metadata, spec: podSpec, status: podStatus }),
} as const

export type Kind = keyof typeof SCHEMAS
export type Of<K extends Kind> = z.infer<(typeof SCHEMAS)[K]>

export type Pod = Of<'Pod'>
export type Service = Of<'Service'>
export type Slice = Of<'EndpointSlice'>
export type Deployment = Of<'Deployment'>
export type ReplicaSet = Of<'ReplicaSet'>
export type Node = Of<'Node'>
export type Meta = z.infer<typeof metadata>
export type Selector = z.infer<typeof selector>

export const API_VERSIONS: Readonly<Record<Kind, string>> = {
  Namespace: 'v1',
  Node: 'v1',
  ConfigMap: 'v1',
  Secret: 'v1',
  ServiceAccount: 'v1',
  Service: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Pod: 'v1',
}

/** Whether labels are what a selector asks for. */
export const selects = (
  { matchLabels, matchExpressions }: Selector,
  found: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(matchLabels).every(([key, value]) => found[key] === value) &&
  matchExpressions.every((one) => agrees(one, found[one.key]))

function agrees(
  { operator, values }: Selector['matchExpressions'][number],
  value: string | undefined,
): boolean {
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  const among = value !== undefined && values.includes(value)
  return operator === 'In' ? among : !among
}

export const ownedBy = (one: { readonly metadata: Meta }, uid: string): boolean =>
  one.metadata.ownerReferences.some((owner) => owner.uid === uid)

export const conditionOf = ({ status }: Pod, type: string): boolean =>
  status.conditions.some((one) => one.type === type && one.status === 'True')

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')

/** It has run to its end, and stays for someone to look at. */
export const isOver = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed'

export const isLeaving = ({ metadata: { deletionTimestamp } }: { readonly metadata: Meta }): boolean =>
  deletionTimestamp !== undefined

export const keyOf = ({ metadata: { namespace, name } }: { readonly metadata: Meta }): string =>
  `${namespace}/${name}`
