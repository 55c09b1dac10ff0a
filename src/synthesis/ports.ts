import type { ValidExport } from '../inventory/index.ts'
import { type Port, sharePorts } from '../kube/index.ts'
import type { Conflict, Import } from './types.ts'

/** The union of the clusters' ports, merged by name and then by (protocol, number); the oldest wins a clash. */
export function mergePorts(exports: readonly ValidExport[]): Import['ports'] {
  const [merged, names, numbers]: [Port[], Set<string>, Set<string>] = [[], new Set(), new Set()]
  for (const port of exports.flatMap((one) => one.ports)) {
    const number = `${port.protocol} ${port.port}`
    if (names.has(port.name) || numbers.has(number)) continue
    merged.push(port)
    names.add(port.name)
    numbers.add(number)
  }
  return sharePorts(merged)
}

/** Any difference between the clusters' ports is a conflict, even one that the union settles. */
export function portConflict(exports: readonly ValidExport[], among: number): Conflict | undefined {
  const [oldest] = exports
  if (oldest === undefined) return undefined
  const value = printPorts(oldest.ports)
  const clusters = exports.filter((one) => printPorts(one.ports) !== value).map((one) => one.cluster)
  if (clusters.length === 0) return undefined
  const message = `Conflicting ports. Using the union, and "${value}" from oldest service export in "${oldest.cluster}" where they clash. ${clusters.length}/${among} clusters disagree.`
  return { reason: 'PortConflict', message, clusters }
}

/**
 * Under which of its own ports an export has one of the merged ones: by name; else, where it has another name for it,
 * by protocol and number.
 */
export function portIn({ ports }: ValidExport, merged: Port, all: Import['ports']): Port | undefined {
  return (
    ports.find((own) => sameName(own, merged)) ??
    ports.find((own) => sameNumber(own, merged) && !all.some((other) => sameName(own, other)))
  )
}

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

const sameName = (a: Port, b: Port): boolean => a.name === b.name && a.protocol === b.protocol

const sameNumber = (a: Port, b: Port): boolean => a.protocol === b.protocol && a.port === b.port

/** `http:80/TCP,dns:53/UDP`, sorted. */
export const printPorts = (ports: readonly Port[]): string => ports.map(printPort).sort().join(',')

const printPort = ({ name, protocol, port, appProtocol }: Port): string =>
  `${name === '' ? '' : `${name}:`}${port}/${protocol}${appProtocol === null ? '' : ` (${appProtocol})`}`
