import type { z } from 'zod'
import type { Replied } from '../../../../sources/apiserver/index.ts'
import type { ClusterId } from '../../../../words/clusterset/index.ts'
import type { LiveCluster } from '../../live.ts'
import type { CheckResult } from '../check-result.ts'
import type { Want } from './wants.ts'

/** An API server to look at, and what Meridian wants of it. */
export interface LiveTarget {
  readonly cluster: LiveCluster
  /** false: only what registries read is read there. */
  readonly isMember: boolean
  /** It is the one that this server runs in, and registries are read there. */
  readonly isHome: boolean
  readonly wants: readonly Want[]
}

/** Asks an API server; what is on its way when the time is over rejects with a sentence. */
export type Ask = (path: string, value?: unknown) => Promise<Replied>

export type LiveResult = Pick<CheckResult, 'level' | 'kind' | 'finding' | 'remedy'>

/** What was found out about one API server. */
export interface LiveReport {
  readonly id: ClusterId
  readonly isMember: boolean
  readonly isHome: boolean
  readonly found: readonly LiveResult[]
  /** As its ServiceCIDR objects say, in their usual text; null: it does not say. */
  readonly serviceCIDRs: readonly string[] | null
}

/** A reply's JSON, if it is a success and of the shape that the API documents. */
export function readReply<T>({ status, text }: Replied, shape: z.ZodType<T>): T | undefined {
  if (status < 200 || status > 299) return undefined
  try {
    return shape.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
