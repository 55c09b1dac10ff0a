import { isDeepStrictEqual } from 'node:util'
import type { Name } from '../../../values/dns/index.ts'
import { comment } from '../shell.ts'
import { drop, put } from './edit.ts'
import {
  applyLines,
  kubectl,
  type Neighbour,
  type Platform,
  removeLines,
  sharedCacheNotes,
  tryLines,
} from './platform.ts'
import { parseStubDomains, printStubDomains, withoutStubDomains, withStubDomains } from './stub-domains.ts'
import { refuse, textAt, type WrittenObject } from './written.ts'
import type { Forwarding } from './zones.ts'

/** kube-dns reads its stub domains from a ConfigMap, as JSON, which has no comments: which are ours an annotation says. */
export const kubeDNS: Platform = {
  wanted: { kind: 'ConfigMap', group: '', name: 'kube-dns' },
  print: (forwarding) => print(forwarding, 'kube-dns', []),
  add,
  remove,
  others,
}

export const gke: Platform = {
  ...kubeDNS,
  print: (forwarding) => print(forwarding, "GKE's kube-dns", cloudDnsLines(forwarding)),
}

const NAME = 'kube-dns'
const PIPE = kubectl('configmap', NAME)
const DOMAINS = ['data', 'stubDomains']
const ANNOTATION = 'meridian-dns.io/stub-domains'
const OURS = ['metadata', 'annotations', ANNOTATION]

function print(forwarding: Forwarding, what: string, more: readonly string[]): string {
  const domains = printStubDomains(forwarding.zones.map((zone) => [zone, forwarding.to]))
  return `${comment(introduction(forwarding, what, more))}
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${NAME}
  namespace: kube-system
  annotations:
    ${ANNOTATION}: ${forwarding.zones.join(' ')}
data:
  stubDomains: |
${domains
  .trimEnd()
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`
}

const introduction = (forwarding: Forwarding, what: string, more: readonly string[]): readonly string[] => [
  `For ${what}: the zones that Meridian answers, as stub domains. Each by name, never a parent of them.`,
  ...[...forwarding.notes, ...sharedCacheNotes(forwarding)].map((note) => `Note: ${note}`),
  '',
  ...applyLines(forwarding, PIPE),
  'Apply, where there is no ConfigMap kube-dns yet:',
  `  ${forwarding.command} | kubectl create -f -`,
  ...removeLines(forwarding, PIPE),
  ...more,
  ...tryLines(forwarding),
]

/** Where pods ask Cloud DNS there is no server in the cluster to tell. */
const cloudDnsLines = ({ zones }: Forwarding): readonly string[] => [
  'Clusters whose DNS is Cloud DNS (Autopilot, and Standard ones that chose it) do not read this. There each zone is a',
  'forwarding zone of their VPC, to an address on port 53 that the VPC reaches: not a ClusterIP, but an internal load',
  "balancer's. Its queries come from 35.199.192.0/19, which firewalls must let in.",
  ...zones.map(
    (zone) =>
      `  gcloud dns managed-zones create meridian-${zone.replaceAll('.', '-')} --dns-name ${zone}. --visibility private --networks <VPC> --forwarding-targets <ADDRESS> --description Meridian`,
  ),
]

function add(object: WrittenObject, forwarding: Forwarding): WrittenObject {
  if (isAdded(object, forwarding)) return object
  const bare = remove(object)
  const text = textAt(bare, DOMAINS)
  const { zones, to } = forwarding
  if (text !== undefined) refuseClashes(text, forwarding)
  const domains =
    text === undefined ? printStubDomains(zones.map((zone) => [zone, to])) : withStubDomains(text, zones, to)
  return put(put(bare, DOMAINS, domains), OURS, zones.join(' '))
}

function isAdded(object: WrittenObject, { zones, to }: Forwarding): boolean {
  const domains = parseStubDomains(textAt(object, DOMAINS) ?? '')
  return (
    textAt(object, OURS) === zones.join(' ') &&
    zones.every((zone) => isDeepStrictEqual(domains?.get(zone), [...to]))
  )
}

function remove(object: WrittenObject): WrittenObject {
  const ours = textAt(object, OURS)?.split(' ')
  if (ours === undefined) return object
  return drop(withoutDomains(object, ours), OURS)
}

function withoutDomains(object: WrittenObject, ours: readonly string[]): WrittenObject {
  const text = textAt(object, DOMAINS)
  if (text === undefined) return object
  const all = domainsIn(text)
  const isWhole = [...all.keys()].every((zone) => ours.includes(zone)) && text === printStubDomains(all)
  return isWhole ? drop(object, DOMAINS) : put(object, DOMAINS, withoutStubDomains(text, ours))
}

const domainsIn = (text: string): ReadonlyMap<string, unknown> =>
  parseStubDomains(text) ??
  refuse(
    'stubDomains of the ConfigMap kube-dns is not a JSON object',
    'mend it first: kube-dns does not read it either',
  )

function refuseClashes(text: string, { zones }: Forwarding): void {
  const domains = [...domainsIn(text).keys()].map(nameOf)
  const taken = zones.filter((zone) => domains.includes(zone))
  if (taken.length === 0) return
  refuse(
    `stubDomains has ${taken.join(', ')} already, which is not Meridian's`,
    'take it out first, or give the zone another name in meridian.yaml (zones)',
  )
}

const nameOf = (domain: string): Name => domain.toLowerCase().replace(/\.$/, '')

function others(object: WrittenObject): readonly Neighbour[] {
  const text = textAt(remove(object), DOMAINS)
  const domains = text === undefined ? [] : [...domainsIn(text).keys()].map(nameOf)
  return domains.map((zone) => ({ zone, what: `${zone} in stubDomains` }))
}
