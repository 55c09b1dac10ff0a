import type { Address, Name } from '../../values/dns/index.ts'
import { list, type Octets, pack, text, unpack } from '../../values/packed/index.ts'
import { Table } from '../../values/table/index.ts'
import { type Cluster, type Clusterset, groundOf } from '../../words/clusterset/index.ts'
import { EVERY_SERVICE } from '../../world/zone/index.ts'
import { eachEncoded } from './encoded.ts'
import type { Parts, ReplicaGround, Update } from './types.ts'

export const declaredIn = ({
  local,
  members,
  policy,
  addresses,
  resolving,
}: ReplicaGround): ReplicaGround => ({
  local,
  members,
  policy,
  addresses,
  resolving,
})

/** The clusters that stand otherwise; undefined: more than that changed. */
export function membersChanged(before: ReplicaGround, after: ReplicaGround): readonly Cluster[] | undefined {
  const isSame =
    before.local === after.local &&
    before.policy === after.policy &&
    before.addresses === after.addresses &&
    before.resolving === after.resolving
  if (!isSame) return undefined
  if (before.members === after.members) return []
  const ids = [...before.members.keys()]
  if (ids.length !== after.members.size) return undefined
  const now = [...after.members]
  if (!now.every(([id], i) => id === ids[i])) return undefined
  return now.flatMap(([id, cluster]) => (before.members.get(id) === cluster ? [] : [cluster]))
}

const addresses = list<Address>(text)

export const encodedAddresses = ([name, known]: readonly [Name, readonly Address[] | undefined]): readonly [
  Name,
  Octets,
] => [name, known === undefined ? '' : pack(addresses, known)]

/** What a replica begins with: of host names nothing. */
export const clustersetFrom = ({ clusterset }: Pick<Parts, 'clusterset'>): Clusterset => ({
  ...declaredIn(clusterset),
  resolved: Table.empty(),
  unresolved: Table.empty(),
  ground: {},
})

/** The clusterset after an update; it stands on the same ground unless more changed than host names of some services. */
export function clustersetAfter(
  before: Clusterset,
  { parts, members, resolved, unresolved, renamed }: Update,
): Clusterset {
  const isOther = parts.clusterset !== undefined || members.length > 0 || renamed.includes(EVERY_SERVICE)
  if (!isOther && resolved.keys.length + unresolved.length === 0) return before
  const declared = parts.clusterset ?? before
  return {
    ...declaredIn(declared),
    members: withMembers(declared.members, members),
    resolved: withAddresses(before.resolved, resolved),
    unresolved: before.unresolved.after(unresolved),
    ground: isOther ? {} : groundOf(before),
  }
}

const withMembers = (before: Clusterset['members'], changed: readonly Cluster[]): Clusterset['members'] =>
  changed.length === 0 ? before : new Map([...before, ...changed.map((one) => [one.id, one] as const)])

function withAddresses(before: Clusterset['resolved'], changed: Update['resolved']): Clusterset['resolved'] {
  const changes = Array.from(
    eachEncoded(changed),
    ([name, octets]) => [name, octets === '' ? undefined : unpack(addresses, octets)] as const,
  )
  return before.after(changes)
}
