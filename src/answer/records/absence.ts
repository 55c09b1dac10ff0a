import type { Name } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { ClusterId, Clusterset } from '../../words/clusterset/index.ts'
import { few } from '../../words/kube/index.ts'
import {
  baseOf,
  type Entry,
  type FoundName,
  find,
  isOfHost,
  type Shape,
  type Snapshot,
} from '../../world/zone/index.ts'
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
  switch (found.kind) {
    case 'outOfZone':
      return MISSING
    case 'nameError': {
      const reason = unknownIn(snapshot, found.shape)
      return reason === undefined
        ? MISSING
        : `whether it exists is not known, and its name is SERVFAIL (${reason})`
    }
    case 'empty':
      return 'the name exists without records (NODATA), as others do that are made below it'
    default:
      return holding(found, snapshot)
  }
}

const MISSING = 'the name does not exist'

/** What a name has that exists. */
function holding(found: Holding, { settings: { advertise } }: Snapshot): string {
  switch (found.kind) {
    case 'apex':
      return `the name is that of a zone, which has SOA and NS records ${found.pointer === null ? 'alone' : 'and a PTR record'}`
    case 'nameServer':
      return `the name is that of the zones' name server, which has ${advertise.length === 0 ? 'no address (NODATA) while dns.advertise says none' : 'the addresses in dns.advertise'}`
    case 'schemaVersion':
      return 'the name has a TXT record alone, the version of the rules by which names are made (KEP-1645)'
    case 'explanation':
      return `the name has TXT records alone, which say what \`meridian explain ${found.entry.key}\` says`
    case 'pointer':
      return 'the name is that of an address, which has a PTR record alone'
    case 'service':
      return isOfHost(found.entry) ? `${found.base} stands for it` : 'the name exists'
  }
}

type Holding = Exclude<FoundName, { kind: 'outOfZone' | 'nameError' | 'empty' }>

/** What comes before all that is said of a service while start-up is not over, or ''. */
export function beforeStart(snapshot: Snapshot): string {
  const reason = startingIn(snapshot)
  return reason === undefined ? '' : `Every name is SERVFAIL until start-up is over (${reason}); then: `
}
