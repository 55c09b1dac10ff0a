import { z } from 'zod'

/** One server's share of one round. */
const sample = z.object({
  /** CPU µs per query that was answered. */
  micros: z.number(),
  qps: z.number(),
  lost: z.number(),
  octets: z.number(),
})

const outcome = z.union([z.object({ rounds: z.array(sample) }), z.object({ unlike: z.string() })])

const measuredCase = z.object({
  mix: z.string(),
  transport: z.enum(['udp', 'tcp']),
  edns: z.boolean(),
  /** By server; one that is not there was not asked. The i-th rounds of all were run together. */
  servers: z.record(z.string(), outcome),
})

/** What bench/paced.c prints. */
export const paced = z.object({ lost: z.number(), seconds: z.number(), p50: z.number(), p99: z.number() })

/** Microseconds, at an offered load of queries a second. */
const point = z.object({
  load: z.number(),
  lost: z.number(),
  p50: z.number(),
  p99: z.number(),
  /** The generator could not offer that load. */
  late: z.boolean(),
})

const latency = z.object({
  /** By server, rising load, up to the last without loss. */
  curves: z.record(z.string(), z.array(point)),
  /** CoreDNS's highest load without loss; null where CoreDNS did not run. */
  lossless: z.number().nullable(),
  /** At half of that, by server. */
  half: z.record(z.string(), z.array(point)),
})

const workers = z.object({
  /** Of the busier thread's CPU in both threads', per round. */
  shares: z.array(z.number()),
  /** CPU µs per query and queries a second of one worker and of two. */
  one: z.array(sample),
  two: z.array(sample),
  /** Queries a second of two over one's, under many flows; empty with fewer than four cores. */
  throughput: z.array(z.number()),
})

/** All that a run measured, as kept in a file. */
export const results = z.object({
  /** When it began, in UTC: `2026-11-22`. */
  date: z.string(),
  machine: z.string(),
  cores: z.number(),
  pinned: z.boolean(),
  short: z.boolean(),
  seconds: z.number(),
  world: z.object({
    services: z.number(),
    endpoints: z.number(),
    headless: z.number(),
    headlessEndpoints: z.number(),
    // Results of earlier runs have none.
    largeEndpoints: z.number().default(0),
  }),
  /** By program. */
  versions: z.record(z.string(), z.string()),
  /** Servers that did not run, and what would make them. */
  missing: z.record(z.string(), z.string()),
  cases: z.array(measuredCase),
  latency: latency.nullable(),
  workers: workers.nullable(),
  /** Resident octets after all queries, by server. */
  memory: z.record(z.string(), z.number()),
})

export type Sample = z.infer<typeof sample>
export type Outcome = z.infer<typeof outcome>
export type MeasuredCase = z.infer<typeof measuredCase>
export type Point = z.infer<typeof point>
export type Latency = z.infer<typeof latency>
export type Workers = z.infer<typeof workers>
export type Results = z.infer<typeof results>
