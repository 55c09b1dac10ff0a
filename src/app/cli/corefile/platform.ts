import { isWithin, type Name } from '../../../values/dns/index.ts'
import type { ServerBlock } from './server-blocks.ts'
import type { ObjectFilter, WrittenObject } from './written.ts'
import { digAt, type Forwarding } from './zones.ts'

/** One kind of cluster DNS: by what it forwards, and how that gets into the object that says so, and out of it. */
export interface Platform {
  readonly wanted: ObjectFilter
  /** For people: the object or the part of it, and in comments how to apply, remove and try it. */
  readonly print: (forwarding: Forwarding) => string
  /** The object with what is Meridian's in it, in place of what it had of it. Refuses what would clash. */
  readonly add: (object: WrittenObject, forwarding: Forwarding) => WrittenObject
  /** The object as it was before. */
  readonly remove: (object: WrittenObject) => WrittenObject
  /** What others have in the object, but for what it refuses. */
  readonly others: (object: WrittenObject) => readonly Neighbour[]
  /** The server blocks of others there; absent: it has none. */
  readonly blocks?: (object: WrittenObject) => readonly ServerBlock[]
}

/** A zone that another has in the same object. */
export interface Neighbour {
  readonly zone: Name
  /** `the block corp.example of the Corefile` */
  readonly what: string
}

/** Of zones below and above ours, one sentence each: the longest zone that a name is in is the one that answers it. */
export function neighbourNotes({ zones }: Forwarding, neighbours: readonly Neighbour[]): readonly string[] {
  return neighbours.flatMap(({ zone, what }) =>
    zones
      .filter((ours) => zone !== '' && zone !== ours)
      .flatMap((ours) => {
        if (isWithin(zone, ours))
          return [
            `${what} is below ${ours}: it goes on answering the names below ${zone}, and Meridian is not asked for them. Take it out unless that is meant.`,
          ]
        if (isWithin(ours, zone)) return [`${what} is above ${ours}, which it does not answer any more.`]
        return []
      }),
  )
}

/** What a filter of an object is piped from and to. */
export interface Pipe {
  readonly get: string
  readonly replace: string
}

export const kubectl = (kind: string, name: string): Pipe => ({
  get: `kubectl -n kube-system get ${kind} ${name} -o yaml`,
  replace: 'kubectl replace -f -',
})

/** `replace` sends back the version that was read, so that nobody's change in between is lost. */
export const applyLines = ({ command }: Forwarding, { get, replace }: Pipe): readonly string[] => [
  'Apply, as often as you like: what an earlier run put there is replaced, and nothing else is touched.',
  `  ${get} |`,
  `    ${command} --patch |`,
  `    ${replace}`,
]

export const removeLines = ({ target }: Forwarding, { get, replace }: Pipe): readonly string[] => [
  'Remove:',
  `  ${get} | meridian corefile --for ${target} --remove | ${replace}`,
]

export const tryLines = (forwarding: Forwarding, more: readonly string[] = []): readonly string[] => [
  'Try:',
  `  ${digAt(forwarding)} ${versionName(forwarding)} TXT +short   # Meridian itself: "1.0.0"`,
  ...more.map((line) => `  ${line}`),
  `  dig ${versionName(forwarding)} TXT +short   # in a pod: the whole way`,
]

/** The one name that exists whatever the clusters hold. */
export const versionName = ({ zones }: Forwarding): string => `dns-version.${zones[0] ?? ''}`

/** For servers whose cache is not ours to set. */
export const sharedCacheNotes = ({ perClient }: Forwarding): readonly string[] =>
  perClient
    ? [
        'clients.trustClientSubnet makes answers depend on the client, and this server keeps them for all clients alike: one of the two has to go.',
      ]
    : []
