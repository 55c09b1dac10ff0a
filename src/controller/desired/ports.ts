import type { Port } from '../../kube/index.ts'
import { portsNamed } from '../../synthesis/index.ts'
import { present } from './body.ts'
import type { Row } from './endpoints.ts'
import type { JsonObject } from './types.ts'

/**
 * The name that a port of an import has in the derived Service and its slices: its own. Where an import of several
 * ports has one without a name, which a Service may not have, it goes by protocol and number.
 */
export const portName = ({ name, protocol, port }: Port, among: readonly Port[]): string =>
  name === '' && among.length > 1 ? `unnamed-${protocol.toLowerCase()}-${port}` : name

/** The number at which an endpoint listens for a port of its cluster's Service; undefined where it does not. */
export function targetOf({ ports }: Row, own: Port): number | undefined {
  if (ports === null) return own.port
  return portsNamed(ports, own)[0]?.port
}

/** A port as every kind of object has it; the name is left out where there is none. */
export const portBody = (name: string, { protocol, appProtocol }: Port, port: number): JsonObject =>
  present({
    name: name === '' ? undefined : name,
    protocol,
    port,
    appProtocol: appProtocol ?? undefined,
  })
