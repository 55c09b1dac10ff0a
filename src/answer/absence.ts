import type { Snapshot } from '../zone/index.ts'

/** What the DNS says of a name that nobody has: while a cluster was never heard, that it is not known. */
export function absenceIn({ clusterset }: Snapshot): string {
  const unheard = [...clusterset.members.values()].filter(({ freshness }) => freshness.kind === 'never')
  return unheard.length === 0
    ? 'the name does not exist'
    : `whether the name exists is not known (SERVFAIL), with no view yet of ${unheard.map(({ id }) => id).join(', ')}`
}
