import { type PolicyPart, policySources } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import type { Entry, Snapshot } from '../../../world/zone/index.ts'
import type { CheckResult } from './check-result.ts'
import { viewpointsOf } from './reach.ts'

/** What annotations say of a service's routing: for whose clients each part of it is in force, or who decides in its place. */
export function annotationsFor({ key, policies }: Entry, world: Snapshot): readonly CheckResult[] {
  const speaking = new Set(policies.flatMap(({ by, viewpoints }) => (viewpoints === null ? [] : [by])))
  if (speaking.size === 0) return []
  const said = viewpointsOf(world).flatMap((from) =>
    policySources(policies, from)
      .filter(({ by }) => speaking.has(by))
      .map((source) => ({ source, from: from.cluster })),
  )
  const head = { kind: 'policy', cluster: null, subject: key, remedy: null } as const
  return [...Map.groupBy(said, ({ source }) => titleOf(source))].map(([title, all]): CheckResult => {
    const holding = all.flatMap(({ source, from }) => (source.decidedBy === null ? [from] : []))
    if (holding.length > 0)
      return { ...head, level: 'ok', finding: `${title} in force for clients in ${few(holding)}` }
    const deciding = [...new Set(all.flatMap(({ source }) => source.decidedBy ?? []))]
    return { ...head, level: 'advice', finding: `${title} not in force: ${few(deciding)} decides` }
  })
}

const titleOf = ({ part, by }: PolicyPart): string => `${part} of ${by}`
