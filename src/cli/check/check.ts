import type { ClusterId } from '../../clusterset/index.ts'
import type { Offline } from '../offline.ts'
import { checkCluster } from './cluster.ts'
import { checkConfig } from './config.ts'
import { type CheckReport, worstFirst } from './finding.ts'
import { type Lookup, resolveHostNames } from './hostnames.ts'
import { matrixOf } from './matrix.ts'
import { connectMatrix, type Dial } from './matrix-connect.ts'
import { checkNetworks } from './networks.ts'
import { printCheck } from './print.ts'
import { checkRouting } from './routing.ts'
import { checkServices } from './services.ts'

export interface CheckOptions {
  /** From every cluster to every cluster. */
  readonly matrix?: boolean
  /** With the matrix: a TCP connect from here to samples of each pair. */
  readonly connect?: boolean
  /** In place of DNS and of sockets. */
  readonly lookup?: Lookup
  readonly dial?: Dial
}

export type { CheckReport } from './finding.ts'

/** Looks at everything that a configuration and its sources say (interface.md, Commands). */
export async function check(offline: Offline, options: CheckOptions = {}): Promise<CheckReport> {
  const { resolved, findings: hostNames } = await resolveHostNames(offline, options.lookup)
  const findings = [
    ...worstFirst([
      ...checkConfig(resolved),
      ...checkRouting(resolved),
      ...checkNetworks(resolved),
      ...hostNames,
    ]),
    ...clustersOf(resolved).flatMap((id) => worstFirst(checkCluster(id, resolved))),
    ...worstFirst(checkServices(resolved)),
  ]
  if (options.matrix !== true && options.connect !== true) return { findings, matrix: null }
  const matrix = matrixOf(resolved.world)
  return { findings, matrix: options.connect === true ? await connectMatrix(matrix, options.dial) : matrix }
}

const clustersOf = ({ config }: Offline): readonly ClusterId[] => config.clusters.map(({ id }) => id)

/** 1 if something is broken: warnings and advice fail nothing. */
export const statusOf = ({ findings }: CheckReport): 0 | 1 =>
  findings.some(({ level }) => level === 'broken') ? 1 : 0

/** What the command prints, and its exit status. */
export async function checkCommand(
  offline: Offline,
  options: CheckOptions & {
    readonly output?: string
    /** Long lists whole. */
    readonly verbose?: boolean
    readonly colour?: boolean
  },
): Promise<{ readonly text: string; readonly status: 0 | 1 }> {
  const report = await check(offline, options)
  const { verbose = false, colour = false } = options
  const text =
    options.output === 'json'
      ? `${JSON.stringify(report, null, 2)}\n`
      : printCheck(report, { verbose, colour })
  return { text, status: statusOf(report) }
}
