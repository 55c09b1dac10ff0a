import type { ClusterId } from '../../../words/clusterset/index.ts'
import type { Export } from '../../../world/inventory/index.ts'
import type { Entry } from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import { entriesOf } from './reach.ts'

/** What a cluster holds under one service's name. */
export interface HeldService {
  readonly entry: Entry
  readonly held: Export
}

/** Of every cluster, in the order of names: for all of them at once, where each would look through all services. */
export const heldByCluster = ({ world }: Offline): ReadonlyMap<ClusterId, readonly HeldService[]> =>
  Map.groupBy(
    entriesOf(world).flatMap((entry) => entry.exports.map((held) => ({ entry, held }))),
    ({ held }) => held.cluster,
  )

/** Of whom a finding about it speaks. */
export const aboutHeld = ({
  entry,
  held,
}: HeldService): { readonly cluster: ClusterId; readonly subject: string } => ({
  cluster: held.cluster,
  subject: `${held.cluster} ${entry.key}`,
})
