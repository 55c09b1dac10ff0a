import { few, printable } from '../../words/kube/index.ts'
import { CONFLICT_REASONS } from '../../world/synthesis/index.ts'
import { SHARE_PROBLEMS } from './shares.ts'
import type { JsonObject, StandingCondition } from './types.ts'

export const FOREIGN_IMPORT = 'meridian-dns.io/ForeignImport'
export const ENDPOINTS_INCOMPLETE = 'meridian-dns.io/EndpointsIncomplete'

/** Every condition that is written, with the reasons of each of its statuses. */
export const CONDITIONS: Readonly<Record<'ServiceExport' | 'ServiceImport', Conditions>> = {
  ServiceExport: {
    Valid: {
      True: ['Valid'],
      False: ['NoService', 'InvalidServiceType', 'DerivedService', 'NamespaceDenied', 'Unreadable'],
    },
    Ready: { True: ['Ready'], False: ['Failed', 'Pending'] },
    Conflict: {
      True: CONFLICT_REASONS,
      False: ['NoConflicts'],
    },
    [FOREIGN_IMPORT]: { True: ['NotMeridians'], False: ['NoForeignImport'] },
  },
  ServiceImport: {
    Ready: { True: ['Ready'], False: ['Pending', 'ForeignService', 'IPFamilyNotSupported'] },
    [ENDPOINTS_INCOMPLETE]: { True: SHARE_PROBLEMS, False: ['Complete', 'NotWritten'] },
  },
}

type Conditions = Readonly<
  Record<string, { readonly [status in WantedCondition['status']]?: readonly string[] }>
>

/** A condition as it is to be. */
export interface WantedCondition {
  readonly type: string
  readonly status: 'True' | 'False'
  /** CamelCase; several joined with commas. */
  readonly reason: string
  readonly message: string
}

/** Where conditions are written, and when. */
interface Bearer {
  readonly generation: number
  readonly conditions: readonly StandingCondition[]
}

/** Conditions as an API server takes them. A status that stands keeps its time. `now` in Unix milliseconds. */
export const conditionsOf = (
  said: readonly WantedCondition[],
  { generation, conditions }: Bearer,
  now: number,
): JsonObject[] =>
  said.map(({ type, status, reason, message }) => {
    const standing = conditions.find((one) => one.type === type && one.status === status)
    return {
      type,
      status,
      reason,
      message: cut(printable(message)),
      observedGeneration: generation,
      lastTransitionTime: standing?.lastTransitionTime ?? timeOf(now),
    }
  })

/** metav1.Time: whole seconds. */
const timeOf = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`

/** The most that the API takes, in characters, of which none is cut in two: it would never stand as it is wanted. */
const LONGEST = 32_768

const cut = (message: string): string =>
  message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1).toWellFormed()}…`

/** Some names as a sentence lists them: `"east", "west" and 3 more`. */
export const printClusters = (clusters: readonly string[]): string =>
  few(
    clusters.map((one) => `"${one}"`),
    5,
  )
