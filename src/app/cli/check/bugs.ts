import { inTheWayOf, readQuarantine, setAsideIn } from '../../../sources/state/index.ts'
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

/** More than that are not looked for: one is enough to know that another version ran here, or a disk is bad. */
const MOST_ASIDE = 20

/** What stands in the way of `state.dir`, and its files that a server could not believe when it started. */
export async function checkState({
  config: {
    state: { dir },
  },
}: Offline): Promise<readonly CheckResult[]> {
  if (dir === null) return []
  const inTheWay = await inTheWayOf(dir)
  if (inTheWay !== undefined) return [noStateDir(dir, inTheWay)]
  return setAsideIn(dir, MOST_ASIDE).map((file) => ({
    level: 'warning',
    kind: 'state',
    cluster: null,
    subject: `state.dir ${file}`,
    finding:
      'set aside at a start: another version wrote it, with another format or a kind of object that the one that started does not read, or it is damaged',
    remedy:
      'the log of that start says which; remove it once its cluster has been read, or, where that one stays away, run the version that wrote it, with the file under its own name',
  }))
}

const noStateDir = (dir: string, inTheWay: string): CheckResult => ({
  level: 'broken',
  kind: 'state',
  cluster: null,
  subject: 'state.dir',
  finding: `${dir}: ${inTheWay}`,
  remedy: 'a server that starts where this is so ends at once; where `check` runs elsewhere, look there',
})

const failed = (key: string, cluster: ClusterId, fault: string): CheckResult => ({
  level: 'broken',
  kind: 'bug',
  cluster,
  subject: `${cluster} ${key}`,
  finding: `${fault}: a server answers what it knew before, or SERVFAIL`,
  remedy: 'report it with the objects of the service; a change of them may help meanwhile',
})
