import { few } from '../../../words/kube/index.ts'
import { type Config, searchedRegistries } from '../../config/index.ts'
import {
  type Flaw,
  type FoundOnce,
  type OpenRegistry,
  openRegistry,
  type RegistryProblem,
} from '../../registry/index.ts'
import { SEE, unreadIn } from '../registries.ts'
import { type CheckResult, counted } from './check-result.ts'
import type { LiveReport } from './live/index.ts'

/** Which clusters registries hold, and what keeps others out. `live` may have said why they cannot be read. */
export function checkRegistries(
  config: Pick<Config, 'registries' | 'clusters' | 'local'>,
  registry: FoundOnce | null,
  live: readonly LiveReport[],
): readonly CheckResult[] {
  if (registry === null) return []
  const open = searchedRegistries(config).map((one) => openRegistry(one))
  const isExplained = live.some(
    ({ isHome, isMember, found }) => (isHome || !isMember) && found.some(({ level }) => level === 'broken'),
  )
  const problems = registry.problems.filter(({ about }) => about === 'cluster' || !isExplained)
  // Permissions say what is wrong with identities, for each cluster by itself.
  const reported = problems.filter(({ about }) => about === 'cluster' || about === 'registry').map(broken)
  const isSilent = !registry.isRead && !isExplained && reported.every(({ subject }) => subject !== REGISTRIES)
  return [
    ...reported,
    ...(isSilent ? [silent(registry)] : []),
    ...open.flatMap(({ warnings }) => warnings).map((flaw) => remark('warning', flaw)),
    ...registry.problems.filter(({ about }) => about === 'remark').map(remarked),
    ...foundIn(registry, open),
  ]
}

const REGISTRIES = 'registries'

const HEAD = { kind: 'registry', cluster: null, subject: REGISTRIES } as const

function broken({ about, place, message, remedy }: RegistryProblem): CheckResult {
  const head = { ...HEAD, level: 'broken', remedy: remedy ?? null } as const
  return about === 'cluster'
    ? { ...head, subject: place, finding: message }
    : { ...head, finding: `${place}: ${message}` }
}

const remark = (level: 'warning' | 'advice', { problem, remedy }: Flaw): CheckResult => ({
  ...HEAD,
  level,
  finding: problem,
  remedy: remedy ?? null,
})

const remarked = ({ place, message, remedy }: RegistryProblem): CheckResult => ({
  ...HEAD,
  level: 'advice',
  subject: place,
  finding: message,
  remedy: remedy ?? null,
})

const silent = (registry: FoundOnce): CheckResult => ({
  ...HEAD,
  level: 'broken',
  finding: unreadIn(registry),
  remedy: SEE,
})

function foundIn({ found, again, isRead }: FoundOnce, open: readonly OpenRegistry[]): readonly CheckResult[] {
  const told = [...listed(found, 'found'), ...listed(again, 'in already, by the same id')]
  if (told.length > 0) return told
  return isRead ? open.map(({ ifNone }) => remark('advice', ifNone)) : []
}

function listed(clusters: FoundOnce['found'], what: string): readonly CheckResult[] {
  if (clusters.length === 0) return []
  const names = clusters.map(({ id, place }) => `${id} (${place})`)
  const finding = `${counted(clusters.length, 'cluster')} ${what}: ${few(names)}`
  return [{ ...HEAD, level: 'ok', finding, remedy: null }]
}
