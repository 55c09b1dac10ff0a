/** What objects of several kinds have in common. */

import { z } from 'zod'

export const labels = z.record(z.string(), z.string()).default({})
export const portName = z.union([z.number(), z.string()])

const owner = z.object({ kind: z.string(), name: z.string(), uid: z.string() })

export const metadata = z.object({
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

export const selector = z.object({
  matchLabels: labels,
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
})
