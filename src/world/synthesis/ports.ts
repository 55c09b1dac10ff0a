import { Lookup, lastRemembered, rememberedLately } from '../../values/table/index.ts'
import type { Precedence } from '../../words/clusterset/index.ts'
import { few, type Port, sharePorts } from '../../words/kube/index.ts'
import { MOST_PORTS, type ValidExport } from '../inventory/index.ts'
import { alike, toldOnce } from './alike.ts'
import type { Conflict, Import } from './types.ts'

/**
 * The union of the clusters' ports, merged by name and then by (protocol, number); the first wins a clash. Of many it is
 * made once for as long as the clusters have these: what one exports is no work for who changes something else.
 */
export function mergePorts(exports: readonly ValidExport[]): Import['ports'] {
  const lists = exports.map(({ ports }) => ports)
  const longest = lists.reduce((long, one) => (one.length > long.length ? one : long), NO_PORTS)
  if (longest.length <= FEW) return union(lists)
  return unionAround(longest, lists)
}

type Ports = readonly Port[]

const NO_PORTS: Ports = []

const areSame = <T>(some: readonly T[], others: readonly T[]): boolean =>
  some.length === others.length && some.every((one, i) => one === others[i])

/** Of lists of which this is the longest. */
const unionAround = lastRemembered<Ports, readonly Ports[], Ports>((_, lists) => union(lists), areSame)

function union(lists: readonly Ports[]): Ports {
  const [first = NO_PORTS] = lists
  const [merged, names, numbers]: [Port[], Set<string>, Set<string>] = [[], new Set(), new Set()]
  for (const port of lists.flat()) {
    const number = numberOf(port)
    if (names.has(port.name) || numbers.has(number)) continue
    if (merged.length === MOST_PORTS) break
    merged.push(port)
    names.add(port.name)
    numbers.add(number)
  }
  return areSame(merged, first) ? first : sharePorts(merged)
}

/** The export that decides, in the words of KEP-1645's conditions. */
export const PRECEDING: Readonly<Record<Precedence, string>> = {
  oldest: 'oldest',
  declared: 'first declared',
}

/** Any difference between the clusters' ports is a conflict, even one that the union settles. */
export function portConflict(
  exports: readonly ValidExport[],
  merged: Import['ports'],
  precedence: Precedence,
): Conflict | undefined {
  const [first] = exports
  if (first === undefined) return undefined
  const clusters = exports.filter((one) => !arePortsAlike(first.ports, one.ports)).map((one) => one.cluster)
  if (clusters.length === 0) return undefined
  const beyond = merged.length < MOST_PORTS ? '' : ` No more than ${MOST_PORTS} ports count.`
  const message = `Conflicting ports. Using the union, and "${tellPorts(first.ports)}" from ${PRECEDING[precedence]} service export in "${first.cluster}" where they clash. ${clusters.length}/${exports.length} clusters disagree.${beyond}`
  return { reason: 'PortConflict', message, clusters }
}

/**
 * Under which of its own ports an export has one of the merged ones: by name; else, where it has another name for it,
 * by protocol and number.
 */
export function portIn(
  { ports }: Pick<ValidExport, 'ports'>,
  merged: Port,
  all: Import['ports'],
): Port | undefined {
  const [named] = portsNamed(ports, merged)
  if (named !== undefined) return named
  return portsAt(ports, placesOf(ports).byNumber.placesOf(merged)).find(
    (own) => portsNamed(all, own).length === 0,
  )
}

/** The other way round: the merged port that an export has under this one of its own; undefined: none. */
export function portOf(
  exported: Pick<ValidExport, 'ports'>,
  own: Port,
  all: Import['ports'],
): Port | undefined {
  if (exported.ports === all) return own
  const [named] = portsNamed(all, own)
  if (named !== undefined) return named
  return portsAt(all, placesOf(all).byNumber.placesOf(own)).find(
    (merged) => portIn(exported, merged, all) === own,
  )
}

/** The ports of a list that have this name and protocol. There may be thousands, and each may be asked for. */
export const portsNamed = <T extends Numbered>(
  ports: readonly T[],
  wanted: Pick<Port, 'name' | 'protocol'>,
): readonly T[] =>
  ports.length <= FEW
    ? ports.filter((one) => isNamesake(one, wanted))
    : portsAt(ports, placesOf(ports).byName.placesOf(wanted))

/** Of so few nothing is kept. */
const FEW = 8

type Named = Pick<Port, 'name' | 'protocol'>

type Numbered = Named & Pick<Port, 'port'>

/** Where in a list ports of a name, or of a number, are. */
interface Places {
  readonly byName: Lookup<Named>
  readonly byNumber: Lookup<Omit<Numbered, 'name'>>
}

const portsAt = <T>(ports: readonly T[], places: readonly number[]): readonly T[] =>
  places.flatMap((place) => ports[place] ?? [])

const placesOf = rememberedLately(
  (ports: readonly Numbered[]): Places => ({
    byName: new Lookup<Named>(ports, nameOf, isNamesake),
    byNumber: new Lookup<Omit<Numbered, 'name'>>(
      ports,
      numberOf,
      (a, b) => a.port === b.port && a.protocol === b.protocol,
    ),
  }),
)

const isNamesake = (a: Named, b: Named): boolean => a.name === b.name && a.protocol === b.protocol

const nameOf = ({ name, protocol }: Named): string => `${protocol} ${name}`

const numberOf = ({ protocol, port }: Omit<Numbered, 'name'>): string => `${protocol} ${port}`

/**
 * How the ports of a cluster, or of a place outside of clusters, differ from the service's, for people; undefined if all that counts is alike. Whoever looks up
 * an address asks for no port, so nothing can keep them from a cluster that lacks theirs.
 */
export function portDifferences(
  exported: Pick<ValidExport, 'ports'>,
  ports: Import['ports'],
): string | undefined {
  const differences = ports.flatMap((port) => {
    const own = portIn(exported, port, ports)
    if (own === undefined) return [`no port ${printNumber(port)}`]
    return own.port === port.port ? [] : [`port ${printNumber(own)}, not ${port.port}`]
  })
  return differences.length === 0 ? undefined : few(differences, MOST, '; ')
}

/** Differences of one that are told one by one. */
const MOST = 4

/** `http:80/TCP,dns:53/UDP`, sorted. */
export const printPorts = (ports: Ports): string => printed(ports).join(',')

const printed = (ports: Ports): readonly string[] => ports.map(printPort).sort()

const printPort = (port: Port): string =>
  `${printNumber(port)}${port.appProtocol === null ? '' : ` (${port.appProtocol})`}`

const printNumber = ({ name, protocol, port }: Port): string =>
  `${name === '' ? '' : `${name}:`}${port}/${protocol}`

/** Whether they are the same, in whatever order. */
const arePortsAlike = alike<Ports>((a, b) => a.length === b.length && areSame(printed(a), printed(b)))

const tellPorts = toldOnce(printPorts)
