import type { WorkloadEntry } from '../../words/kube/index.ts'
import { became, type ObjectSummary, objectSummary } from './outcomes.ts'

/** A machine that an entry selects: why it does not count, and what of it says nothing. */
export interface ToldMachine {
  readonly machine: WorkloadEntry
  readonly why: string | undefined
  readonly parts: readonly string[]
}

/** What became of the machines that a service's entries select: one that several do counts if it counts for one. */
export function machinesIn(told: readonly ToldMachine[]): ObjectSummary {
  const known = new Map<WorkloadEntry, ToldMachine>()
  for (const one of told) {
    const before = known.get(one.machine)
    if (before === undefined || (before.why !== undefined && one.why === undefined))
      known.set(one.machine, one)
  }
  return objectSummary(
    [...known.keys()],
    (machine) => (known.get(machine)?.why === undefined ? 'inForce' : 'leftOut'),
    (machine, outcome) =>
      became(machine, outcome, known.get(machine)?.why ?? null, known.get(machine)?.parts ?? []),
  )
}
