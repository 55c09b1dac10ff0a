import { readQuarantine } from '../../../sources/state/index.ts'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import type { Offline } from '../offline.ts'
import { VERSION } from '../version.ts'
import type { CheckResult } from './check-result.ts'

/** What mistakes of Meridian's own cost here: services that cannot be taken in, and what a server set aside. */
export const checkBugs = ({ config, world }: Offline): readonly CheckResult[] => [
  ...[...world.faults].flatMap(([key, faults]) =>
    [...faults].map(([cluster, fault]) => failed(key, cluster, fault)),
  ),
  ...(config.state.dir === null ? [] : readQuarantine(config.state.dir, VERSION)).map(
    ({ place, thing }): CheckResult => ({
      level: 'broken',
      kind: 'bug',
      cluster: null,
      subject: `${place}: ${thing}`,
      finding: 'in quarantine: a server died twice running with it in hand',
      remedy: `report it; remove quarantine.json from ${config.state.dir} and restart, or run another version`,
    }),
  ),
]

const failed = (key: string, cluster: ClusterId, fault: string): CheckResult => ({
  level: 'broken',
  kind: 'bug',
  cluster,
  subject: `${cluster} ${key}`,
  finding: `${fault}: a server answers what it knew before, or SERVFAIL`,
  remedy: 'report it with the objects of the service; a change of them may help meanwhile',
})
