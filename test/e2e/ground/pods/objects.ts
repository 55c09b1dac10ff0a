/** Kubernetes objects as this runner reads them: of each kind, the fields that it acts on. */

import { z } from 'zod'

const labels = z.record(z.string(), z.string()).default({})
const portName = z.union([z.number(), z.string()])

const owner = z.object({ kind: z.string(), name: z.string(), uid: z.string() })

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().default(0),
  creationTimestamp: z.string().default(''),
  deletionTimestamp: z.string().optional(),
  deletionGracePeriodSeconds: z.number().default(0),
  labels,
  annotations: labels,
  finalizers: z.array(z.string()).default([]),
  ownerReferences: z.array(owner).default([]),
})

const selector = z.object({
  matchLabels: labels,
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
})

const keySelector = z.object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) })
const reference = z.object({ name: z.string(), optional: z.boolean().default(false) })
const fieldRef = z.object({ fieldPath: z.string() })
const resourceRef = z.object({
  resource: z.string(),
  containerName: z.string().optional(),
  divisor: z.string().default('1'),
})

const variable = z.object({
  name: z.string(),
  value: z.string().default(''),
  valueFrom: z
    .object({
      fieldRef: fieldRef.optional(),
      resourceFieldRef: resourceRef.optional(),
      configMapKeyRef: keySelector.optional(),
      secretKeyRef: keySelector.optional(),
    })
    .optional(),
})

const items = z.array(z.object({ key: z.string(), path: z.string(), mode: z.number().optional() })).optional()
const optional = z.boolean().default(false)
const downward = z.array(
  z.object({ path: z.string(), fieldRef: fieldRef.optional(), resourceFieldRef: resourceRef.optional() }),
)

const volumeSource = z.object({
  configMap: z
    .object({ name: z.string(), items, optional, defaultMode: z.number().default(0o644) })
    .optional(),
  secret: z
    .object({ secretName: z.string(), items, optional, defaultMode: z.number().default(0o644) })
    .optional(),
  emptyDir: z.object({}).optional(),
  downwardAPI: z.object({ items: downward, defaultMode: z.number().default(0o644) }).optional(),
  projected: z
    .object({
      defaultMode: z.number().default(0o644),
      sources: z.array(
        z.object({
          configMap: z.object({ name: z.string(), items, optional }).optional(),
          secret: z.object({ name: z.string(), items, optional }).optional(),
          downwardAPI: z.object({ items: downward }).optional(),
          serviceAccountToken: z
            .object({
              path: z.string(),
              audience: z.string().optional(),
              expirationSeconds: z.number().default(3600),
            })
            .optional(),
        }),
      ),
    })
    .optional(),
})

const probe = z.object({
  httpGet: z
    .object({
      path: z.string().default('/'),
      port: portName,
      scheme: z.string().default('HTTP'),
      httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
    })
    .optional(),
  tcpSocket: z.object({ port: portName }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  successThreshold: z.number().default(1),
  failureThreshold: z.number().default(3),
})

const container = z.object({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  workingDir: z.string().optional(),
  env: z.array(variable).default([]),
  envFrom: z
    .array(
      z.object({
        prefix: z.string().default(''),
        configMapRef: reference.optional(),
        secretRef: reference.optional(),
      }),
    )
    .default([]),
  ports: z
    .array(
      z.object({
        name: z.string().default(''),
        containerPort: z.number(),
        protocol: z.string().default('TCP'),
      }),
    )
    .default([]),
  resources: z
    .object({
      limits: z.record(z.string(), z.string()).default({}),
      requests: z.record(z.string(), z.string()).default({}),
    })
    .default({ limits: {}, requests: {} }),
  volumeMounts: z
    .array(
      z.object({
        name: z.string(),
        mountPath: z.string(),
        readOnly: z.boolean().default(false),
        subPath: z.string().default(''),
        subPathExpr: z.string().default(''),
      }),
    )
    .default([]),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  startupProbe: probe.optional(),
  lifecycle: z
    .object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }).optional() }).optional() })
    .optional(),
  securityContext: z
    .object({
      runAsUser: z.number().optional(),
      runAsGroup: z.number().optional(),
      runAsNonRoot: z.boolean().optional(),
      readOnlyRootFilesystem: z.boolean().default(false),
      allowPrivilegeEscalation: z.boolean().default(true),
      privileged: z.boolean().default(false),
      capabilities: z
        .object({ add: z.array(z.string()).default([]), drop: z.array(z.string()).default([]) })
        .default({ add: [], drop: [] }),
    })
    .prefault({}),
})

const podSpec = z.object({
  containers: z.array(container),
  initContainers: z.array(container.extend({ restartPolicy: z.string().optional() })).default([]),
  volumes: z.array(z.object({ name: z.string() }).and(volumeSource)).default([]),
  nodeName: z.string().default(''),
  nodeSelector: labels,
  affinity: z
    .object({
      nodeAffinity: z
        .object({
          requiredDuringSchedulingIgnoredDuringExecution: z
            .object({ nodeSelectorTerms: z.array(selector.pick({ matchExpressions: true })) })
            .optional(),
        })
        .optional(),
    })
    .optional(),
  restartPolicy: z.string().default('Always'),
  serviceAccountName: z.string().default('default'),
  terminationGracePeriodSeconds: z.number().default(30),
  hostname: z.string().optional(),
  hostNetwork: z.boolean().default(false),
  hostPID: z.boolean().default(false),
  dnsPolicy: z.string().default('ClusterFirst'),
  securityContext: z
    .object({
      runAsUser: z.number().optional(),
      runAsGroup: z.number().optional(),
      runAsNonRoot: z.boolean().optional(),
      fsGroup: z.number().optional(),
      supplementalGroups: z.array(z.number()).default([]),
    })
    .prefault({}),
})

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
export type Container = z.infer<typeof container>
export type Volume = z.infer<typeof podSpec>['volumes'][number]
export type Probe = z.infer<typeof probe>
export type Variable = z.infer<typeof variable>
export type Items = z.infer<typeof items>
export type Downward = z.infer<typeof downward>

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
