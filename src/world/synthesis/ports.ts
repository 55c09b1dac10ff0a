import { Recent } from '../../values/table/index.ts'
import type { Precedence } from '../../words/clusterset/index.ts'
import { briefly, type Port, sharePorts } from '../../words/kube/index.ts'
import { MOST_PORTS, type ValidExport } from '../inventory/index.ts'
import type { Conflict, Import } from './types.ts'

/** The union of the clusters' ports, merged by name and then by (protocol, number); the first wins a clash. */
export function mergePorts(exports: readonly ValidExport[]): Import['ports'] {
  const [merged, names, numbers]: [Port[], Set<string>, Set<string>] = [[], new Set(), new Set()]
  for (const port of exports.flatMap((one) => one.ports)) {
    const number = `${port.protocol} ${port.port}`
    if (names.has(port.name) || numbers.has(number)) continue
    if (merged.length === MOST_PORTS) break
    merged.push(port)
    names.add(port.name)
    numbers.add(number)
  }
  return sharePorts(merged)
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
  const value = printPorts(first.ports)
  const clusters = exports.filter((one) => printPorts(one.ports) !== value).map((one) => one.cluster)
  if (clusters.length === 0) return undefined
  const beyond = merged.length < MOST_PORTS ? '' : ` No more than ${MOST_PORTS} ports count.`
  const message = `Conflicting ports. Using the union, and "${briefly(value, MOST_TOLD)}" from ${PRECEDING[precedence]} service export in "${first.cluster}" where they clash. ${clusters.length}/${exports.length} clusters disagree.${beyond}`
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
  const places = placesOf(ports).byNumber.get(numberOf(merged)) ?? []
  return portsAt(ports, places).find((own) => portsNamed(all, own).length === 0)
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
  const places = placesOf(all).byNumber.get(numberOf(own)) ?? []
  return portsAt(all, places).find((merged) => portIn(exported, merged, all) === own)
}

/** The ports of a list that have this name and protocol. There may be thousands, and each may be asked for. */
export const portsNamed = <T extends Numbered>(
  ports: readonly T[],
  wanted: Pick<Port, 'name' | 'protocol'>,
): readonly T[] =>
  ports.length <= FEW
    ? ports.filter(({ name, protocol }) => name === wanted.name && protocol === wanted.protocol)
    : portsAt(ports, placesOf(ports).byName.get(nameOf(wanted)) ?? [])

/** Of so few none is found sooner by an index. */
const FEW = 8

type Numbered = Pick<Port, 'name' | 'protocol' | 'port'>

/** Where in a list ports of a name, or of a number, are. */
interface Places {
  readonly byName: ReadonlyMap<string, readonly number[]>
  readonly byNumber: ReadonlyMap<string, readonly number[]>
}

const portsAt = <T>(ports: readonly T[], places: readonly number[]): readonly T[] =>
  places.flatMap((place) => ports[place] ?? [])

function placesOf(ports: readonly Numbered[]): Places {
  const known = PLACES.get(ports)
  if (known !== undefined) return known
  const by = (keyOf: (port: Numbered) => string): ReadonlyMap<string, readonly number[]> =>
    Map.groupBy(ports.keys(), (place) => portsAt(ports, [place]).map(keyOf).join())
  const places = { byName: by(nameOf), byNumber: by(numberOf) }
  PLACES.set(ports, places)
  return places
}

const PLACES = new Recent<readonly Numbered[], Places>()

const nameOf = ({ name, protocol }: Pick<Port, 'name' | 'protocol'>): string => `${protocol} ${name}`

const numberOf = ({ protocol, port }: Numbered): string => `${protocol} ${port}`

/**
 * How a cluster's ports differ from the merged ones, for people; undefined if all that counts is alike. Whoever looks up
 * an address asks for no port, so nothing can keep them from a cluster that lacks theirs.
 */
export function portDifferences(exported: ValidExport, ports: Import['ports']): string | undefined {
  const differences = ports.flatMap((port) => {
    const own = portIn(exported, port, ports)
    if (own === undefined) return [`no port ${printPort(port)}`]
    return own.port === port.port ? [] : [`port ${printPort(own)}, not ${port.port}`]
  })
  if (differences.length === 0) return undefined
  const more = differences.length > MOST ? ` and ${differences.length - MOST} more` : ''
  return differences.slice(0, MOST).join('; ') + more
}

/** Differences of a cluster that are told one by one. */
const MOST = 4

/** Characters of what is in conflict that a message tells. */
export const MOST_TOLD = 2048

/** `http:80/TCP,dns:53/UDP`, sorted. */
export const printPorts = (ports: readonly Port[]): string => ports.map(printPort).sort().join(',')

const printPort = ({ name, protocol, port, appProtocol }: Port): string =>
  `${name === '' ? '' : `${name}:`}${port}/${protocol}${appProtocol === null ? '' : ` (${appProtocol})`}`
