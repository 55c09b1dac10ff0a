import type { Name } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { ClusterId, Clusterset } from '../../words/clusterset/index.ts'
import { few } from '../../words/kube/index.ts'
import { baseOf, type Entry, find, type Shape, type Snapshot } from '../../world/zone/index.ts'
import { MOST_IN_REPLY } from '../routing/index.ts'

// What is not known, in one place: what the DNS says of it, `explain` says too.

/** Why nothing is answered yet; undefined once start-up is over. */
export const startingIn = ({ settled, clusterset }: Snapshot): string | undefined =>
  settled ? undefined : `starting: no view yet of ${few(unheardClusters(clusterset), MOST_IN_REPLY)}`

/** Why it is not known whether a name exists that no known cluster has; undefined: it does not. */
export function unknownIn({ clusterset }: Snapshot, shape: Shape): string | undefined {
  if (shape.failed !== undefined) return `a bug keeps ${shape.failed.join(', ')} from being known here`
  const unheard = unheardClusters(clusterset)
  if (unheard.length === 0) return undefined
  const suspects = unheard.filter((id) => couldHold(shape, id))
  return suspects.length === 0 ? undefined : `no view yet of ${few(suspects, MOST_IN_REPLY)}`
}

const couldHold = ({ clusters }: Shape, id: string): boolean => clusters === null || clusters.includes(id)

/** Asked for at every name error, so it is found out once for a clusterset. */
const unheardClusters = remembered((clusterset: Clusterset): readonly ClusterId[] => {
  const ids = [...clusterset.members.values()].filter(({ freshness }) => freshness.kind === 'never')
  return ids.map(({ id }) => id)
})

/** What the DNS says of the name of a service that is not in the clusterset zone, as part of a sentence. */
export const absenceOf = (
  service: Pick<Entry, 'name' | 'namespace'>,
  snapshot: Snapshot,
  from: ClusterId,
): string =>
  absenceAt(baseOf(service, { kind: 'clusterset', name: snapshot.settings.clusterset }), snapshot, from)

/** The same of a name at which no service is. */
export function absenceAt(name: Name, snapshot: Snapshot, from: ClusterId): string {
  const found = find(snapshot, name, from)
  if (found.kind === 'apex') return 'the name is that of a zone, which has SOA and NS records alone'
  if (found.kind === 'empty')
    return 'the name exists without records (NODATA), as others do that are made below it'
  const reason = found.kind === 'nameError' ? unknownIn(snapshot, found.shape) : undefined
  return reason === undefined
    ? 'the name does not exist'
    : `whether it exists is not known, and its name is SERVFAIL (${reason})`
}

/** What comes before all that is said of a service while start-up is not over, or ''. */
export function beforeStart(snapshot: Snapshot): string {
  const reason = startingIn(snapshot)
  return reason === undefined ? '' : `Every name is SERVFAIL until start-up is over (${reason}); then: `
}
