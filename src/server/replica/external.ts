import { type Codec, count, list, map, nullable, record, text } from '../../values/packed/index.ts'
import type { External, Locality, Site } from '../../words/clusterset/index.ts'
import { nodePortsCodec, type Port } from '../../words/kube/index.ts'

/** What stands behind a service's name besides what clusters export, as it crosses with its entry. */
export const externalCodec = (ports: Codec<readonly Port[]>): Codec<External> =>
  record<External>({
    cluster: text,
    ports,
    sites: list(
      record<Site>({
        id: text,
        locality: nullable(record<Locality>({ region: text, zone: nullable(text), subzone: nullable(text) })),
        networks: nullable(list(text)),
        within: nullable(text),
        weight: nullable(count),
        addresses: list(text),
        hostnames: list(text),
        count,
        total: count,
        ports,
        shifted: nodePortsCodec,
        by: list(text),
      }),
    ),
    shares: nullable(map(text, nullable(count))),
  })
