import { strandedOn } from '../../../answer/records/index.ts'
import { few } from '../../../words/kube/index.ts'
import { portDifferences } from '../../../world/synthesis/index.ts'
import {
  contributors,
  type Entry,
  portsIn,
  type Snapshot,
  sitesIn,
  subjectOf,
} from '../../../world/zone/index.ts'
import type { CheckResult } from './check-result.ts'

/** Nothing keeps clients that look up an address from a cluster, or a place outside of clusters, without their port. */
export function portFindings(entry: Entry, { settings }: Snapshot): readonly CheckResult[] {
  const ports = portsIn(entry)
  const all = [
    ...contributors(entry).map((one) => ({ who: one.cluster, ports: one.ports })),
    ...sitesIn(entry).map((one) => ({ who: one.id, ports: one.ports })),
  ]
  const differences = all.flatMap((one) => {
    const found = portDifferences(one, ports)
    return found === undefined ? [] : [`${one.who} has ${found}`]
  })
  if (differences.length === 0) return []
  return [
    {
      kind: 'ports',
      level: 'warning',
      cluster: null,
      subject: subjectOf(entry),
      finding: `${few(differences)}: clients that look up an address and connect to a fixed port may meet that`,
      remedy:
        settings.global === null && settings.cluster === null
          ? 'make the ports alike, or switch zones.global or zones.cluster on: SRV records then lead right by names of single clusters'
          : "make the ports alike; till then clients look up SRV records or one cluster's own name",
    },
  ]
}

/** Places of a service to which no client is sent, wherever it stands. */
export function strandedPlaces(entry: Entry, { clusterset }: Snapshot): readonly CheckResult[] {
  const those = sitesIn(entry).flatMap((site) => {
    const networks = strandedOn(site, clusterset)
    return networks === undefined ? [] : [`${site.id} (network ${networks})`]
  })
  if (those.length === 0) return []
  return [
    {
      kind: 'network',
      level: 'warning',
      cluster: null,
      subject: subjectOf(entry),
      finding: `no cluster is on the network of ${few(those)}, so nobody reaches what stands there`,
      remedy:
        'write a network of clusters[].network into endpoints[].network of the ServiceEntry, or none where all reach it',
    },
  ]
}
