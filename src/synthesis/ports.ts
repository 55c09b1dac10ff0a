import type { ValidExport } from '../inventory/index.ts'
import { type Port, sharePorts } from '../kube/index.ts'
import type { Conflict, Import } from './types.ts'

/** The union of the clusters' ports, merged by name and then by (protocol, number); the oldest wins a clash. */
export function mergePorts(exports: readonly ValidExport[]): Import['ports'] {
  const merged: Port[] = []
  for (const port of exports.flatMap((one) => one.ports)) {
    const clash = merged.some((other) => other.name === port.name || sameNumber(other, port))
    if (!clash) merged.push(port)
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

const sameNumber = (a: Port, b: Port): boolean => a.protocol === b.protocol && a.port === b.port

/** `http:80/TCP,dns:53/UDP`, sorted. */
export const printPorts = (ports: readonly Port[]): string => ports.map(printPort).sort().join(',')

const printPort = ({ name, protocol, port, appProtocol }: Port): string =>
  `${name === '' ? '' : `${name}:`}${port}/${protocol}${appProtocol === null ? '' : ` (${appProtocol})`}`
