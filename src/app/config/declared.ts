import type { z } from 'zod'
import { declaredOf } from './assemble.ts'
import { found } from './check.ts'
import { clusterChecks } from './checks-clusters.ts'
import type { DeclaredCluster } from './config.ts'
import { deepFreeze } from './freeze.ts'
import { findingsOf } from './issues.ts'
import { knownKeys } from './keys.ts'
import { type Path, type PathProblem, printPath } from './problems.ts'
import { salvage } from './salvage.ts'
import { declaration } from './schema-clusters.ts'
import type { ClusterProblem, Suffixes } from './suffixes.ts'

/** What fields declare of a cluster, or what is wrong with them. */
type Declared =
  | { readonly cluster: DeclaredCluster }
  /** At least one. `path` as in `gateway.ports[0]`. */
  | { readonly flaws: readonly (ClusterProblem & { readonly path: string })[] }

/**
 * The fields of an entry of `clusters` that stands elsewhere than in the file, with the defaults and the checks of
 * one that stands there. Whether its id may join is `clusterProblems`'s to say.
 */
export function parseDeclared(
  fields: Readonly<Record<string, unknown>>,
  zones: Pick<Suffixes, 'clusterset' | 'global' | 'entries'>,
): Declared {
  const parsed = declaration.safeParse(fields)
  const findings = parsed.success
    ? found(clusterChecks(parsed.data, zones, []))
    : problemsOf(parsed.error, fields, zones)
  if (!parsed.success || findings.length > 0) return { flaws: findings.map(problemAt) }
  return { cluster: deepFreeze(declaredOf(parsed.data)) }
}

function problemsOf(
  error: z.ZodError,
  fields: Readonly<Record<string, unknown>>,
  zones: Pick<Suffixes, 'clusterset' | 'global' | 'entries'>,
): readonly PathProblem[] {
  const salvaged = salvage(declaration, fields)
  return [
    ...findingsOf(error, { schema: declaration, data: fields, known: keysOfDeclaration }),
    ...(salvaged === undefined ? [] : found(clusterChecks(salvaged.written, zones, []), salvaged)),
  ]
}

const keysOfDeclaration = (path: Path): readonly string[] =>
  knownKeys(['clusters', 0, ...path]).filter((name) => path.length > 0 || name !== 'source')

const problemAt = ({ path, ...flaw }: PathProblem) => ({ path: printPath(path), ...flaw })
