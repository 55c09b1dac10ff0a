import type { Entry } from '../../../world/zone/index.ts'
import type { CheckResult } from './check-result.ts'

type Read = NonNullable<Entry['objects']>['first'][number]

/** The objects that were read for a service: which are in force, what is left out of them, and why. */
export function policiesFor({ key, objects }: Entry): readonly CheckResult[] {
  return (objects?.first ?? []).flatMap((one) => findingsOf(one, key))
}

function findingsOf(one: Read, key: string): readonly CheckResult[] {
  const { kind, name, cluster, why, leftOut } = one
  const head = { kind: 'policy', cluster, subject: `${cluster} ${key}` } as const
  const title = `${kind} ${name}`
  const parts = leftOut.map(
    (part): CheckResult => ({ ...head, level: 'advice', finding: `${title}: ${part}`, remedy: null }),
  )
  if (why === null) return [{ ...head, level: 'ok', finding: `${title} is in force`, remedy: null }, ...parts]
  return [
    {
      ...head,
      level: one.outcome === 'overridden' ? 'advice' : 'warning',
      finding: `${title} is not in force: ${why}`,
      remedy: one.outcome === 'overridden' ? null : REMEDY,
    },
    ...parts,
  ]
}

const REMEDY =
  'docs/reference/objects.md says what of such an object counts; if it is not meant for names, leave it as it is'
