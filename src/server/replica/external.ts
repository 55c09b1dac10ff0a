import { type Codec, count, integer, list, map, nullable, record, text } from '../../values/packed/index.ts'
import type { External, Locality, NamedShare, ShareRoute, Site } from '../../words/clusterset/index.ts'
import { nodePortsCodec, type Port } from '../../words/kube/index.ts'

/** What stands behind a service's name besides what clusters export, as it crosses with its entry. */
export function externalCodec(ports: Codec<readonly Port[]>): Codec<External> {
  const locality = record<Locality>({ region: text, zone: nullable(text), subzone: nullable(text) })
  const site = record<Site>({
    id: text,
    beside: nullable(text),
    locality: nullable(locality),
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
  })
  return record<External>({
    cluster: text,
    ports,
    sites: list(site),
    shares: nullable(map(text, record<NamedShare>({ weight: nullable(count), by: list(text) }))),
    routes: map(
      text,
      record<ShareRoute>({ id: text, parts: list(site), ports, by: list(text), createdAt: integer }),
    ),
  })
}
