import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import { comment } from '../shell.ts'
import { drop, prepend, put } from './edit.ts'
import { applyLines, type Pipe, type Platform, removeLines, sharedCacheNotes, tryLines } from './platform.ts'
import { refuse, type WrittenObject, writtenValueAt } from './written.ts'
import type { Forwarding } from './zones.ts'

/** The DNS operator writes the Corefile, from the list of servers in its one object. */
export const openShift: Platform = {
  wanted: { kind: 'DNS', group: 'operator.openshift.io', usual: 'default' },
  print: (forwarding) =>
    `${comment(introduction(forwarding))}\n${stringify(
      {
        apiVersion: 'operator.openshift.io/v1',
        kind: 'DNS',
        metadata: { name: 'default' },
        spec: { servers: [serverOf(forwarding)] },
      },
      { lineWidth: 0 },
    )}`,
  add,
  remove: (object) => {
    const place = placeIn(object)
    return place.own === -1 ? object : drop(object, [...SERVERS, place.own])
  },
  others: (object) =>
    placeIn(object)
      .servers.filter(({ name }) => name !== NAME)
      .flatMap(({ name, zones }) =>
        zones.map((zone) => ({ zone, what: `${zone} of the server ${name} in spec.servers` })),
      ),
}

/** The name of our entry in the list. */
const NAME = 'meridian'
const SERVERS = ['spec', 'servers']

const PIPE: Pipe = { get: 'oc get dns.operator.openshift.io default -o yaml', replace: 'oc replace -f -' }

const introduction = (forwarding: Forwarding): readonly string[] => [
  "For OpenShift's DNS operator: the zones that Meridian answers, forwarded to it. Each by name, never a parent of them.",
  ...[...forwarding.notes, ...sharedCacheNotes(forwarding), ...NOTES].map((note) => `Note: ${note}`),
  '',
  ...applyLines(forwarding, PIPE),
  ...removeLines(forwarding, PIPE),
  ...tryLines(forwarding),
]

const NOTES = [
  'Not with oc apply or a merge patch: spec.servers is one value to them, and the servers of others would be gone. What --patch adds is the entry below.',
  "The operator writes cache and forward itself: Meridian's TTLs hold, as they are shorter than spec.cache's 900 s and 30 s, but none below 5 s.",
]

const serverOf = ({ zones, to }: Forwarding) => ({
  name: NAME,
  zones: [...zones],
  forwardPlugin: { policy: 'Random', upstreams: [...to] },
})

function add(object: WrittenObject, forwarding: Forwarding): WrittenObject {
  const { own, servers } = placeIn(object)
  for (const [i, { name, zones }] of servers.entries()) {
    const taken = forwarding.zones.filter((zone) => i !== own && zones.includes(zone))
    if (taken.length > 0)
      refuse(
        `the server ${name} of spec.servers has ${taken.join(', ')} already`,
        'take the zone out of it, or give it another name in meridian.yaml (zones)',
      )
  }
  const server = serverOf(forwarding)
  if (own === -1) return prepend(object, SERVERS, server)
  const path = [...SERVERS, own]
  return isDeepStrictEqual(writtenValueAt(object, path), server) ? object : put(object, path, server)
}

interface Server {
  readonly name: string
  readonly zones: readonly string[]
}

/** `own`: where in the list ours is, or -1. */
function placeIn(object: WrittenObject): { readonly own: number; readonly servers: readonly Server[] } {
  const written = writtenValueAt(object, SERVERS)
  const servers = (Array.isArray(written) ? written : []).map(serverIn)
  return { own: servers.findIndex(({ name }) => name === NAME), servers }
}

function serverIn(value: unknown): Server {
  const { name, zones }: { name?: unknown; zones?: unknown } =
    typeof value === 'object' && value !== null ? value : {}
  return { name: String(name), zones: Array.isArray(zones) ? zones.map(nameOf) : [] }
}

const nameOf = (zone: unknown): string => String(zone).toLowerCase().replace(/\.$/, '')
