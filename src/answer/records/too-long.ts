import type { Viewpoint } from '../../words/clusterset/index.ts'
import { type Entry, omittedNames, type Snapshot } from '../../world/zone/index.ts'

/** The names of a service that break a rule of the DNS and so are not made, as a sentence that follows others; or ''. */
export function tooLong(entry: Entry, snapshot: Snapshot, { cluster }: Viewpoint): string {
  const omitted = omittedNames(entry, snapshot, cluster)
  const [first] = omitted
  if (first === undefined) return ''
  const names = omitted.length === 1 ? '1 name is' : `${omitted.length} names are`
  return ` ${names} not made, because a label of a DNS name has 1 to 63 octets (a–z, 0–9, _ and inner -) and a name 255 in all, such as ${first}.`
}
