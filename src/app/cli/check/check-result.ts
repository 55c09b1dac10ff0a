import type { ClusterId } from '../../../words/clusterset/index.ts'
import type { ConnectReport } from './connections.ts'
import type { Matrix } from './matrix.ts'

/** All that was found: the clusterset as a whole, cluster by cluster, then services; in each the worst first. */
export interface CheckReport {
  readonly findings: readonly CheckResult[]
  /** null: nobody asked for it. */
  readonly matrix: Matrix | null
  /** What names resolve to here, and who answers there; null: nobody asked for it. */
  readonly connections: ConnectReport | null
}

/**
 * How bad it is. `broken`: something asked for cannot work. `warning`: it works, but perhaps not as meant. `advice`:
 * nothing is wrong. `ok`: looked at and found right.
 */
export type CheckLevel = 'broken' | 'warning' | 'advice' | 'ok'

/** Worst first. */
export const LEVELS: readonly CheckLevel[] = ['broken', 'warning', 'advice', 'ok']

/** One thing that a check found out. */
export interface CheckResult {
  readonly level: CheckLevel
  /** What was looked at, one word; findings of one kind tell the same of different things. */
  readonly kind: CheckKind
  /** null: of the clusterset as a whole. */
  readonly cluster: ClusterId | null
  /** A key of the configuration, a cluster, `cluster-east shop/cart`, `shop/cart`. */
  readonly subject: string
  readonly finding: string
  /** null: nothing to do, or the finding says it. */
  readonly remedy: string | null
}

export type CheckKind =
  | 'configuration'
  | 'registry'
  | 'suffix'
  | 'nameServer'
  | 'forwarding'
  | 'federation'
  | 'routing'
  | 'geo'
  | 'clients'
  | 'overlap'
  | 'hostName'
  | 'connect'
  | 'apiServer'
  | 'credentials'
  | 'permission'
  | 'crds'
  | 'identity'
  | 'clock'
  | 'serviceCIDR'
  | 'source'
  | 'bug'
  | 'state'
  | 'objects'
  | 'host'
  | 'network'
  | 'locality'
  | 'drain'
  | 'export'
  | 'annotation'
  | 'ignored'
  | 'address'
  | 'notReady'
  | 'conflict'
  | 'policy'
  | 'ports'
  | 'longReply'
  | 'unreachable'
  | 'longName'
  | 'age'
  | 'services'

/** Worst first, otherwise as they were. */
export const worstFirst = (findings: readonly CheckResult[]): readonly CheckResult[] =>
  LEVELS.flatMap((level) => findings.filter((one) => one.level === level))

/** `1 service`, `2 services`, `2 ServiceEntries`. */
export const counted = (n: number, noun: string): string => `${n} ${n === 1 ? noun : pluralOf(noun)}`

const pluralOf = (noun: string): string => (/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`)
