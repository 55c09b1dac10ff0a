import type { Family } from '../../values/dns/index.ts'
import { type Codec, count, list, nullable, oneOf, record, shared, text } from '../../values/packed/index.ts'
import type { NodePort, Port } from './service-types.ts'
import type { SlicePort } from './slice-types.ts'

export const protocolCodec = oneOf('TCP', 'UDP', 'SCTP')

/** Ports of a Service, read field by field: it may have a thousand. */
export const portsCodec = (appProtocol: Codec<string | null>): Codec<readonly Port[]> =>
  list({
    write: (port, to) => {
      text.write(port.name, to)
      protocolCodec.write(port.protocol, to)
      count.write(port.port, to)
      appProtocol.write(port.appProtocol, to)
    },
    read: (from) => ({
      name: text.read(from),
      protocol: protocolCodec.read(from),
      port: count.read(from),
      appProtocol: appProtocol.read(from),
    }),
  })

/** Equal ports of Services are one list. */
export const sharePorts = shared(portsCodec(nullable(text)))

export const nodePortsCodec: Codec<readonly NodePort[]> = list(
  record<NodePort>({ protocol: protocolCodec, port: count, nodePort: count }),
)

/** Equal ports of slices are one list. */
export const shareSlicePorts = shared<readonly SlicePort[]>(
  list(record<SlicePort>({ name: text, protocol: protocolCodec, port: nullable(count) })),
)

export const familiesCodec: Codec<readonly Family[]> = list(oneOf(4, 6))

/** Equal lists of families are one. */
export const shareFamilies = shared(familiesCodec)
