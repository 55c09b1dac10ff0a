import { isDnsLabel } from '../../values/dns/index.ts'
import { rememberedLately } from '../../values/table/index.ts'
import { isQualifiedName, type Port, printable } from '../../words/kube/index.ts'
import { portsNamed } from '../../world/synthesis/index.ts'
import { present } from './body.ts'
import type { EndpointRow } from './endpoints.ts'
import type { JsonObject } from './types.ts'

type NamedPort = Pick<Port, 'name' | 'protocol'> & { readonly port: number }

/**
 * The name that a port of an import has in the derived Service and its slices: its own, where that is a DNS label and
 * none before it goes by that. A member's API server may have said anything, and one port that is refused keeps all the
 * others from being written. Without such a name it goes by protocol and number, unless it is the only one and has none.
 */
export function portName(port: Port, among: readonly Port[]): string {
  return namesAmong(among).get(port) ?? port.name
}

const namesAmong = rememberedLately(
  (among: readonly Port[]): ReadonlyMap<NamedPort, string> => distinctNames(among, among.length === 1),
)

/** A name for each, unlike the others'; `mayLack`: one may do without. */
export function distinctNames<T extends NamedPort>(
  ports: readonly T[],
  mayLack: boolean,
): ReadonlyMap<T, string> {
  const taken = new Set<string>()
  return new Map(
    ports.map((port) => {
      const name = freeName(port, mayLack, taken)
      taken.add(name)
      return [port, name]
    }),
  )
}

function freeName({ name, protocol, port }: NamedPort, mayLack: boolean, taken: ReadonlySet<string>): string {
  if ((isDnsLabel(name) || (mayLack && name === '')) && !taken.has(name)) return name
  const made = `unnamed-${protocol.toLowerCase()}-${port}`
  let free = made
  for (let i = 2; taken.has(free); i++) free = `${made}-${i}`
  return free
}

/** What of ports no API server takes, as sentences. */
export const portProblems = (ports: readonly Port[]): readonly string[] =>
  ports.flatMap(({ name, port, protocol, appProtocol }) => [
    ...(name === '' || isDnsLabel(name) ? [] : [`port name "${shown(name)}" is no DNS label`]),
    ...(appProtocol === null || isQualifiedName(appProtocol)
      ? []
      : [`appProtocol "${shown(appProtocol)}" of port ${port}/${protocol} is no qualified name`]),
  ])

/** Ports that have another name in the derived Service than in DNS, as sentences; those without a name always have. */
export const renamedPorts = (ports: readonly Port[]): readonly string[] =>
  ports.flatMap((port) => {
    const name = portName(port, ports)
    return port.name === '' || name === port.name ? [] : [`"${shown(port.name)}" is "${name}"`]
  })

const LONGEST_SHOWN = 100

const shown = (text: string): string =>
  printable(text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`)

/** The number at which an endpoint listens for a port of its cluster's Service; undefined where it does not. */
export function targetOf({ ports }: EndpointRow, own: Port): number | undefined {
  if (ports === null) return own.port
  return portsNamed(ports, own)[0]?.port
}

/** A port as every kind of object has it; what is none of a name or of a protocol is left out. */
export const portBody = (name: string, { protocol, appProtocol }: Port, port: number): JsonObject =>
  present({
    name: isDnsLabel(name) ? name : undefined,
    protocol,
    port,
    appProtocol: appProtocol !== null && isQualifiedName(appProtocol) ? appProtocol : undefined,
  })
