/** A Pod's spec, as far as this runner knows it. */

import { z } from 'zod'
import { labels, portName, selector } from './fields.ts'

const keySelector = z.object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) })
const reference = z.object({ name: z.string(), optional: z.boolean().default(false) })
const fieldRef = z.object({ fieldPath: z.string() })
const resourceRef = z.object({
  resource: z.string(),
  containerName: z.string().optional(),
  divisor: z.string().default('1'),
})

export const variable = z.object({
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

export const items = z
  .array(z.object({ key: z.string(), path: z.string(), mode: z.number().optional() }))
  .optional()
const optional = z.boolean().default(false)
export const downward = z.array(
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

export const probe = z.object({
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

export const container = z.object({
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

export const podSpec = z.object({
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

export type Container = z.infer<typeof container>
export type Volume = z.infer<typeof podSpec>['volumes'][number]
export type Probe = z.infer<typeof probe>
export type Variable = z.infer<typeof variable>
export type Items = z.infer<typeof items>
export type Downward = z.infer<typeof downward>
