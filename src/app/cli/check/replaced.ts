import { CONFIGURED, type PolicyPart, replacedFor } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import { type Entry, type Snapshot, subjectOf } from '../../../world/zone/index.ts'
import { type CheckResult, counted } from './check-result.ts'
import { viewpointsOf } from './reach.ts'

/** General keys of `routing` that hold for some services not, as annotations or objects say more of those: each once. */
export function replacedSettings(entries: readonly Entry[], world: Snapshot): readonly CheckResult[] {
  const all = entries.flatMap((entry) => replacedOf(entry, world))
  return [...Map.groupBy(all, ({ by }) => by)].map(([key, some]) => {
    const services = new Set(some.map(({ service }) => service)).size
    const each = [...new Set(some.map(({ service, decidedBy }) => `${service} by ${decidedBy}`))]
    return {
      kind: 'policy',
      level: 'advice',
      cluster: null,
      subject: key,
      finding: `what it says in general is replaced for ${counted(services, 'service')}: ${few(each, 5)}`,
      remedy: `it is a default, for services of which nobody says more; to have it hold for one, write that part into routing.services`,
    }
  })
}

interface Replaced extends Pick<PolicyPart, 'by' | 'decidedBy'> {
  readonly service: string
}

const replacedOf = (entry: Entry, world: Snapshot): readonly Replaced[] =>
  entry.policies.length === 0
    ? []
    : viewpointsOf(world).flatMap((from) =>
        replacedFor(entry.policies, world.clusterset.policy, from)
          .filter(({ decidedBy }) => decidedBy !== CONFIGURED)
          .map(({ by, decidedBy }) => ({ by, decidedBy, service: subjectOf(entry) })),
      )
